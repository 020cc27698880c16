/**
 * Stands in the place of the model's `rich-reader.ts` in the extension: the parser comes with the first rich payload. At
 * once, as in a classic worker it can, because a segment is folded in one go.
 */

import type { RichParser } from './rich-parser.js';

declare function importScripts(url: string): void;

function parser(): RichParser {
  const scope = globalThis as { richParser?: RichParser };
  if (scope.richParser === undefined) importScripts('rich-parser.js');
  return scope.richParser as RichParser;
}

export const parseRich: RichParser['parseRich'] = (text) => parser().parseRich(text);
export const plainJson: RichParser['plainJson'] = (text) => parser().plainJson(text);
export const showRich: RichParser['showRich'] = (value, length) => parser().showRich(value, length);
