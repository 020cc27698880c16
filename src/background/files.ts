/**
 * Has files of inspected extensions read for panels: finds a page of the extension that reports now, asks it for one
 * piece after the other, and checks what comes. Nobody is woken for it.
 */

import type { FileFault, FileNews, FilePiece, FileUnread } from '../protocol/index.js';
import { PIECE_CHARS } from '../protocol/index.js';
import type { Context } from './contexts.js';

/** Milliseconds to wait for a piece: the page may be busy, or frozen. */
const PATIENCE_MS = 8_000;

/** @returns whether whoever asked is still there */
export type TellFile = (news: FileNews) => boolean;

interface Reading {
  readonly url: string;
  readonly context: Context;
  readonly tell: TellFile;
  /** Characters that have come. */
  taken: number;
  /** Of the whole, as the first piece says. */
  length: number | null;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export class Files {
  readonly #readings = new Map<number, Reading>();
  #lastAsk = 0;

  /** @param contexts all that are known; those with a line can be asked */
  constructor(
    private readonly contexts: () => Iterable<Context>,
    private readonly patience = PATIENCE_MS,
  ) {}

  /**
   * @param extensionId as the browser attests it of the context that recorded the call site
   * @param url what the call site, or a source map, names: anything
   * @param tell hears each piece, or why there is none (any more)
   */
  read(extensionId: string, url: string, tell: TellFile): void {
    const found = this.#reader(extensionId, url);
    if (typeof found === 'string') {
      tell({ type: 'no-file', fault: found });
      return;
    }
    const ask = (this.#lastAsk += 1);
    const reading = { url, context: found, tell, taken: 0, length: null, timer: undefined };
    this.#readings.set(ask, reading);
    this.#ask(ask, reading);
  }

  /** Takes what a context answers; what nobody asked it for, or not any more, is ignored. */
  take(context: Context, message: FilePiece | FileUnread): void {
    const { ask } = message;
    const reading = this.#readings.get(ask);
    if (reading?.context !== context) return;
    if (message.type === 'unread') {
      this.#end(ask, reading);
      reading.tell({ type: 'no-file', fault: message.reason });
      return;
    }
    const { text, length } = message;
    reading.length ??= length;
    const expected = Math.min(PIECE_CHARS, reading.length - reading.taken);
    if (length !== reading.length || text.length !== expected) {
      this.#end(ask, reading);
      reading.tell({ type: 'no-file', fault: 'no-answer' });
      return;
    }
    reading.taken += text.length;
    const isWanted = reading.tell({ type: 'file', text, length });
    if (isWanted && reading.taken < length) this.#ask(ask, reading);
    else this.#end(ask, reading);
  }

  /** The context's line has closed: what it was asked for, it does not answer any more. */
  left(context: Context): void {
    for (const [ask, reading] of this.#readings) {
      if (reading.context !== context) continue;
      this.#end(ask, reading);
      const other = this.#reader(context.stored.extensionId, reading.url);
      reading.tell({ type: 'no-file', fault: typeof other === 'string' ? other : 'no-answer' });
    }
  }

  #ask(ask: number, reading: Reading): void {
    clearTimeout(reading.timer);
    reading.timer = setTimeout(() => {
      this.#end(ask, reading);
      reading.tell({ type: 'no-file', fault: 'no-answer' });
    }, this.patience);
    reading.context.link?.send({ type: 'read', ask, url: reading.url, from: reading.taken });
  }

  #end(ask: number, reading: Reading): void {
    clearTimeout(reading.timer);
    this.#readings.delete(ask);
  }

  /** @returns the page to ask, its background before others; or why there is none */
  #reader(extensionId: string, url: string): Context | FileFault {
    const pages = [...this.contexts()].filter(
      ({ stored }) =>
        stored.extensionId === extensionId &&
        stored.attestedBy === 'browser' &&
        (stored.kind === 'background' || stored.kind === 'page'),
    );
    const present = pages.filter(({ link, root }) => link !== null && root !== null);
    if (present.length === 0) return pages.length === 0 ? 'no-page' : 'asleep';
    if (!present.some(({ root }) => root !== null && url.startsWith(root))) return 'foreign';
    const able = present.filter(({ readsFiles }) => readsFiles);
    return able.find(({ stored }) => stored.kind === 'background') ?? able.at(-1) ?? 'older';
  }
}
