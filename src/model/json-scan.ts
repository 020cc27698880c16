/**
 * Reads the top level of a JSON object from the beginning of its text, without parsing the whole: payloads
 * can be megabytes, and cut-off previews do not parse at all.
 */

/** A string longer than this is not told. */
const LONGEST_STRING = 200;

/**
 * @param text JSON text, possibly cut off
 * @param limit how many characters may be looked at
 * @param tell gets each top-level property whose value is a string, a number, a boolean or null, in order, and where
 *   the value stands, for {@link valueAt}; answers whether it wants more
 */
export function scanTopLevel(
  text: string,
  limit: number,
  tell: (key: string, from: number, to: number) => boolean,
): void {
  const end = Math.min(text.length, limit);
  let at = skipSpace(text, 0, end);
  if (text[at] !== '{') return;
  at += 1;
  while (at < end) {
    at = skipSpace(text, at, end);
    if (text[at] === ',') at = skipSpace(text, at + 1, end);
    if (text[at] !== '"') return;
    const keyEnd = stringEnd(text, at, end);
    if (keyEnd < 0) return;
    const keyAt = at;
    at = skipSpace(text, keyEnd, end);
    if (text[at] !== ':') return;
    at = skipSpace(text, at + 1, end);
    const valueEnd = skipValue(text, at, end);
    if (valueEnd < 0) return;
    const first = text[at];
    if (first !== '{' && first !== '[' && valueEnd - at <= LONGEST_STRING) {
      if (!tell(String(valueAt(text, keyAt, keyEnd)), at, valueEnd)) return;
    }
    at = valueEnd;
  }
}

/** @returns the string, number, boolean or null that stands there; undefined when it is none */
export function valueAt(
  text: string,
  from: number,
  to: number,
): string | number | boolean | null | undefined {
  if (text.charCodeAt(from) === 34 && isPlain(text, from + 1, to - 1)) {
    return text.slice(from + 1, to - 1);
  }
  try {
    return JSON.parse(text.slice(from, to)) as string | number | boolean | null;
  } catch {
    return undefined;
  }
}

/** @returns whether a string of these characters is what they say, without escapes */
function isPlain(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const char = text.charCodeAt(at);
    if (char === 92 || char < 32) return false;
  }
  return true;
}

function skipSpace(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && text.charCodeAt(at) <= 32) at += 1;
  return at;
}

/** @returns the index after the closing quote; -1 if the text ends before it */
function stringEnd(text: string, from: number, end: number): number {
  let quote = from;
  for (;;) {
    quote = text.indexOf('"', quote + 1);
    if (quote < 0 || quote >= end) return -1;
    let backslash = quote - 1;
    while (text.charCodeAt(backslash) === 92) backslash -= 1;
    if ((quote - backslash) % 2 === 1) return quote + 1;
  }
}

/** @returns the index after the value at `from`; -1 if the text ends before that */
function skipValue(text: string, from: number, end: number): number {
  let depth = 0;
  let at = from;
  while (at < end) {
    const char = text.charCodeAt(at);
    if (char === 34) {
      at = stringEnd(text, at, end);
      if (at < 0) return -1;
      if (depth === 0) return at;
      continue;
    }
    if (char === 123 || char === 91) depth += 1;
    else if (char === 125 || char === 93) {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (char === 44 || char <= 32)) return at;
    at += 1;
  }
  return -1;
}
