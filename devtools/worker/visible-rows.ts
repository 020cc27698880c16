/**
 * Which rows pass the query, kept up to date without looking at all of them each time. Rows are stamped
 * with the stage at which they were held back, so that an empty table can say why it is empty.
 */

import type { Connection, Request, Row, Rows } from '../../src/model/types.js';

/** What a row must pass, in this order. */
export interface Stages {
  readonly scope: Membership | null;
  readonly selection: Membership | null;
  readonly filter: ((row: Row) => boolean) | null;
}

/** A set of contexts, connections and requests. */
export interface Membership {
  readonly context: (key: string) => boolean;
  readonly connection: (connection: Connection) => boolean;
  readonly request: (request: Request) => boolean;
  /** Whether what concerns the extension as a whole concerns the set. */
  readonly extension: (id: string) => boolean;
}

/** Stamps: what held the row back. */
const VISIBLE = 0;
const BY_SCOPE = 1;
const BY_SELECTION = 2;
const BY_FILTER = 3;
/** Added to {@link VISIBLE} for messages, one-shot ones included. */
const MESSAGE = 4;

/** Rows between two looks at the clock. */
const LOOKS = 64;

export class VisibleRows {
  #stages: Stages = { scope: null, selection: null, filter: null };
  /** Rows looked at so far. */
  #length = 0;
  #stamps = new Uint8Array(1024);
  /** Indexes of visible rows, ascending. */
  #indexes: number[] = [];
  readonly #counts = new Uint32Array(8);
  #scoped = new Map<string, boolean>();
  #selected = new Map<string, boolean>();

  /** Indexes of the visible rows in the model's rows, ascending. */
  get indexes(): readonly number[] {
    return this.#indexes;
  }

  /** How many of the model's rows have been looked at, from the first on. */
  get looked(): number {
    return this.#length;
  }

  get counts(): {
    readonly messages: number;
    readonly byScope: number;
    readonly bySelection: number;
    readonly byFilter: number;
  } {
    const counts = this.#counts;
    return {
      messages: counts[MESSAGE] ?? 0,
      byScope: counts[BY_SCOPE] ?? 0,
      bySelection: counts[BY_SELECTION] ?? 0,
      byFilter: counts[BY_FILTER] ?? 0,
    };
  }

  /** The query changed: look at everything again on the next {@link update}. */
  setStages(stages: Stages): void {
    this.#stages = stages;
    this.#truncate(0);
    this.#scoped = new Map();
    this.#selected = new Map();
  }

  /**
   * Brings the visible rows up to date with the model's.
   *
   * @param rowsFrom index of the first row that has changed since the last call
   * @param until as `performance.now()` has it: then it stops, to be called again
   * @returns whether all rows have been looked at
   */
  update(
    rows: Pick<Rows, 'length' | 'at'>,
    connections: ReadonlyMap<string, Connection>,
    rowsFrom: number,
    until = Infinity,
  ): boolean {
    const { scope, selection } = this.#stages;
    const scopeKept = scope === null || this.#judge(this.#scoped, scope, connections);
    const selectionKept = selection === null || this.#judge(this.#selected, selection, connections);
    const from = scopeKept && selectionKept ? Math.min(rowsFrom, this.#length, rows.length) : 0;
    this.#truncate(from);
    this.#grow(rows.length);
    let index = from;
    for (; index < rows.length; index += 1) {
      if (index % LOOKS === LOOKS - 1 && performance.now() > until) break;
      const row = rows.at(index) as Row;
      const stamp = this.#stamp(row);
      this.#stamps[index] = stamp;
      this.#counts[stamp] = (this.#counts[stamp] ?? 0) + 1;
      if (stamp === VISIBLE || stamp === MESSAGE) this.#indexes.push(index);
    }
    this.#length = index;
    return index === rows.length;
  }

  #stamp(row: Row): number {
    const { scope, selection, filter } = this.#stages;
    if (scope !== null && !this.#belongs(row, scope, this.#scoped)) return BY_SCOPE;
    if (selection !== null && !this.#belongs(row, selection, this.#selected)) return BY_SELECTION;
    if (filter !== null && !filter(row)) return BY_FILTER;
    return row.kind === 'message' || row.kind === 'request' ? MESSAGE : VISIBLE;
  }

  #belongs(row: Row, membership: Membership, judged: ReadonlyMap<string, boolean>): boolean {
    if (row.kind === 'deleted') return membership.extension(row.extension);
    if (row.kind === 'lifecycle' || row.kind === 'gap') return membership.context(row.context);
    if (row.kind === 'request') return membership.request(row.request);
    const key = row.kind === 'message' ? row.message.connection : row.connection;
    return judged.get(key) ?? false;
  }

  /** @returns whether every connection judged before is judged the same now */
  #judge(
    judged: Map<string, boolean>,
    membership: Membership,
    connections: ReadonlyMap<string, Connection>,
  ): boolean {
    let kept = true;
    for (const [key, connection] of connections) {
      const now = membership.connection(connection);
      const before = judged.get(key);
      if (before === now) continue;
      if (before !== undefined) kept = false;
      judged.set(key, now);
    }
    // Fewer connections than verdicts: some were joined into others, and their rows with them.
    if (judged.size === connections.size) return kept;
    for (const key of judged.keys()) if (!connections.has(key)) judged.delete(key);
    return false;
  }

  #truncate(from: number): void {
    for (let index = from; index < this.#length; index += 1) {
      const stamp = this.#stamps[index] ?? 0;
      this.#counts[stamp] = (this.#counts[stamp] ?? 0) - 1;
    }
    this.#length = Math.min(this.#length, from);
    while (this.#indexes.length > 0 && (this.#indexes.at(-1) ?? 0) >= from) this.#indexes.pop();
  }

  #grow(length: number): void {
    if (length <= this.#stamps.length) return;
    const larger = new Uint8Array(Math.max(length, this.#stamps.length * 2));
    larger.set(this.#stamps);
    this.#stamps = larger;
  }
}
