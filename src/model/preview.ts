/** One line that shows what a payload says, for a table cell or a terminal. */

import type { PayloadForm } from '../protocol/index.js';
import { parseRich, showRich } from './rich-reader.js';
import { visible } from './visible.js';

/** Longest preview, in characters. */
export const PREVIEW_LENGTH = 120;

/**
 * @param form how the text says the payload
 * @param text payload text, possibly cut off
 * @param value the payload itself where the caller has it (`rich` only, in a box)
 * @returns at most {@link PREVIEW_LENGTH} characters, without control characters
 */
export function previewOf(
  form: PayloadForm,
  text: string,
  value?: { readonly value: unknown },
): string {
  if (value !== undefined) return clip(visible(showRich(value.value, PREVIEW_LENGTH)));
  if (form === 'rich' || form === 'rich-preview') return '(structured data, no preview)';
  const start = text.slice(0, PREVIEW_LENGTH + 1);
  return clip(visible(form === 'unreadable' ? `(${start})` : start));
}

/** @returns the same, for a caller who has only the text */
export function previewText(form: PayloadForm, text: string): string {
  return previewOf(form, text, form === 'rich' ? parseRich(text) : undefined);
}

/** Cuts at {@link PREVIEW_LENGTH}, never through a surrogate pair. */
function clip(text: string): string {
  if (text.length <= PREVIEW_LENGTH) return text;
  let end = PREVIEW_LENGTH - 1;
  const code = text.charCodeAt(end - 1);
  if (code >= 0xd800 && code <= 0xdbff) end -= 1;
  return `${text.slice(0, end)}…`;
}
