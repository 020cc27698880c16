/** Firefox's stacks: lines of `function@file:line:column`, innermost first. */

export interface StackFrame {
  /** '' for anonymous functions. */
  readonly name: string;
  /** URL without an extension's origin. */
  readonly file: string;
  readonly line: string;
  readonly column: string;
}

/** @returns null when the line has another form */
export function parseFrame(text: string): StackFrame | null {
  const parts = /^(.*?)@(.*):(\d+):(\d+)$/.exec(text);
  if (parts === null) return null;
  const [, name = '', url = '', line = '', column = ''] = parts;
  return { name, file: url.replace(/^moz-extension:\/\/[^/]+\//, ''), line, column };
}

/** @returns `file:line` of the innermost frame; null when there is none to be read */
export function innermostPlace(stack: string | null): string | null {
  const frame = parseFrame(stack?.split('\n', 1)[0] ?? '');
  return frame === null ? null : `${frame.file}:${frame.line}`;
}
