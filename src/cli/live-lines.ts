/** Prints traffic while it comes: one line a message or request, each once. */
import { messageLine, type Model, type Row } from '../model/index.js';
import type { Recording } from './recording.js';
import type { Terminal } from './terminal.js';

/**
 * A message's line is held back this long, in milliseconds, because its deliveries come from other contexts
 * in their own time.
 */
const HOLD_MS = 700;

/** The line of a request is held back up to this long, in milliseconds, for the reply to stand in it. */
const HOLD_WAITING_MS = 2_500;

/** Reports from different contexts may come out of order by this much, in milliseconds. */
const DISORDER_MS = 3_000;

type Source = Pick<Recording, 'model' | 'startedAt'>;

export class LiveLines {
  readonly #terminal: Terminal;
  #model: Model | null = null;
  #printed = new Set<string>();
  #upTo = -Infinity;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Prints what is new and old enough to be complete. */
  print(source: Source, now = Date.now()): void {
    this.#printUpTo(source, now - HOLD_MS);
  }

  /** Prints what is left, however new. */
  printRest(source: Source): void {
    this.#printUpTo(source, Infinity);
  }

  #printUpTo({ model, startedAt }: Source, upTo: number): void {
    if (this.#model !== model) {
      this.#model = model;
      this.#printed.clear();
      this.#upTo = -Infinity;
    }
    model.settle();
    const { rows } = model;
    const from = this.#upTo - DISORDER_MS;
    const printed = new Set<string>();
    for (let index = rows.indexAt(from); index < rows.length; index += 1) {
      const row = rows.at(index);
      if (row === undefined || row.at > upTo - patience(row)) continue;
      const key = keyOf(row);
      if (key === null) continue;
      if (!this.#printed.has(key))
        this.#terminal.out(messageLine(model, row, startedAt ?? undefined));
      printed.add(key);
    }
    this.#printed = printed;
    this.#upTo = upTo;
  }
}

/** @returns how much longer than other rows it is held back, in milliseconds */
function patience(row: Row): number {
  const waits = row.kind === 'request' && row.request.state === 'waiting';
  return waits ? HOLD_WAITING_MS - HOLD_MS : 0;
}

/** @returns null for rows that are not printed */
function keyOf(row: Row): string | null {
  if (row.kind === 'message') return row.message.key;
  return row.kind === 'request' ? row.request.key : null;
}
