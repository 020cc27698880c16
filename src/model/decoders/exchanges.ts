/**
 * Pairs the halves of a call over a port: request and response. Nothing is kept about pairs; whoever looks at a message
 * has its other half looked for near it, so that a long recording costs no more to fold.
 */

import type { Model } from '../model.js';
import type { Message } from '../types.js';
import { decodeText, type Decoded } from './index.js';

/** Rows before or after a message among which its other half is looked for. */
const NEAR_ROWS = 20_000;

/** Characters of payloads that are decoded for that. */
const NEAR_CHARS = 4_000_000;

/** Milliseconds by which the clocks of two processes may make an answer look earlier than its question. */
const CLOCKS_MS = 5;

/** Messages of which is remembered what their envelopes say. */
const REMEMBERED = 50_000;

/** A message in an envelope. */
export interface Exchange {
  readonly decoded: Decoded;
  /** The request to a response, the first response to a request; null: there is none near, or none to expect. */
  readonly other: Message | null;
  /** Milliseconds from request to response; null without the other half. */
  readonly after: number | null;
  /** What was called, by this envelope or its other half. */
  readonly method: string | null;
  /** Of a response, or of the response to a request. */
  readonly failed: boolean;
}

type Recording = Pick<Model, 'rows' | 'messages' | 'payloadText'>;

export class Exchanges {
  /** By the messages' ids. */
  readonly #decoded = new Map<number, Decoded | null>();

  /** @returns what the envelope and its other half say of the row's message; null when no decoder knows it */
  at(index: number, recording: Recording): Exchange | null {
    const id = recording.rows.messageAt(index);
    const decoded = id < 0 ? null : this.#decode(id, recording);
    if (decoded === null) return null;
    const found = this.#otherHalf(index, id, decoded, recording);
    const { messages } = recording;
    if (found < 0) {
      const { method, failed } = decoded;
      return { decoded, other: null, after: null, method, failed };
    }
    const there = this.#decode(found, recording);
    const [from, to] = decoded.role === 'request' ? [id, found] : [found, id];
    return {
      decoded,
      other: messages.read(found),
      after: Math.max(0, timeOf(to, recording) - timeOf(from, recording)),
      method: decoded.method ?? there?.method ?? null,
      failed: decoded.failed || (there?.failed ?? false),
    };
  }

  /** @returns the id of the message; -1: there is none near */
  #otherHalf(own: number, message: number, decoded: Decoded, recording: Recording): number {
    const { role, id } = decoded;
    if (id === null || role === 'notice') return -1;
    const { rows, messages } = recording;
    const at = rows.timeAt(own);
    const connection = rows.connectionAt(own);
    const toward = messages.toward(message);
    const step = role === 'request' ? 1 : -1;
    let index = step > 0 ? rows.indexAt(at - CLOCKS_MS) : rows.indexAt(at + CLOCKS_MS + 1) - 1;
    let chars = NEAR_CHARS;
    for (let looked = 0; looked < NEAR_ROWS && chars > 0; looked += 1, index += step) {
      if (index < 0 || index >= rows.length) return -1;
      const candidate = rows.messageAt(index);
      if (candidate < 0 || candidate === message || rows.connectionAt(index) !== connection)
        continue;
      if (!this.#decoded.has(candidate)) chars -= messages.payload(candidate).length;
      const there = this.#decode(candidate, recording);
      if (there?.id !== id || there.decoder !== decoded.decoder) continue;
      if (messages.toward(candidate) !== toward) {
        if (there.role !== role) return candidate;
      } else if (role === 'request' && there.role === 'request' && index > own) {
        // The number is used anew: what is answered from here on is another request.
        return -1;
      }
    }
    return -1;
  }

  #decode(id: number, recording: Recording): Decoded | null {
    const known = this.#decoded.get(id);
    if (known !== undefined) return known;
    const { messages } = recording;
    const payload = messages.payload(id);
    const text = recording.payloadText(payload);
    // It may be at hand the next time.
    if (text === undefined) return null;
    const decoded = messages.isRefused(id) ? null : decodeText(payload.form, text);
    if (this.#decoded.size >= REMEMBERED) this.#decoded.clear();
    this.#decoded.set(id, decoded);
    return decoded;
  }
}

function timeOf(id: number, { messages }: Recording): number {
  const posted = messages.postedAt(id);
  return Number.isNaN(posted) ? messages.deliveredAt(id) : posted;
}
