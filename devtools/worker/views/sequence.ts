/**
 * Contexts as lanes, messages as arrows between them, ports' lifetimes as bars: for one stretch of time, of the rows that the
 * table shows. Where there are more arrows than can be told apart, those of one moment and pair of lanes are one.
 */

import { counted, text } from '../../../src/texts/index.js';
import { partition } from '../../../src/model/columns.js';
import { compareText } from '../../../src/model/facts.js';
import type { Arrow, Lane, LaneMark, Sequence, Span } from '../../view-protocol.js';
import { kindOf, labelOf, receiversOf, senderOf, type Place } from './places.js';
import { seenMessages, type Visible } from './visible.js';

/** Lanes at most; contexts that have fewer messages have none. */
const MOST_LANES = 24;

/** Stretches into which the window is cut where arrows have to be counted together. */
const MOMENTS = 250;

/** Milliseconds; less than clocks can tell apart. */
const AFTER = 1e-3;

const KIND_ORDER = { script: 0, extension: 1, outside: 2 };

/** Which contexts have a lane. Holds for one query and revision: stays while the window moves. */
export interface LanePlan {
  readonly lanes: readonly Lane[];
  readonly numbers: ReadonlyMap<Place, number>;
  readonly more: number;
}

export function planLanes(visible: Visible): LanePlan {
  const { model } = visible;
  const counts = new Map<Place, number>();
  const count = (place: Place): void => {
    counts.set(place, (counts.get(place) ?? 0) + 1);
  };
  for (const seen of seenMessages(visible)) {
    count(senderOf(model, seen));
    for (const place of receiversOf(model, seen)) count(place);
  }
  const busiest = [...counts].sort((a, b) => b[1] - a[1]).map(([place]) => place);
  const shown = busiest.slice(0, MOST_LANES).sort((a, b) => {
    const [left, right] = [model.contexts.get(a), model.contexts.get(b)];
    return (
      KIND_ORDER[kindOf(model, a)] - KIND_ORDER[kindOf(model, b)] ||
      compareText(left?.extensionId ?? '', right?.extensionId ?? '') ||
      (left?.startedAt ?? 0) - (right?.startedAt ?? 0) ||
      compareText(a, b)
    );
  });
  return {
    lanes: shown.map((place) => {
      const context = model.contexts.get(place);
      return {
        key: context?.key ?? '',
        label: labelOf(model, place),
        kind: kindOf(model, place),
        from: context?.startedAt ?? -Infinity,
        to: model.lives.get(place)?.end?.at ?? null,
      };
    }),
    numbers: new Map(shown.map((place, index) => [place, index])),
    more: busiest.length - shown.length,
  };
}

/** Rows of which one may arrive after all others. */
const LAST_ROWS = 100;

/**
 * @param connections that the rows are about
 * @param window null: all of it
 * @param most arrows that are told one by one
 */
export function sequence(
  visible: Visible,
  { lanes, numbers, more }: LanePlan,
  connections: readonly number[],
  window: { readonly from: number; readonly to: number } | null,
  most: number,
): Sequence {
  const { model, indexes } = visible;
  const { rows } = model;
  const last = indexes.length - 1;
  const whole = {
    from: last < 0 ? 0 : rows.timeAt(indexes[0] as number),
    to: last < 0 ? 0 : endOf(visible),
  };
  const { from, to } = window ?? whole;
  const first = positionAt(visible, from);
  const end = positionAt(visible, to + AFTER);
  const arrows =
    end - first > most
      ? together(visible, numbers, first, end, from, to)
      : oneByOne(visible, numbers, first, end);
  return {
    view: 'sequence',
    whole,
    window: { from, to },
    lanes,
    more,
    arrows,
    spans: spansIn(model, connections, numbers, from, to),
    marks: marksIn(visible, numbers, first, end),
  };
}

/** @returns when the last of the rows had arrived, epoch milliseconds, as far as that is known */
function endOf(visible: Visible): number {
  const { length } = visible.indexes;
  let end = visible.model.rows.timeAt(visible.indexes[length - 1] as number);
  for (const { at, latency } of seenMessages(visible, Math.max(0, length - LAST_ROWS))) {
    if (at + latency > end) end = at + latency;
  }
  return end;
}

function oneByOne(
  visible: Visible,
  numbers: ReadonlyMap<Place, number>,
  first: number,
  end: number,
): Arrow[] {
  const { model } = visible;
  const arrows: Arrow[] = [];
  for (const seen of seenMessages(visible, first, end)) {
    const from = numbers.get(senderOf(model, seen));
    if (from === undefined) continue;
    const { position: row, at, type, isTroubled, request, message } = seen;
    const base = { row, from, label: type ?? '', count: 1, troubled: isTroubled };
    receiversOf(model, seen).forEach((place, n) => {
      const lane = numbers.get(place);
      if (lane === undefined) return;
      const arrival =
        request === null
          ? message >= 0 && n < model.messages.deliveries(message)
            ? model.messages.arrivedAt(message, n)
            : null
          : (request.receipts[n]?.at ?? null);
      const isThere = arrival !== null || request !== null;
      arrows.push({ ...base, to: isThere ? lane : null, at, end: arrival, isReply: false });
      const reply = request?.reply ?? null;
      const settledAt = request?.settledAt ?? null;
      const isWinner = request?.winner?.receipt === request?.receipts[n]?.key;
      if (reply === null || settledAt === null || !isWinner) return;
      arrows.push({ ...base, from: lane, to: from, at: reply.at, end: settledAt, isReply: true });
    });
  }
  return arrows;
}

function together(
  visible: Visible,
  numbers: ReadonlyMap<Place, number>,
  first: number,
  end: number,
  from: number,
  to: number,
): Arrow[] {
  const { model } = visible;
  const moment = Math.max((to - from) / MOMENTS, Number.MIN_VALUE);
  type Mutable<T> = { -readonly [K in keyof T]: T[K] };
  const arrows = new Map<string, Mutable<Arrow>>();
  for (const seen of seenMessages(visible, first, end)) {
    const sender = numbers.get(senderOf(model, seen));
    if (sender === undefined) continue;
    const slice = Math.min(MOMENTS - 1, Math.floor((seen.at - from) / moment));
    for (const place of receiversOf(model, seen)) {
      const lane = numbers.get(place);
      if (lane === undefined) continue;
      const key = `${slice} ${sender} ${lane}`;
      const known = arrows.get(key);
      if (known !== undefined) {
        known.count += 1;
        known.troubled ||= seen.isTroubled;
        continue;
      }
      arrows.set(key, {
        row: seen.position,
        from: sender,
        to: lane,
        at: from + (slice + 0.5) * moment,
        end: null,
        label: '',
        count: 1,
        troubled: seen.isTroubled,
        isReply: false,
      });
    }
  }
  return [...arrows.values()];
}

/** Those of the connections that were open in the window, between the lanes of their ends. */
function spansIn(
  model: Visible['model'],
  connections: readonly number[],
  numbers: ReadonlyMap<Place, number>,
  from: number,
  to: number,
): Span[] {
  const spans: Span[] = [];
  for (const index of connections) {
    const connection = model.connectionAt(index);
    if (connection === undefined) continue;
    const { name, openedAt, closedAt, state, opener, acceptors } = connection;
    if (openedAt > to || (closedAt !== null && closedAt < from)) continue;
    const lane = numbers.get(opener?.context ?? '');
    const base = { name, at: openedAt, end: closedAt, failed: state === 'failed' };
    const others = acceptors.map(({ context }) => numbers.get(context));
    if (lane === undefined) {
      for (const other of others)
        if (other !== undefined) spans.push({ ...base, from: other, to: null });
      continue;
    }
    const seen = others.filter((other) => other !== undefined);
    if (seen.length === 0) spans.push({ ...base, from: lane, to: null });
    for (const other of seen) spans.push({ ...base, from: lane, to: other });
  }
  return spans;
}

const MARKS = {
  started: 'mark_started',
  frozen: 'mark_frozen',
  thawed: 'mark_thawed',
  unloaded: 'mark_unloaded',
  ended: 'mark_ended',
} as const;

function marksIn(
  { model, indexes }: Visible,
  numbers: ReadonlyMap<Place, number>,
  first: number,
  end: number,
): LaneMark[] {
  const marks: LaneMark[] = [];
  for (let position = first; position < end; position += 1) {
    const index = indexes[position] as number;
    const kind = model.rows.kindAt(index);
    if (kind !== 'lifecycle' && kind !== 'gap') continue;
    const row = model.rows.at(index);
    if (row?.kind !== 'lifecycle' && row?.kind !== 'gap') continue;
    const lane = numbers.get(row.context);
    if (lane === undefined) continue;
    const what = row.kind === 'gap' ? counted('mark_gap', row.events) : text(MARKS[row.what]);
    marks.push({ lane, at: row.at, what });
  }
  return marks;
}

/** @returns the first visible position whose row is not earlier */
function positionAt({ model, indexes }: Visible, at: number): number {
  const timeAt = (position: number): number => model.rows.timeAt(indexes[position] as number);
  return partition(indexes.length, (position) => timeAt(position) < at);
}
