/** The decoders, and what they make of a payload. */

import type { PayloadForm } from '../../protocol/index.js';
import { parseRich } from '../rich-reader.js';
import { COMLINK } from './comlink.js';
import { fieldsOf, type Decoder, type Envelope } from './decoder.js';
import { JSON_RPC } from './json-rpc.js';
import { TRPC } from './trpc.js';
import { UBLOCK } from './ublock.js';
import { WEBEXT_BRIDGE } from './webext-bridge.js';
import { WEBEXT_CORE } from './webext-core.js';

export type { Decoder, Envelope } from './decoder.js';

/** In the order in which they are asked; the first that knows the envelope has it. */
export const DECODERS: readonly Decoder[] = [
  JSON_RPC,
  TRPC,
  COMLINK,
  WEBEXT_BRIDGE,
  UBLOCK,
  WEBEXT_CORE,
];

/** A longer text is not parsed to be decoded. */
export const DECODED_CHARS = 64_000;

const BEGINS = new RegExp(
  DECODERS.flatMap(({ begins }) => (begins === undefined ? [] : [begins.source])).join('|'),
);

/** An envelope and who knew it. */
export interface Decoded extends Envelope {
  readonly decoder: Decoder;
}

/** @returns what the envelope says; null when no decoder knows it */
export function decodeValue(value: unknown): Decoded | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  for (const decoder of DECODERS) {
    const envelope = decoder.read(fields);
    if (envelope !== null) return { ...envelope, decoder };
  }
  return null;
}

/** @returns what a payload's text says; undefined when it is cut off, or longer than {@link DECODED_CHARS} */
export function valueOfText(form: PayloadForm, text: string): unknown {
  if (text.length > DECODED_CHARS) return undefined;
  if (form === 'rich') return parseRich(text)?.value;
  if (form !== 'json') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** @returns the same as {@link decodeValue}, for a payload's text */
export function decodeText(form: PayloadForm, text: string): Decoded | null {
  return form === 'json' && !text.startsWith('{') ? null : decodeValue(valueOfText(form, text));
}

/**
 * For every message that is recorded, so it costs next to nothing where there is no envelope.
 *
 * @param value the payload itself where the caller has it, in a box
 * @returns what a message is called by its envelope, in a box: null for one that does not say; undefined when there is
 *   no envelope, or its own `type` or `method` says it as well
 */
export function envelopeType(
  form: PayloadForm,
  text: string,
  value?: { readonly value: unknown },
): { readonly type: string | null } | undefined {
  const decoded =
    value !== undefined
      ? decodeValue(value.value)
      : form === 'json' && BEGINS.test(text)
        ? decodeText(form, text)
        : null;
  return decoded === null ? undefined : { type: decoded.method };
}
