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
  type PortholeEvent,
} from '../protocol/index.js';

/** Characters of text the values of one batch may come to; the payloads beyond that are left out, by name. */
const VALUES_CHARS_MAX = 16_000_000;

/**
 * @param batch guarded
 * @param events the batch's, guarded; those with a `rich` payload are changed in place and point to text
 * @returns the batch's payload texts, now with those of its values
 */
export function payloadWithValues({ payload, values }: Batch, events: PortholeEvent[]): string {
  if (values === undefined) return payload;
  const texts = [payload];
  let end = payload.length;
  let room = VALUES_CHARS_MAX;
  for (const event of events) {
    if (!hasPayload(event) || event.at(-4) !== 'rich') continue;
    const { form, bytes, text } = describe(values[event.at(-2) as number], room);
    const tuple = event as unknown as unknown[];
    tuple.splice(-4, 4, form, bytes, end, text.length);
    texts.push(text);
    end += text.length;
    room -= text.length;
  }
  return texts.join('');
}

function describe(
  value: unknown,
  room: number,
): { readonly form: PayloadForm; readonly bytes: number; readonly text: string } {
  let text: string;
  try {
    text = stringify(value, RICH_REDUCERS);
  } catch (error) {
    return { form: 'unreadable', bytes: 0, text: String(error) };
  }
  const bytes = new TextEncoder().encode(text).length;
  const isWhole = text.length <= PAYLOAD_CHARS;
  const kept = isWhole ? text : text.slice(0, PREVIEW_CHARS);
  if (kept.length > room) {
    const limit = VALUES_CHARS_MAX.toLocaleString('en');
    const reason = `Left out: the values it came with are more than ${limit} characters of text`;
    return { form: 'unreadable', bytes, text: reason };
  }
  return { form: isWhole ? 'rich' : 'rich-preview', bytes, text: kept };
}
