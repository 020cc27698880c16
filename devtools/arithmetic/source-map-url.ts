/** Where a script says that its source map is: https://tc39.es/ecma426/#sec-linking-generated-code */

const COMMENT = /^(?:\/\/|\/\*)[#@]\s*sourceMappingURL=(\S+?)\s*(?:\*\/)?$/;

/**
 * @param script a whole script, or style sheet
 * @returns what the comment at its end names, as it stands there; null when there is none
 */
export function sourceMapUrl(script: string): string | null {
  let end = script.length;
  while (end > 0) {
    const start = script.lastIndexOf('\n', end - 1) + 1;
    const line = script.slice(start, end).trim();
    const found = COMMENT.exec(line)?.[1];
    if (found !== undefined) return found;
    // What is said above code belongs to that code, or is part of a text.
    if (line !== '' && !line.startsWith('//')) return null;
    end = start - 1;
  }
  return null;
}
