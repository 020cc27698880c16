/**
 * Puts payloads that JSON cannot say into words. They arrive as the values they are: telling them in text
 * takes code that the inspected extension need not carry, and time that its contexts need not spend.
 */

import { stringify } from 'devalue';
import {
  hasPayload,
  PAYLOAD_CHARS,
  PREVIEW_CHARS,
  RICH_REDUCERS,
  type Batch,
  type PayloadForm,
  type ReportedEvent,
} from '../protocol/index.js';
import { PayloadTexts } from './payload-texts.js';

/** Characters of text the values of one batch may come to; the payloads beyond that are left out, by name. */
const VALUES_CHARS_MAX = 16_000_000;

/**
 * @param batch guarded
 * @param events the batch's, guarded; those with a `rich` payload are changed in place and point to text
 * @returns the batch's payload texts, now with those of its values
 */
export function payloadWithValues(
  { payload, values }: Pick<Batch, 'payload' | 'values'>,
  events: readonly ReportedEvent[],
): string {
  if (values === undefined) return payload;
  const texts = new PayloadTexts(payload);
  let room = VALUES_CHARS_MAX;
  for (const event of events) {
    if (!hasPayload(event) || event.at(-4) !== 'rich' || event.at(-1) !== 0) continue;
    const { form, bytes, text, cost } = describe(values[event.at(-2) as number], room);
    texts.point(event, form, bytes, text);
    room -= cost;
  }
  return texts.joined();
}

function describe(
  value: unknown,
  room: number,
): {
  readonly form: PayloadForm;
  readonly bytes: number;
  readonly text: string;
  /** Characters it took to find out. */
  readonly cost: number;
} {
  const limit = VALUES_CHARS_MAX.toLocaleString('en');
  const leftOut = `Left out: the values it came with are more than ${limit} characters of text`;
  // Events may share one value: it would be told again for each.
  if (room <= 0) return { form: 'unreadable', bytes: 0, text: leftOut, cost: leftOut.length };
  let text: string;
  try {
    text = stringify(value, RICH_REDUCERS);
  } catch (error) {
    const reason = String(error);
    return { form: 'unreadable', bytes: 0, text: reason, cost: reason.length };
  }
  const bytes = new TextEncoder().encode(text).length;
  const isWhole = text.length <= PAYLOAD_CHARS;
  const kept = isWhole ? text : text.slice(0, PREVIEW_CHARS);
  if (kept.length > room) {
    return { form: 'unreadable', bytes, text: leftOut, cost: text.length };
  }
  return { form: isWhole ? 'rich' : 'rich-preview', bytes, text: kept, cost: text.length };
}
