/** A payload's text, as what can be shown and copied of it. */

import { parse, uneval } from 'devalue';
import { RICH_REVIVERS, RichError, RichPlatformObject } from '../../src/protocol/rich.js';
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
      reason: 'Its text is no longer stored: the recording was cleared.',
    };
  }
  switch (form) {
    case 'json':
    case 'rich':
      try {
        const rich = form === 'rich';
        return { kind: 'value', value: rich ? parse(text, RICH_REVIVERS) : JSON.parse(text), rich };
      } catch (error) {
        return { kind: 'unreadable', reason: `Its stored text cannot be parsed: ${String(error)}` };
      }
    case 'json-preview':
    case 'rich-preview':
      return { kind: 'preview', text };
    case 'unreadable':
      return { kind: 'unreadable', reason: text };
  }
}

/**
 * @returns text to paste: JSON where JSON says the value exactly, else a JavaScript expression
 *   (`new Map([["a",1n]])`)
 */
export function pasteable(value: unknown, rich: boolean): string {
  if (typeof value === 'string') return value;
  try {
    if (!rich) return JSON.stringify(value, null, 2);
    return uneval(value, (part, js) => {
      if (part instanceof RichError) {
        const { name, message, stack } = part;
        return js`Object.assign(new Error(${message}), ${{ name, stack }})`;
      }
      if (part instanceof RichPlatformObject) {
        return js`(${{ class: part.className, ...part.facts }})`;
      }
      return null;
    });
  } catch (error) {
    return `/* cannot be written as text: ${String(error).replaceAll('*/', '')} */`;
  }
}
