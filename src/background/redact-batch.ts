/** Redaction at capture: before a batch is stored. */

import { parse, stringify } from 'devalue';
import {
  createRedactor,
  hasPayload,
  RICH_REVIVERS,
  type PayloadForm,
  type PortholeEvent,
  type Redactor,
  type StoredRedaction,
} from '../protocol/index.js';

/** @returns null when nothing is to be redacted */
export function redactorOf({ on, keys }: StoredRedaction): Redactor | null {
  if (!on) return null;
  return createRedactor(keys, { parse: (text) => parse(text, RICH_REVIVERS), stringify });
}

/**
 * @param events guarded; those whose payload is redacted are changed in place and point to the new text
 * @param payload their texts, joined
 * @returns the texts, in which no event points to what was redacted
 */
export function redactBatch(redact: Redactor, events: PortholeEvent[], payload: string): string {
  const texts = [payload];
  let end = payload.length;
  for (const event of events) {
    if (!hasPayload(event)) continue;
    const tuple = event as unknown as unknown[];
    const [form, bytes, offset, length] = event.slice(-4) as [PayloadForm, number, number, number];
    const redacted = redact(form, payload.slice(offset, offset + length));
    if (redacted === null) continue;
    tuple.splice(-4, 4, redacted.form, bytes, end, redacted.text.length);
    texts.push(redacted.text);
    end += redacted.text.length;
  }
  return texts.join('');
}
