/** Stores what the person must know that is no event, and keeps a flood of it from filling the store. */

import type { StoredNotice } from '../protocol/index.js';
import type { PortholeDatabase } from '../store/reader.js';
import { addNotice } from '../store/writer.js';

/** Milliseconds in which one extension gets one notice; what comes meanwhile is counted into the next. */
const WINDOW_MS = 60_000;

/** Notices kept while storing fails. */
const PENDING = 20;

interface Window {
  more: number;
  last: Pick<StoredNotice, 'severity' | 'text'>;
}

export class Notices {
  readonly #windows = new Map<string | null, Window>();
  /** Could not be stored so far. */
  readonly #pending: Omit<StoredNotice, 'id'>[] = [];

  constructor(
    private readonly database: () => Promise<PortholeDatabase>,
    private readonly onStored: () => void,
    private readonly windowMs = WINDOW_MS,
  ) {}

  /**
   * @param extensionId whose doing it is; null when nobody's but Porthole's own
   */
  add(severity: StoredNotice['severity'], text: string, extensionId: string | null): void {
    const open = this.#windows.get(extensionId);
    if (open !== undefined) {
      open.more += 1;
      open.last = { severity, text };
      return;
    }
    this.#store(severity, text, extensionId);
    this.#open(extensionId);
  }

  /** Storing works again: tries what could not be stored. */
  retry(): void {
    for (const notice of this.#pending.splice(0)) this.#write(notice);
  }

  #open(extensionId: string | null): void {
    const window: Window = { more: 0, last: { severity: 'warning', text: '' } };
    this.#windows.set(extensionId, window);
    setTimeout(() => {
      this.#windows.delete(extensionId);
      if (window.more === 0) return;
      const { severity, text } = window.last;
      const seconds = this.windowMs / 1_000;
      const times = window.more === 1 ? 'one more notice' : `${window.more} more notices, the last`;
      this.#store(severity, `${times} within ${seconds} s: ${text}`, extensionId);
      this.#open(extensionId);
    }, this.windowMs);
  }

  #store(severity: StoredNotice['severity'], text: string, extensionId: string | null): void {
    this.#write({ at: Date.now(), severity, text, extensionId });
  }

  #write(notice: Omit<StoredNotice, 'id'>): void {
    this.database()
      .then((database) => addNotice(database, notice))
      .then(this.onStored, (error: unknown) => {
        // Until it can be stored the console is what remains.
        console.error(notice.text, error);
        if (this.#pending.length < PENDING) this.#pending.push(notice);
      });
  }
}
