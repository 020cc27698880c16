/** Text as a part of a regular expression. */

/**
 * @returns the source of an expression that matches just this text, with or without the flag `u`; `RegExp.escape`, which
 *   does the same, is not in every Node that the command line runs in
 */
export function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
