/** One text for one value, whichever side of the wire it is seen from. */

/**
 * Self-contained: it also runs inside Firefox, from its source text. Long texts are folded to their length
 * and a checksum.
 *
 * @param value any structured clone
 */
export function canonicalText(value: unknown): string {
  const seen = new Map<object, number>();
  let depth = 0;
  const write = (item: unknown): string => {
    if (depth > 1_000) return 'deeper';
    depth += 1;
    const text = describe(item);
    depth -= 1;
    return text;
  };
  const describe = (item: unknown): string => {
    if (item === undefined) return 'undefined';
    if (typeof item === 'bigint') return `${String(item)}n`;
    if (typeof item === 'number') return Object.is(item, -0) ? '-0' : String(item);
    if (typeof item !== 'object' || item === null) return JSON.stringify(item);
    const before = seen.get(item);
    if (before !== undefined) return `#${String(before)}`;
    seen.set(item, seen.size);
    const tag = Object.prototype.toString.call(item).slice(8, -1);
    if (tag === 'Date') return `Date(${String((item as Date).getTime())})`;
    if (tag === 'Map') {
      return `Map{${[...(item as Map<unknown, unknown>)].map(([k, v]) => `${write(k)}=>${write(v)}`).join()}}`;
    }
    if (tag === 'Set') return `Set{${[...(item as Set<unknown>)].map(write).join()}}`;
    if (ArrayBuffer.isView(item) || tag.endsWith('Array')) {
      return `${tag}[${Array.from(item as ArrayLike<unknown>, (part) => write(part)).join()}]`;
    }
    const keys = Object.keys(item).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${write((item as Record<string, unknown>)[key])}`).join()}}`;
  };
  const text = write(value);
  if (text.length <= 2_000) return text;
  let sum = 0;
  for (let i = 0; i < text.length; i += 1) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0;
  return `${text.slice(0, 200)}…${String(text.length)}:${String(sum)}`;
}
