/** Firefox's stacks: lines of `function@file:line:column`, innermost first. */

import { visible } from '../../src/model/visible.js';
import { extensionRoot, FILE_URL_CHARS } from '../../src/protocol/files.js';

export interface StackFrame {
  /** '' for anonymous functions. */
  readonly name: string;
  readonly url: string;
  /** URL without an extension's origin. */
  readonly file: string;
  readonly line: string;
  readonly column: string;
}

/** @returns null when the line has another form */
export function parseFrame(text: string): StackFrame | null {
  const parts = /^([^@]*)@(.*):(\d+):(\d+)$/.exec(text);
  if (parts === null) return null;
  const [, name = '', url = '', line = '', column = ''] = parts;
  return { name, url, file: sourceName(url), line, column };
}

/**
 * @param frame a line of a stack
 * @returns null where it names no file of an extension: code of a page, or made at run time
 */
export function fileFrame(frame: string): StackFrame | null {
  const parsed = parseFrame(frame);
  if (parsed === null || extensionRoot(parsed.url) === null) return null;
  const isFile = parsed.url.length <= FILE_URL_CHARS && !/ line \d+ > /.test(parsed.url);
  return isFile ? parsed : null;
}

/** @returns a source's URL, or what a source map says in its place, as people call it: without where that is */
export function sourceName(source: string): string {
  return visible(source).replace(/^(?:moz-extension:\/\/[^/]+\/|webpack:\/\/[^/]*\/)(?:\.\/)*/, '');
}

/** @returns `file:line` of the innermost frame; null when there is none to be read */
export function innermostPlace(stack: string | null): string | null {
  const frame = parseFrame(stack?.split('\n', 1)[0] ?? '');
  return frame === null ? null : `${frame.file}:${frame.line}`;
}
