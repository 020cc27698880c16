/** Where in a file something was called, from Firefox's stacks: lines of `function@file:line:column`, innermost first. */

/** @returns `file:line` of the innermost frame, without the extension's origin; null when there is none to be read */
export function innermostPlace(stack: string | null): string | null {
  const parts = /^[^\n]*?@([^\n]*):(\d+):\d+(?:\n|$)/.exec(stack ?? '');
  if (parts === null) return null;
  const [, file = '', line = ''] = parts;
  return `${file.replace(/^moz-extension:\/\/[^/]+\//, '')}:${line}`;
}
