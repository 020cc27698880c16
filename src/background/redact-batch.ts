/** Redaction at capture: before a batch is stored. */

import { parse, stringify } from 'devalue';
import {
  createRedactor,
  hasPayload,
  RICH_REVIVERS,
  type PayloadForm,
  type ReportedEvent,
  type Redactor,
  type StoredRedaction,
} from '../protocol/index.js';
import { PayloadTexts } from './payload-texts.js';

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
export function redactBatch(
  redact: Redactor,
  events: readonly ReportedEvent[],
  payload: string,
): string {
  const texts = new PayloadTexts(payload);
  for (const event of events) {
    if (!hasPayload(event)) continue;
    const [form, bytes, offset, length] = event.slice(-4) as [PayloadForm, number, number, number];
    const redacted = redact(form, payload.slice(offset, offset + length));
    if (redacted === null) continue;
    texts.point(event, redacted.form, bytes, redacted.text);
  }
  return texts.joined();
}
