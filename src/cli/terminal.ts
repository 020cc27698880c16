/** Text of strangers on its way to a terminal: a line stays one line and commands nothing. */

/**
 * C0 and C1 controls (escape sequences begin with one), line and paragraph separators, and the marks that
 * turn the direction of text around, which can make a line read as something else.
 */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** @returns the text with everything that is not plain text in one line written as `\u001b` and so on */
export function safeLine(text: string): string {
  return text.replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Where a command's lines go: results to `out`, warnings and progress to `note`. */
export interface Terminal {
  out(line: string): void;
  note(line: string): void;
}

/** Standard output and standard error. */
export const terminal: Terminal = {
  out: (line) => void process.stdout.write(`${safeLine(line)}\n`),
  note: (line) => void process.stderr.write(`${safeLine(line)}\n`),
};
