/**
 * How many requests have an end in each context and extension. Rows change at their end, so the counts are kept by
 * blocks of rows, and only blocks that have changed are counted again.
 */

import type { Model } from '../../src/model/index.js';
import type { Request } from '../../src/model/types.js';
import { contextsOf } from './membership.js';
import { extensionOf, unseenSender, type Unseen } from './unseen.js';

const BLOCK = 8_192;

export interface Counts {
  readonly byContext: Map<string, number>;
  readonly byExtension: Map<string, number>;
  /** Senders that have not reported, by their keys. */
  readonly unseen: Map<string, Unseen>;
}

type Readable = Pick<Model, 'rows'>;

export class RequestCounts {
  #blocks: Counts[] = [];

  /** Rows from this index on have changed. */
  changed(from: number): void {
    this.#blocks.length = Math.min(this.#blocks.length, Math.floor(from / BLOCK));
  }

  /** @returns requests of the model that are listed, each counted once in each context and extension */
  of(model: Readable, listed: (request: Request) => boolean): Counts {
    const { length } = model.rows;
    const sum = empty();
    for (let block = 0; block * BLOCK < length; block += 1) {
      const end = Math.min(length, (block + 1) * BLOCK);
      const counts = this.#blocks[block] ?? count(model, block * BLOCK, end, listed);
      // The last one goes on.
      if (end === (block + 1) * BLOCK) this.#blocks[block] = counts;
      add(sum.byContext, counts.byContext);
      add(sum.byExtension, counts.byExtension);
      for (const [key, unseen] of counts.unseen) sum.unseen.set(key, unseen);
    }
    return sum;
  }
}

function empty(): Counts {
  return { byContext: new Map(), byExtension: new Map(), unseen: new Map() };
}

function add(to: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [key, number] of counts) to.set(key, (to.get(key) ?? 0) + number);
}

function count(
  { rows }: Readable,
  from: number,
  to: number,
  listed: (request: Request) => boolean,
): Counts {
  const { byContext, byExtension, unseen } = empty();
  for (let index = from; index < to; index += 1) {
    if (rows.kindAt(index) !== 'request') continue;
    const row = rows.at(index);
    if (row?.kind !== 'request' || !listed(row.request)) continue;
    const keys = new Set(contextsOf(row.request));
    for (const key of keys) byContext.set(key, (byContext.get(key) ?? 0) + 1);
    for (const id of new Set([...keys].map(extensionOf))) {
      byExtension.set(id, (byExtension.get(id) ?? 0) + 1);
    }
    const sender = unseenSender(row.request);
    if (sender !== null) unseen.set(sender.key, sender);
  }
  return { byContext, byExtension, unseen };
}
