/** What is missing from a recording because the store no longer has it, or has it damaged. */

import type { StoredDropped } from '../protocol/index.js';
import type { RowList } from './rows.js';
import { NONE } from './columns.js';

export class Holes {
  readonly #rows: RowList;
  readonly #deleted = new Map<string, { readonly record: StoredDropped; readonly row: number }>();
  #damaged = 0;

  constructor(rows: RowList) {
    this.#rows = rows;
  }

  /** What was deleted to make room, one record for each extension. */
  get deleted(): StoredDropped[] {
    return [...this.#deleted.values()].map(({ record }) => record);
  }

  /** Events in records that cannot be read. */
  get damaged(): number {
    return this.#damaged;
  }

  /** @returns whether anything is other than before */
  setDeleted(records: Iterable<StoredDropped>): boolean {
    let changed = false;
    for (const record of records) {
      const known = this.#deleted.get(record.extension);
      if (
        known?.record.events === record.events &&
        known.record.until === record.until &&
        known.record.contexts === record.contexts
      ) {
        continue;
      }
      changed = true;
      if (known !== undefined && known.row !== NONE) this.#rows.remove(known.row);
      if (record.events === 0) {
        this.#deleted.set(record.extension, { record, row: NONE });
        continue;
      }
      const { extension, events, bytes, reason, until } = record;
      const row = this.#rows.add({
        kind: 'deleted',
        at: until,
        extension,
        events,
        bytes,
        reason,
      });
      this.#deleted.set(extension, { record, row });
    }
    return changed;
  }

  /** @returns the row that tells what of the extension was deleted, or {@link NONE} */
  rowOf(extension: string): number {
    return this.#deleted.get(extension)?.row ?? NONE;
  }

  addDamaged(events: number): void {
    this.#damaged += events;
  }
}
