/** Rates over time, quantiles, and who is busiest, of the rows that the table shows. */

import type { Ranked, Statistics } from '../../view-protocol.js';
import { Gathered } from './quantiles.js';
import { connectionsIn, seenMessages, type Visible } from './visible.js';

/** Connections and types that are listed. */
const MOST_RANKED = 12;

class Tally {
  messages = 0;
  bytes = 0;
  readonly latency = new Gathered();

  add(bytes: number, latency: number): void {
    this.messages += 1;
    this.bytes += bytes;
    if (!Number.isNaN(latency)) this.latency.add(Math.max(0, latency));
  }
}

/** @param buckets into how many stretches of equal length the time is cut */
export function statistics(visible: Visible, buckets: number): Statistics {
  const { model, indexes } = visible;
  const { rows } = model;
  const count = indexes.length;
  const first = count === 0 ? 0 : rows.timeAt(indexes[0] as number);
  const last = count === 0 ? 0 : rows.timeAt(indexes[count - 1] as number);
  const bucketMs = niceBucket((last - first) / buckets);
  const from = Math.floor(first / bucketMs) * bucketMs;
  const length = count === 0 ? 0 : Math.floor((last - from) / bucketMs) + 1;
  const messages = zeros(length);
  const bytes = zeros(length);
  const latency = new Gathered();
  const size = new Gathered();
  const byConnection = new Map<number, Tally>();
  const byType = new Map<Ranked['name'], Tally>();
  let total = 0;
  let totalBytes = 0;
  for (const seen of seenMessages(visible)) {
    const bucket = Math.floor((seen.at - from) / bucketMs);
    messages[bucket] = (messages[bucket] ?? 0) + 1;
    bytes[bucket] = (bytes[bucket] ?? 0) + seen.bytes;
    total += 1;
    totalBytes += seen.bytes;
    size.add(seen.bytes);
    // Clocks of two processes may make a delivery precede its post.
    if (!Number.isNaN(seen.latency)) latency.add(Math.max(0, seen.latency));
    tallyOf(byConnection, seen.connection).add(seen.bytes, seen.latency);
    tallyOf(byType, seen.type).add(seen.bytes, seen.latency);
  }
  const nameOf = (index: number): Ranked['name'] =>
    index < 0 ? null : (model.connectionAt(index)?.name ?? '');
  return {
    view: 'statistics',
    from,
    bucketMs,
    messages,
    bytes,
    open: openConnections(visible, from, bucketMs, length),
    total: { messages: total, bytes: totalBytes },
    latency: latency.quantiles(),
    size: size.quantiles(),
    connections: ranked(joinedBy(byConnection, nameOf)),
    types: ranked(byType),
  };
}

function tallyOf<Key>(tallies: Map<Key, Tally>, key: Key): Tally {
  let tally = tallies.get(key);
  if (tally === undefined) tallies.set(key, (tally = new Tally()));
  return tally;
}

/** Connections of one name count together: an extension opens the same port again and again. */
function joinedBy(
  tallies: ReadonlyMap<number, Tally>,
  nameOf: (index: number) => Ranked['name'],
): Map<Ranked['name'], Tally> {
  const joined = new Map<Ranked['name'], Tally>();
  for (const [index, tally] of tallies) {
    const sum = tallyOf(joined, nameOf(index));
    sum.messages += tally.messages;
    sum.bytes += tally.bytes;
    tally.latency.each((value) => sum.latency.add(value));
  }
  return joined;
}

function ranked(tallies: ReadonlyMap<Ranked['name'], Tally>): Ranked[] {
  return [...tallies]
    .sort(
      ([a, left], [b, right]) => right.messages - left.messages || ((a ?? '') < (b ?? '') ? -1 : 1),
    )
    .slice(0, MOST_RANKED)
    .map(([name, { messages, bytes, latency }]) => ({
      name,
      messages,
      bytes,
      latency: latency.quantiles()?.p50 ?? null,
    }));
}

/** @returns for each bucket how many of the connections that the rows are about were open at its end */
function openConnections(
  visible: Visible,
  from: number,
  bucketMs: number,
  length: number,
): number[] {
  const open = zeros(length);
  const change = (at: number, by: number): void => {
    const bucket = Math.max(0, Math.floor((at - from) / bucketMs));
    if (bucket < length) open[bucket] = (open[bucket] ?? 0) + by;
  };
  for (const index of connectionsIn(visible)) {
    const connection = visible.model.connectionAt(index);
    if (connection === undefined || connection.state === 'failed') continue;
    change(connection.openedAt, 1);
    if (connection.closedAt !== null) change(connection.closedAt, -1);
  }
  for (let bucket = 1; bucket < length; bucket += 1) {
    open[bucket] = (open[bucket] ?? 0) + (open[bucket - 1] ?? 0);
  }
  return open;
}

/** Lengths that read well on an axis, in milliseconds. */
const NICE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 30e3, 60e3, 300e3, 900e3];

/** @returns the first that is no shorter, or a whole number of hours */
export function niceBucket(ms: number): number {
  return NICE.find((nice) => nice >= ms) ?? Math.ceil(ms / 3_600e3) * 3_600e3;
}

function zeros(length: number): number[] {
  return Array.from({ length }, () => 0);
}
