/** How an event gets the four elements that tell of its payload. */

import type { PayloadEvent } from '../protocol/events.js';
import { append } from './originals.js';
import type { Reporter } from './reporter.js';
import type { Snapshot } from './snapshot.js';

type WithoutPayload<Event> = Event extends readonly [
  ...infer Start,
  unknown,
  number,
  number,
  number,
]
  ? [...Start]
  : never;

/**
 * Records an event that carries a payload. Never throws.
 *
 * @param event all but its last four elements; they are appended to it
 */
export function recordPayload(
  reporter: Reporter,
  event: WithoutPayload<PayloadEvent>,
  snapshot: Snapshot,
): void {
  const { form, bytes, text } = snapshot;
  append<unknown>(event, form, bytes, reporter.payloadOffset(snapshot), text.length);
  reporter.record(event as readonly unknown[] as PayloadEvent, snapshot);
}
