/** The table's columns: which there are, which of them are shown, and how wide each is. */

import type { TextKey } from '../../src/texts/index.js';
import type { SortColumn } from '../worker-protocol.js';

export type ColumnName = SortColumn | 'since' | 'previous' | 'direction' | 'preview';

export interface Column {
  readonly name: ColumnName;
  /** In the menu. */
  readonly title: TextKey;
  /** In the header, where that is another; null for nothing. */
  readonly short?: TextKey | null;
  /** What a click on the header sorts by; null: nothing. */
  readonly sort: SortColumn | null;
  /** Px: as narrow as it is by itself. */
  readonly min: number;
  /** Its share of what is left over. */
  readonly grow: number;
  /** Shown unless the person says otherwise, where there is room: columns with higher numbers give way first. */
  readonly rank: number | null;
  /** See {@link isOfMessage}. */
  readonly ofMessage?: boolean;
}

/** In the order in which they stand by themselves. */
export const COLUMNS: readonly Column[] = [
  { name: 'time', title: 'column_time', sort: 'time', min: 82, grow: 0, rank: 0 },
  {
    name: 'since',
    title: 'column_since',
    short: 'column_since_short',
    sort: 'time',
    min: 84,
    grow: 0,
    rank: null,
  },
  {
    name: 'previous',
    title: 'column_previous',
    short: 'column_previous_short',
    sort: null,
    min: 76,
    grow: 0,
    rank: null,
  },
  {
    name: 'direction',
    title: 'column_direction',
    short: null,
    sort: null,
    min: 18,
    grow: 0,
    rank: 0,
  },
  // Room for `content-script → background`.
  { name: 'ends', title: 'column_ends', sort: 'ends', min: 190, grow: 1.8, rank: 0 },
  {
    name: 'connection',
    title: 'column_connection',
    sort: 'connection',
    min: 80,
    grow: 0.6,
    rank: 2,
  },
  { name: 'api', title: 'column_api', sort: 'api', min: 110, grow: 0.2, rank: null },
  {
    name: 'extension',
    title: 'column_extension',
    sort: 'extension',
    min: 90,
    grow: 0.4,
    rank: null,
  },
  {
    name: 'tab',
    title: 'column_tab',
    short: 'column_tab_short',
    sort: 'tab',
    min: 60,
    grow: 0,
    rank: null,
  },
  {
    name: 'type',
    title: 'column_type',
    sort: 'type',
    min: 64,
    grow: 0.5,
    rank: 1,
    ofMessage: true,
  },
  { name: 'size', title: 'column_size', sort: 'size', min: 58, grow: 0, rank: 3, ofMessage: true },
  {
    name: 'latency',
    title: 'column_latency',
    sort: 'latency',
    min: 60,
    grow: 0,
    rank: 4,
    ofMessage: true,
  },
  {
    name: 'listeners',
    title: 'column_listeners',
    sort: 'listeners',
    min: 68,
    grow: 0,
    rank: null,
    ofMessage: true,
  },
  {
    name: 'preview',
    title: 'column_preview',
    sort: null,
    min: 60,
    grow: 2.2,
    rank: 0,
    ofMessage: true,
  },
];

/** What the person has said about columns. */
export interface ColumnWishes {
  /** Columns that are shown, or not, whatever the room. */
  readonly shown: Readonly<Partial<Record<ColumnName, boolean>>>;
  /** Px. */
  readonly widths: Readonly<Partial<Record<ColumnName, number>>>;
  /** In which they stand; what is not named stands behind what it stands behind by itself. */
  readonly order: readonly ColumnName[];
}

export const NO_WISHES: ColumnWishes = { shown: {}, widths: {}, order: [] };

/** A column as it is shown. */
export interface PlacedColumn extends Column {
  /** Px. */
  readonly width: number;
}

/** Px of preview beyond which other columns are worth their room. */
const PREVIEW_ROOM = 130;

/** Px. */
export const MOST_WIDTH = 1200;

/** @returns whether the person can hide it, and make it wider: what a row says is always shown, in what is left over */
export function isChoosable({ name }: Column): boolean {
  return name !== 'preview';
}

const OF_MESSAGE = new Set(COLUMNS.flatMap(({ name, ofMessage }) => (ofMessage ? [name] : [])));

/** @returns whether it is about a message, so that a row that is no message has its text there instead */
export function isOfMessage(name: ColumnName): boolean {
  return OF_MESSAGE.has(name);
}

/** @returns the least width it can be given, px */
export function leastWidth({ min }: Column): number {
  return Math.min(min, 40);
}

/** @returns all columns as {@link ColumnWishes.order} wants them */
export function inOrder(order: readonly ColumnName[]): readonly Column[] {
  if (order.length === 0) return COLUMNS;
  const names = [...order];
  for (const [index, { name }] of COLUMNS.entries()) {
    if (names.includes(name)) continue;
    const before = COLUMNS[index - 1]?.name;
    names.splice(before === undefined ? 0 : names.indexOf(before) + 1, 0, name);
  }
  return names.flatMap((name) => COLUMNS.find((column) => column.name === name) ?? []);
}

/**
 * @param columns that are shown, in order
 * @returns which of them the text of a row that is no message stands in: those around the preview that are about
 *   messages, from an index to another, exclusive
 */
export function eventSpan(columns: readonly ColumnName[]): readonly [from: number, to: number] {
  let from = columns.indexOf('preview');
  let to = from + 1;
  while (from > 0 && isOfMessage(columns[from - 1] as ColumnName)) from -= 1;
  while (to < columns.length && isOfMessage(columns[to] as ColumnName)) to += 1;
  return [from, to];
}

/**
 * @param room px that the table has
 * @returns the columns that are shown, in order; together wider than the room when the person wants so
 */
export function placeColumns(wishes: ColumnWishes, room: number): PlacedColumn[] {
  const { shown, widths, order } = wishes;
  const base = ({ name, min }: Column): number => widths[name] ?? min;
  let columns = inOrder(order).filter(({ name, rank }) => shown[name] ?? rank !== null);
  const wanted = (): number =>
    columns.reduce((sum, each) => sum + (each.name === 'preview' ? PREVIEW_ROOM : base(each)), 0);
  while (wanted() > room) {
    const last = Math.max(...columns.map(({ name, rank }) => (shown[name] ? 0 : (rank ?? 0))));
    if (last === 0) break;
    columns = columns.filter(({ name, rank }) => shown[name] === true || rank !== last);
  }
  const growing = columns.filter(({ name, grow }) => grow > 0 && widths[name] === undefined);
  const left = Math.max(0, room - columns.reduce((sum, each) => sum + base(each), 0));
  const shares = growing.reduce((sum, { grow }) => sum + grow, 0);
  return columns.map((column) => {
    const more = growing.includes(column) ? Math.floor((left * column.grow) / shares) : 0;
    return { ...column, width: base(column) + more };
  });
}

/** @returns CSS for the table: custom properties that its rows go by */
export function columnStyle(columns: readonly PlacedColumn[]): Record<string, string> {
  const [from, to] = eventSpan(columns.map(({ name }) => name));
  const tracks = columns.map(({ name, width }) =>
    name === 'preview' ? `minmax(${width}px, 1fr)` : `${width}px`,
  );
  return {
    '--columns': tracks.join(' '),
    '--least': `${columns.reduce((sum, { width }) => sum + width, 0)}px`,
    '--event': `${from + 1} / ${to + 1}`,
  };
}
