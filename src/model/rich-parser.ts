/** Reads rich payload text (devalue), which comes from other people's code and may say anything. */

import { parse } from 'devalue';
import { RICH_REVIVERS } from '../protocol/rich.js';

/** A rich text longer than this many characters is not parsed for a table cell. */
const RICH_CHARS = 64_000;

/** @returns the value in a box, or undefined when the text is too long or says nothing readable */
export function parseRich(text: string): { readonly value: unknown } | undefined {
  if (text.length > RICH_CHARS) return undefined;
  try {
    return { value: parse(text, RICH_REVIVERS) as unknown };
  } catch {
    return undefined;
  }
}

/** @returns the JSON text of devalue text that says nothing which JSON cannot say, else null */
export function plainJson(text: string): string | null {
  if (text.length > RICH_CHARS) return null;
  try {
    const nodes: unknown = JSON.parse(text);
    return Array.isArray(nodes) && nodes.every(isPlain) ? JSON.stringify(parse(text)) : null;
  } catch {
    return null;
  }
}

/** Devalue tags what is special with a string in front, or with a negative number in place of an index. */
function isPlain(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return true;
  return Object.values(node).every((part) => typeof part === 'number' && part >= 0);
}
