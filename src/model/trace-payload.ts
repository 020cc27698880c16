/** Writes payloads as trace lines have them, see `protocol/trace.ts`. */

import { parse, stringify } from 'devalue';
import {
  createRedactor,
  RICH_REVIVERS,
  type Redactor,
  type TracePayload,
} from '../protocol/index.js';
import type { Model } from './model.js';
import type { PayloadRef } from './types.js';

/** Levels of arrays and objects in a trace: JSON writers and readers run out of stack at some thousands. */
const LEVELS = 1_000;

/** Where payload texts come from, and what is taken out of them. */
export interface PayloadSource extends Pick<Model, 'payloadText'> {
  readonly redact?: Redactor | null;
}

/** @param ref null when the payload was not recorded */
export function tracePayload(ref: PayloadRef | null, source: PayloadSource): TracePayload {
  if (ref === null) return { bytes: 0, payloadUnreadable: 'The payload was not recorded.' };
  const text = source.payloadText(ref);
  const redacted = text === undefined ? null : (source.redact?.(ref.form, text) ?? null);
  return redacted === null
    ? payloadOf(ref, text)
    : payloadOf({ ...ref, form: redacted.form }, redacted.text);
}

/** @returns what takes values under these keys out of a trace; null when there are none */
export function traceRedactor(keys: readonly string[]): Redactor | null {
  return createRedactor(keys, { parse: (text) => parse(text, RICH_REVIVERS), stringify });
}

/** @returns whether JSON text has more levels of arrays and objects than `levels` */
function isDeeper(text: string, levels: number): boolean {
  // Most texts are too short for it, and none needs more than a look at its brackets.
  if (text.length <= 2 * levels) return false;
  let depth = 0;
  for (const [part] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{]|[\]}]/gs)) {
    if (part === '[' || part === '{') depth += 1;
    else if (part === ']' || part === '}') depth -= 1;
    if (depth > levels) return true;
  }
  return false;
}

function payloadOf({ form, bytes }: PayloadRef, text: string | undefined): TracePayload {
  if (text === undefined) return { bytes, payloadUnreadable: 'The payload is not held any more.' };
  switch (form) {
    case 'json':
      if (isDeeper(text, LEVELS)) {
        return { bytes, payloadUnreadable: `It is nested deeper than ${LEVELS} levels.` };
      }
      try {
        return { bytes, payload: JSON.parse(text) as unknown };
      } catch {
        return { bytes, payloadUnreadable: 'The stored text is not JSON.' };
      }
    case 'rich':
      return { bytes, payloadRich: text };
    case 'json-preview':
    case 'rich-preview':
      return { bytes, payloadPreview: text };
    case 'unreadable':
      return { bytes, payloadUnreadable: text };
  }
}
