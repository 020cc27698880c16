/** Opens, writes and keeps traces for the panel. Loaded when the first of these is asked for. */

import { text } from '../../src/texts/index.js';
import { formatDate } from '../arithmetic/format.js';
import type { StoredKept } from '../../src/protocol/index.js';
import { keep, listKept, readKept, removeKept, renameKept } from '../../src/store/kept.js';
import type { PortholeDatabase } from '../../src/store/reader.js';
import type { ExportWhat, FromDesk, ToDesk } from '../worker-protocol.js';
import { readTrace } from './read-trace.js';
import type { Session } from './session.js';
import { storeSource, type Source } from './source.js';
import { writeTrace, type WrittenTrace } from './write-trace.js';

/** Milliseconds between two words about how far something has come. */
const PROGRESS_MS = 100;

export interface TraceWorkHost {
  readonly post: (message: FromDesk) => void;
  readonly database: () => Promise<PortholeDatabase>;
  /** What is shown now. */
  readonly session: () => Session;
  /** Shows something else; `trace` is its name, null for the recording. */
  readonly show: (source: Source, trace: string | null) => void;
  /** Name and version, as `firefox/153.7`, for the traces that are written. */
  readonly browser: string;
}

export class TraceWork {
  readonly #host: TraceWorkHost;
  #trace: string | null = null;
  #removed: StoredKept | null = null;
  /** One after the other, so that nothing is written of what is just being replaced. */
  #turn: Promise<void> = Promise.resolve();

  constructor(host: TraceWorkHost) {
    this.#host = host;
  }

  /** Takes one message of the panel. */
  receive(message: ToDesk): void {
    this.#turn = this.#turn
      .then(() => this.#obey(message))
      .catch((error: unknown) => {
        const said = error instanceof Error ? error.message : String(error);
        this.#host.post({ type: 'sorry', message: said });
      })
      .then(() => this.#host.post({ type: 'progress', what: '', done: null }));
  }

  async #obey(message: ToDesk): Promise<void> {
    const { database, post, show } = this.#host;
    switch (message.type) {
      case 'open-trace':
        await this.#open(message.name, message.file);
        return;
      case 'close-trace':
        this.#trace = null;
        post({ type: 'trace', trace: null });
        show(storeSource(database), null);
        return;
      case 'export': {
        const { what, redact, gzip } = message;
        const { file, messages, recordedAt } = await this.#write(what, redact, gzip);
        const name = fileName(this.#trace ?? `porthole ${formatDate(recordedAt)}`, gzip);
        post({ type: 'exported', file, name, messages });
        return;
      }
      case 'keep':
        await this.#keep(message.name);
        return;
      case 'list-kept':
        break;
      case 'rename-kept':
        await renameKept(await database(), message.id, message.name);
        break;
      case 'remove-kept':
        this.#removed = (await removeKept(await database(), message.id)) ?? this.#removed;
        break;
      case 'restore-kept':
        if (this.#removed !== null) await keep(await database(), this.#removed);
        this.#removed = null;
        break;
      case 'export-kept': {
        const file = await this.#readKept(message.id, message.name);
        post({ type: 'exported', file, name: fileName(message.name, true), messages: 0 });
        return;
      }
      default:
        message satisfies never;
    }
    await this.#tellKept(null);
  }

  async #open(name: string, file: Blob | { readonly kept: number }): Promise<void> {
    const blob = file instanceof Blob ? file : await this.#readKept(file.kept, name);
    const opened = await readTrace(blob, name, this.#progress(text('trace_opening', { name })));
    this.#trace = name;
    this.#host.post({ type: 'trace', trace: opened.facts });
    this.#host.show(opened.source, name);
  }

  async #keep(name: string): Promise<void> {
    const { file, messages, recordedAt } = await this.#write('all', [], true);
    const { size: bytes } = file;
    const kept = { name, keptAt: Date.now(), recordedAt, messages, bytes, trace: file };
    await keep(await this.#host.database(), kept);
    await this.#tellKept(text('trace_kept', { name }));
  }

  async #write(
    what: ExportWhat,
    redact: readonly string[],
    gzip: boolean,
  ): Promise<WrittenTrace & { readonly recordedAt: number }> {
    return await this.#host.session().whileStill(what, async (shown) => {
      const { model, recording } = shown;
      const all = model.contexts.size + model.connections.size + model.rows.length;
      const tell = this.#progress(text('trace_writing'));
      const onLine = (lines: number): void => tell(Math.min(1, lines / all));
      const written = await writeTrace(shown, redact, gzip, this.#host.browser, onLine);
      return { ...written, recordedAt: recording?.startedAt ?? Date.now() };
    });
  }

  async #readKept(id: number, name: string): Promise<Blob> {
    const file = await readKept(await this.#host.database(), id);
    if (file === undefined) throw new Error(text('trace_gone', { name }));
    return file;
  }

  async #tellKept(said: string | null): Promise<void> {
    const list = await listKept(await this.#host.database());
    this.#host.post({ type: 'kept', list, said });
  }

  #progress(what: string): (done: number) => void {
    let next = performance.now() + PROGRESS_MS;
    return (done) => {
      if (performance.now() < next) return;
      next = performance.now() + PROGRESS_MS;
      this.#host.post({ type: 'progress', what, done });
    };
  }
}

/** @returns a name that every file system takes */
function fileName(name: string, gzip: boolean): string {
  const base = name
    .replace(/\.ndjson(\.gz)?$/i, '')
    .replaceAll(':', '-')
    .replaceAll(/[^\p{L}\p{N} ._-]/gu, '_')
    .slice(0, 100);
  return `${base}.ndjson${gzip ? '.gz' : ''}`;
}
