/** Reads stored payloads for comparison with what the witness saw. */
import { parse } from 'devalue';
import {
  RICH_REVIVERS,
  type PayloadEvent,
  type StoredSegment,
} from '../../../src/protocol/index.js';
import { canonicalText } from './canonical.js';

/** @returns the payload as canonical text; null where only a preview was kept */
export function payloadOf(event: PayloadEvent, segment: StoredSegment): string | null {
  const [offset, length] = event.slice(-2) as [number, number];
  const text = segment.payload.slice(offset, offset + length);
  const form = event[event.length - 4];
  if (form === 'json') return canonicalText(JSON.parse(text));
  if (form === 'rich') return canonicalText(parse(text, RICH_REVIVERS));
  return form === 'unreadable' ? `unreadable: ${text.slice(0, 100)}` : null;
}
