/** Looks for text in a payload, in pieces of work that leave time for others. */

import { summarise } from './payload-entries.js';
import { placesIn, rootPlace, walk, type Place } from './payload-tree.js';

/** More are not told. */
export const MOST_HITS = 10_000;

/**
 * Keys, texts, numbers and whatever else is one line; capitals do not matter.
 *
 * @returns a generator that does one step at a time; at its end the paths of the lines that match, in the tree's
 *   order, at most {@link MOST_HITS}
 */
export function* searchPayload(root: unknown, text: string): Generator<undefined, string[]> {
  const wanted = text.toLowerCase();
  const hits: string[] = [];
  if (wanted === '') return hits;
  const steps = walk(rootPlace(root), (place, _, same) => {
    if (hits.length < MOST_HITS && matches(place, wanted)) hits.push(place.path);
    return same === undefined && hits.length < MOST_HITS;
  });
  while (steps.next().done !== true) yield;
  return hits;
}

function matches(place: Place, wanted: string): boolean {
  const { kind, label, value, from, to } = place;
  const has = (said: string): boolean => said.toLowerCase().includes(wanted);
  if (kind === 'group') return false;
  if (label !== null && has(label)) return true;
  if (typeof value !== 'string') return to === from && has(summarise(value));
  // Its pieces have lines of their own; what two of them share is found here.
  return has(value) && placesIn(place).every((piece) => !has(piece.value as string));
}

/** @returns where the text stands in what a line says, each as `[from, to)` */
export function marksIn(said: string, text: string): [from: number, to: number][] {
  const marks: [number, number][] = [];
  if (text === '') return marks;
  const low = said.toLowerCase();
  const wanted = text.toLowerCase();
  // Where small letters take more room than capitals, places differ.
  if (low.length !== said.length) return marks;
  for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, at + wanted.length)) {
    marks.push([at, at + wanted.length]);
  }
  return marks;
}

/** A value that is bytes, and where it stands. */
export interface Bytes {
  readonly path: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Places that are looked at for bytes. */
const LOOK_AT = 20_000;

/** @returns the bytes that a value holds; null when it is something else */
export function bytesOf(value: unknown): Uint8Array | null {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!ArrayBuffer.isView(value)) return null;
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** @returns the buffers and typed arrays in a payload, as far as {@link LOOK_AT} places reach */
export function findBytes(root: unknown): Bytes[] {
  const found: Bytes[] = [];
  const steps = walk(rootPlace(root), ({ kind, path, value }, _, same) => {
    const bytes = kind === 'value' && same === undefined ? bytesOf(value) : null;
    if (bytes !== null) found.push({ path, name: summarise(value), bytes });
    return bytes === null && typeof value !== 'string';
  });
  for (let looked = 0; looked < LOOK_AT && steps.next().done !== true; looked += 1);
  return found;
}
