/** Long texts and bytes as lines of bounded length, for a list that draws only those in view. */

/** Characters; a longer line goes on in the next. */
const LONGEST = 200;

/** @returns the text's lines, long ones in pieces, never cut through a character */
export function linesOf(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    let from = 0;
    while (line.length - from > LONGEST) {
      const code = line.charCodeAt(from + LONGEST - 1);
      const to = from + LONGEST - (code >= 0xd800 && code <= 0xdbff ? 1 : 0);
      lines.push(line.slice(from, to));
      from = to;
    }
    lines.push(line.slice(from));
  }
  return lines;
}

/** @returns indexes of the lines in which the text occurs, whatever its capitals, `most` at most */
export function findLines(lines: readonly string[], text: string, most: number): number[] {
  const wanted = text.toLowerCase();
  const found: number[] = [];
  if (wanted === '') return found;
  for (let index = 0; index < lines.length && found.length < most; index += 1) {
    if (lines[index]?.toLowerCase().includes(wanted) === true) found.push(index);
  }
  return found;
}

/** A line of a hex dump. */
export interface HexLine {
  readonly offset: string;
  /** Two digits a byte, the halves apart. */
  readonly digits: string;
  /** What is printable ASCII; a point for the rest. */
  readonly text: string;
}

/** @param width bytes a line */
export function hexLine(bytes: Uint8Array, index: number, width: number): HexLine {
  const part = bytes.subarray(index * width, (index + 1) * width);
  const digits = Array.from(part, (byte) => byte.toString(16).padStart(2, '0'));
  const half = width / 2;
  return {
    offset: (index * width).toString(16).padStart(8, '0'),
    digits: `${digits.slice(0, half).join(' ')}  ${digits.slice(half).join(' ')}`.padEnd(
      width * 3,
      ' ',
    ),
    text: Array.from(part, (byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
    ).join(''),
  };
}

/**
 * @param text what to look for: UTF-8 text, or bytes as `0x` and hex digits
 * @returns offsets at which it begins, `most` at most
 */
export function findBytesIn(bytes: Uint8Array, text: string, most: number): number[] {
  const digits = /^0x((?:[\da-f]{2}\s*)+)$/i.exec(text.trim())?.[1]?.replaceAll(/\s/g, '');
  const wanted =
    digits === undefined
      ? new TextEncoder().encode(text)
      : Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const found: number[] = [];
  const [first] = wanted;
  if (first === undefined) return found;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (!wanted.every((byte, index) => bytes[at + index] === byte)) continue;
    found.push(at);
    if (found.length >= most) return found;
  }
  return found;
}
