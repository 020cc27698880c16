/** A payload's text, as what can be shown of it. */

import { text as said } from '../../src/texts/index.js';
import { parse } from 'devalue';
import { RICH_REVIVERS } from '../../src/protocol/rich.js';
import type { PayloadDetail } from '../worker-protocol.js';

export type ReadPayload =
  | { readonly kind: 'value'; readonly value: unknown; readonly rich: boolean }
  /** The first characters of a text that was too long to keep. */
  | { readonly kind: 'preview'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** @returns the payload as a value, or why there is only text; never throws */
export function readPayload(payload: PayloadDetail): ReadPayload {
  const { form, text } = payload;
  if (text === null) {
    return {
      kind: 'unreadable',
      reason: said('payload_cleared'),
    };
  }
  switch (form) {
    case 'json':
    case 'rich':
      try {
        const rich = form === 'rich';
        return { kind: 'value', value: rich ? parse(text, RICH_REVIVERS) : JSON.parse(text), rich };
      } catch (error) {
        return { kind: 'unreadable', reason: said('payload_broken', { error: String(error) }) };
      }
    case 'json-preview':
    case 'rich-preview':
      return { kind: 'preview', text };
    case 'unreadable':
      return { kind: 'unreadable', reason: text };
  }
}
