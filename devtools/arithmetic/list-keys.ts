/** Where a key leads in a list: the same in the table and in both trees. */

/**
 * @param key as in `KeyboardEvent.key`
 * @param from index of the current line; null for none
 * @param count of lines
 * @param page how many lines are visible at once
 * @returns the index to go to, which may lie beyond either end; null when the key does not move
 */
export function lineForKey(
  key: string,
  from: number | null,
  count: number,
  page: number,
): number | null {
  const first = 0;
  const last = count - 1;
  switch (key) {
    case 'ArrowDown':
      return from === null ? first : from + 1;
    case 'ArrowUp':
      return from === null ? last : from - 1;
    case 'PageDown':
      return (from ?? first) + page;
    case 'PageUp':
      return (from ?? last) - page;
    case 'Home':
      return first;
    case 'End':
      return last;
    default:
      return null;
  }
}
