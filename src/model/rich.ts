/** Reads rich payload text (devalue), which comes from other people's code and may say anything. */

import { parse } from 'devalue';
import { RICH_REVIVERS } from '../protocol/rich.js';

/** A rich text longer than this many characters is not parsed for a table cell. */
export const RICH_CHARS = 64_000;

/** @returns the value in a box, or undefined when the text is too long or says nothing readable */
export function parseRich(text: string): { readonly value: unknown } | undefined {
  if (text.length > RICH_CHARS) return undefined;
  try {
    return { value: parse(text, RICH_REVIVERS) as unknown };
  } catch {
    return undefined;
  }
}
