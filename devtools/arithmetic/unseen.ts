/** How many rows have come since the person let go of the newest ones. */

/** Rows from `mark` on (before it, where the newest come first) have not been in view. */
export interface Unseen {
  readonly arrangement: number;
  readonly gone: number;
  readonly mark: number;
}

/** The table as it stands, and the part of it that is drawn. */
export interface Seen {
  readonly arrangement: number;
  /** How far what is in view has moved up, counted up. */
  readonly gone: number;
  readonly count: number;
  readonly newest: 'start' | 'end' | null;
  readonly follows: boolean;
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

/** @returns what is unseen now; nothing is in another arrangement, or where the list sticks to the newest rows */
export function unseenAfter(before: Unseen, now: Seen): Unseen {
  const { arrangement, gone, count, newest, first, end } = now;
  const moved = before.mark - (gone - before.gone);
  const anew = now.follows || arrangement !== before.arrangement || newest === null;
  const mark =
    newest === 'start'
      ? Math.min(anew ? 0 : moved, first)
      : Math.min(count, Math.max(anew ? count : moved, end));
  return { arrangement, gone, mark: Math.max(0, mark) };
}

/** @returns how many rows are unseen */
export function unseenCount({ mark }: Unseen, { count, newest }: Seen): number {
  return newest === 'start' ? mark : newest === 'end' ? count - mark : 0;
}
