/** Between the wire form of events, see `wire.ts`, and the one they are checked and stored in. */

import { hasPayload, type PayloadForm, type ReportedEvent } from './events.js';
import type { Batch } from './report.js';

/** Elements of a stored tuple before its payload; of an event without one, none. */
const BEFORE_PAYLOAD: ReadonlyMap<unknown, number> = new Map([
  ['posted', 5],
  ['refused', 5],
  ['delivered', 5],
  ['sent', 6],
  ['replied', 3],
  ['received', 6],
  ['answered', 5],
]);

/** Where a stored tuple has its time, unless in third place; a site has none. */
const AT: ReadonlyMap<unknown, number> = new Map([
  ['lifecycle', 1],
  ['gap', 1],
  ['site', 0],
]);

/** Where a stored tuple has what the browser says of the sender. */
const SENDER: ReadonlyMap<unknown, number> = new Map([
  ['accepted', 5],
  ['received', 4],
]);

/** What is kept of that. The browser may say more, and more from one version to the next. */
const SENDER_KEYS = [
  'id',
  'url',
  'tabId',
  'frameId',
  'documentId',
  'contextId',
  'envType',
  'userScriptWorldId',
] as const;

const encoder = new TextEncoder();
/** For {@link isAscii}. */
let scratch = new Uint8Array(0);

/**
 * @param events of the batch, parsed; anything at all. Arrays among them are changed in place: of an event that was
 *   sound on the wire comes a stored tuple, of anything else what is not sound either.
 * @param ownScript URL of the script whose frames are left out of call sites, or null
 */
export function unpackEvents(
  events: readonly unknown[],
  { start, payload }: Pick<Batch, 'start' | 'payload'>,
  ownScript: string | null,
): void {
  const isAsciiBatch = isAscii(payload);
  let offset = 0;
  let values = 0;
  for (const event of events) {
    if (!Array.isArray(event)) continue;
    const tuple = event as unknown[];
    const [time, type] = tuple;
    const place = AT.get(type) ?? 2;
    for (let i = 0; i < place; i += 1) tuple[i] = tuple[i + 1];
    // What is no number stays what it is, for the guard to complain of.
    if (place > 0) tuple[place] = typeof time === 'number' ? start + time : time;
    else {
      tuple.shift();
      if (typeof tuple[2] === 'string') tuple[2] = appFrames(tuple[2], ownScript);
    }
    const sender = SENDER.get(type);
    if (sender !== undefined) tuple[sender] = senderOf(tuple[sender]);
    const before = BEFORE_PAYLOAD.get(type);
    const length = before === undefined ? undefined : tuple[before];
    // Of a negative length nothing is read, however often: the guard complains.
    if (before === undefined || typeof length !== 'number' || length < 0) continue;
    const [form, bytes] =
      tuple.length === before + 1
        ? ['json', isAsciiBatch ? length : utf8Bytes(payload.slice(offset, offset + length))]
        : (tuple.slice(before + 1) as [PayloadForm, unknown]);
    const isValue = form === 'rich' && length === 0;
    tuple[before] = form;
    tuple[before + 1] = bytes;
    tuple[before + 2] = isValue ? values : offset;
    // Elements beyond the form and the bytes are no part of the wire form: they make the tuple too long.
    tuple.splice(before + 3, 0, length);
    if (isValue) values += 1;
    else offset += length;
  }
}

/**
 * @param events as stored
 * @param payload the texts they point to
 * @returns what a batch holds of them
 */
export function packEvents(
  events: readonly ReportedEvent[],
  payload: string,
): Pick<Batch, 'start' | 'events' | 'payload'> {
  let texts = '';
  const packed = events.map((event) => {
    const tuple: unknown[] = [...event];
    const place = AT.get(event[0]) ?? 2;
    const at = place === 0 ? 0 : tuple.splice(place, 1)[0];
    if (!hasPayload(event)) return [at, ...tuple];
    const [form, bytes, offset, length] = tuple.splice(-4) as [PayloadForm, number, number, number];
    texts += payload.slice(offset, offset + length);
    return form === 'json' ? [at, ...tuple, length] : [at, ...tuple, length, form, bytes];
  });
  return { start: 0, events: JSON.stringify(packed), payload: texts };
}

/**
 * @param stack whose first frame is of the script asked for
 * @returns the URL of that script as stacks name it; null if it cannot be told
 */
export function scriptOfStack(stack: string | undefined): string | null {
  return /^[^\n@]*@([^\n]+):\d+:\d+(?:\n|$)/.exec(stack ?? '')?.[1] ?? null;
}

function appFrames(stack: string, ownScript: string | null): string {
  return stack
    .split('\n')
    .filter((line) => line !== '' && (ownScript === null || !line.includes(ownScript)))
    .join('\n');
}

function senderOf(sender: unknown): unknown {
  if (typeof sender !== 'object' || sender === null) return sender;
  const facts: Record<string, unknown> = {};
  for (const key of SENDER_KEYS) {
    if (Object.hasOwn(sender, key)) facts[key] = (sender as Record<string, unknown>)[key];
  }
  return facts;
}

function utf8Bytes(text: string): number {
  return encoder.encode(text).length;
}

/** Found out natively, for a whole batch at once: then texts are as many bytes as characters. */
function isAscii(text: string): boolean {
  if (scratch.length < text.length) scratch = new Uint8Array(text.length);
  const { read, written } = encoder.encodeInto(text, scratch);
  return read === text.length && written === text.length;
}
