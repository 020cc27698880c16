/** Writes payloads as trace lines have them, see `protocol/trace.ts`. */

import type { TracePayload } from '../protocol/index.js';
import type { Model } from './model.js';
import type { PayloadRef } from './types.js';

/** @param ref null when the payload was not recorded */
export function tracePayload(
  ref: PayloadRef | null,
  model: Pick<Model, 'payloadText'>,
): TracePayload {
  if (ref === null) return { bytes: 0, payloadUnreadable: 'The payload was not recorded.' };
  return payloadOf(ref, model.payloadText(ref));
}

function payloadOf({ form, bytes }: PayloadRef, text: string | undefined): TracePayload {
  if (text === undefined) return { bytes, payloadUnreadable: 'The payload is not held any more.' };
  switch (form) {
    case 'json':
      try {
        return { bytes, payload: JSON.parse(text) as unknown };
      } catch {
        return { bytes, payloadUnreadable: 'The stored text is not JSON.' };
      }
    case 'rich':
      return { bytes, payloadRich: text };
    case 'json-preview':
    case 'rich-preview':
      return { bytes, payloadPreview: text };
    case 'unreadable':
      return { bytes, payloadUnreadable: text };
  }
}
