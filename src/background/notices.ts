/**
 * Stores what the person must know that is no event. What happens again soon after is counted into the notice
 * that is there already, so that a flood is one line with a count.
 */

import type { StoredNotice } from '../protocol/index.js';
import type { PortholeDatabase } from '../store/reader.js';
import { addNotice, putNotice } from '../store/writer.js';

/** Milliseconds without another of its kind after which a notice is not counted on. */
const QUIET_MS = 60_000;

/** Notices that are counted on; beyond that the oldest is not any more. */
const MOST = 100;

/** Least milliseconds between two writes of a notice. */
const WRITE_MS = 500;

/** A notice that may happen again. */
interface Line {
  notice: Omit<StoredNotice, 'id'> & { readonly count: number };
  /** Null until it is stored. */
  id: number | null;
  /** Not as it is stored. */
  isDirty: boolean;
  isBusy: boolean;
}

export class Notices {
  /** By severity and extension. */
  readonly #lines = new Map<string, Line>();

  constructor(
    private readonly database: () => Promise<PortholeDatabase>,
    private readonly onStored: () => void,
    private readonly quietMs = QUIET_MS,
  ) {}

  /**
   * @param text of this time; the notice shows the last one and how many there were
   * @param extensionId whose doing it is; null when nobody's but Porthole's own
   */
  add(severity: StoredNotice['severity'], text: string, extensionId: string | null): void {
    const at = Date.now();
    const key = this.#keyOf(severity, extensionId);
    if (key === null) {
      this.add(severity, text, null);
      return;
    }
    let line = this.#lines.get(key);
    const goesOn = line !== undefined && (line.isDirty || at - line.notice.at <= this.quietMs);
    if (line === undefined || !goesOn) {
      const notice = { at, severity, text, extensionId, count: 1 };
      line = { notice, id: null, isDirty: true, isBusy: false };
      this.#lines.delete(key);
      this.#lines.set(key, line);
    } else {
      line.notice = { ...line.notice, at, text, count: line.notice.count + 1 };
      line.isDirty = true;
    }
    this.#write(line);
  }

  /** Storing works again: tries what could not be stored. */
  retry(): void {
    for (const line of this.#lines.values()) if (line.isDirty) this.#write(line);
  }

  /** The stored notices were deleted: what happens from now on is counted from one. */
  forget(): void {
    this.#lines.clear();
  }

  /** @returns null when too many cannot be stored: then it is counted with those that are nobody's doing */
  #keyOf(severity: StoredNotice['severity'], extensionId: string | null): string | null {
    const key = `${severity} ${extensionId ?? ''}`;
    if (extensionId === null || this.#lines.has(key) || this.#lines.size < MOST) return key;
    for (const [old, { isDirty, isBusy }] of this.#lines) {
      if (isDirty || isBusy) continue;
      this.#lines.delete(old);
      return key;
    }
    return null;
  }

  #write(line: Line): void {
    if (line.isBusy) return;
    line.isBusy = true;
    void this.#store(line).then((stored) => {
      line.isBusy = false;
      // A failure is tried again when something else could be stored.
      if (stored && line.isDirty) this.#write(line);
    });
  }

  /** @returns whether it could be stored, after a rest in which more may come */
  async #store(line: Line): Promise<boolean> {
    const { notice, id } = line;
    line.isDirty = false;
    try {
      const database = await this.database();
      if (id === null) line.id = await addNotice(database, notice);
      else await putNotice(database, { ...notice, id });
    } catch (error) {
      // Until it can be stored the console is what remains.
      console.error(notice.text, error);
      line.isDirty = true;
      return false;
    }
    this.onStored();
    await new Promise((resolve) => setTimeout(resolve, WRITE_MS));
    return true;
  }
}
