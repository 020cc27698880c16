/** Makes references to payloads out of the elements that every event with a payload ends in. */

import type { PayloadForm } from '../protocol/index.js';
import type { PayloadRef } from './types.js';

/** One literal for each form, so that a million references share five strings. */
const FORMS: Record<PayloadForm, PayloadForm> = {
  json: 'json',
  rich: 'rich',
  'json-preview': 'json-preview',
  'rich-preview': 'rich-preview',
  unreadable: 'unreadable',
};

/** @param segment id of the segment whose payload string `offset` points into */
export function payloadRef(
  segment: number,
  form: PayloadForm,
  bytes: number,
  offset: number,
  length: number,
): PayloadRef {
  return { form: FORMS[form], bytes, segment, offset, length };
}
