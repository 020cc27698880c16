/** Values that are neither objects nor strings. */

/** @returns how JavaScript writes it, with what `String()` drops: the `n` of a bigint, the sign of -0 */
export function primitiveText(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  return Object.is(value, -0) ? '-0' : String(value);
}
