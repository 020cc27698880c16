/**
 * What folding costs, and what a folded recording takes, by its length. In Node, where memory can be counted; the
 * panel's own worker is measured with the panel.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Model, type Texts } from '../../src/model/index.js';
import { median } from '../figures.js';
import { madeContexts, madeSegments } from '../recording/make.js';

/** Messages of the recordings; the first and the last are compared. */
const SIZES = [10_000, 100_000, 1_000_000];
const QUICK_SIZES = [10_000, 100_000];
/** Segments at the end of a recording whose cost is what appending costs then. */
const LAST = 40;
/** How often each is folded, the shortest ones more often. */
const ROUNDS = 3;
const STARTED_AT = 1_760_000_000_000;

interface Fold {
  readonly messages: number;
  readonly foldMillis: number;
  /** Microseconds a message, of the last segments. */
  readonly appendMicros: number;
  readonly bytesPerMessage: number;
}

export interface ModelBench {
  readonly figures: { readonly nodeFoldMillis: number; readonly nodeBytesPerMessage: number };
  readonly growth: { readonly ingest: number; readonly nodeAppend: number };
  readonly rounds: readonly Fold[];
}

/** @param quick leaves the longest recording out; its figures are then those of the second longest, scaled up */
export function benchModel(quick: boolean): ModelBench {
  const sizes = quick ? QUICK_SIZES : SIZES;
  fold(sizes[0] as number);
  const rounds = sizes.flatMap((size, index) =>
    Array.from({ length: ROUNDS * (index === 0 ? 3 : 1) }, () => fold(size)),
  );
  const of = (size: number, figure: keyof Fold): number =>
    median(rounds.filter(({ messages }) => messages === size).map((each) => each[figure]));
  const small = sizes[0] as number;
  const large = sizes.at(-1) as number;
  return {
    figures: {
      nodeFoldMillis: of(large, 'foldMillis') * (1_000_000 / large),
      nodeBytesPerMessage: of(large, 'bytesPerMessage'),
    },
    growth: {
      ingest: of(large, 'foldMillis') / large / (of(small, 'foldMillis') / small),
      nodeAppend: of(large, 'appendMicros') / of(small, 'appendMicros'),
    },
    rounds,
  };
}

/** Keeps the text of the segment that is being folded, as a reader of the store does. */
class LastText implements Texts {
  #segment = 0;
  #payload = '';

  put(segment: number, payload: string): void {
    this.#segment = segment;
    this.#payload = payload;
  }

  get(segment: number): string | undefined {
    return segment === this.#segment ? this.#payload : undefined;
  }

  clear(): void {
    this.#payload = '';
  }
}

function fold(messages: number): Fold {
  const before = resident();
  const model = new Model(new LastText());
  model.addContexts(madeContexts(STARTED_AT));
  const costs: { readonly millis: number; readonly messages: number }[] = [];
  let known = 0;
  const options = { recording: 1, startedAt: STARTED_AT, from: 0, to: messages };
  let id = 0;
  for (const { segment } of madeSegments(options)) {
    id += 1;
    const begun = performance.now();
    model.addSegment({ ...segment, id });
    model.settle();
    const millis = performance.now() - begun;
    const total = model.totals.messages;
    costs.push({ millis, messages: total - known });
    known = total;
  }
  if (known !== messages) throw new Error(`folded ${known} of ${messages} messages`);
  return {
    messages,
    foldMillis: costs.reduce((sum, { millis }) => sum + millis, 0),
    appendMicros: median(costs.slice(-LAST).map((each) => (each.millis * 1000) / each.messages)),
    bytesPerMessage: (resident() - before) / model.totals.messages,
  };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** @returns bytes held by what can still be reached, typed arrays included */
function resident(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
