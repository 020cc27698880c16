/** What the worker has in front of it: the recording, or a trace in its place. */

import { keepOpen, type PortholeDatabase } from '../../src/store/reader.js';
import type { FromWorker, Query, ToDesk, ToSession, ToWorker } from '../worker-protocol.js';
import { Session, type Parts } from './session.js';
import { storeSource, type Source } from './source.js';
import type { TraceFiles } from './trace-files.js';

/** What a session needs, and what is needed for traces. */
export interface DeskParts extends Parts {
  readonly traceFiles: TraceFiles;
}

const NOTHING: Query = { tabId: null, text: '', selection: null };

export class Desk {
  readonly #post: (message: FromWorker) => void;
  readonly #parts: DeskParts;
  readonly #database: () => Promise<PortholeDatabase>;
  readonly #browser: string;
  /** What the panel said of findings and colours, which holds for each session. */
  readonly #wishes = new Map<string, ToSession>();
  #isTrace = false;
  #session: Session;
  #work: InstanceType<TraceFiles['TraceWork']> | null = null;

  /**
   * @param post takes what the panel is to know
   * @param browser name and version, as `firefox/153.7`, for the traces that are written
   */
  constructor(
    post: (message: FromWorker) => void,
    parts: DeskParts,
    browser: string,
    database: () => Promise<PortholeDatabase> = keepOpen(),
  ) {
    this.#post = post;
    this.#parts = parts;
    this.#browser = browser;
    this.#database = database;
    this.#session = this.#newSession(storeSource(database));
  }

  /** Takes one message of the panel. */
  receive(message: ToWorker): void {
    if (isForTraces(message)) {
      this.#work ??= new this.#parts.traceFiles.TraceWork({
        post: this.#post,
        database: this.#database,
        session: () => this.#session,
        show: (source, trace) => this.#show(source, trace !== null),
        browser: this.#browser,
      });
      this.#work.receive(message);
      return;
    }
    if (message.type === 'silence' || message.type === 'findings' || message.type === 'colours') {
      this.#wishes.set(message.type, message);
    }
    // What happens in the recording is no business of a trace.
    const isNews = ['changed', 'watch', 'retry'].includes(message.type);
    if (!isNews || !this.#isTrace) this.#session.receive(message);
  }

  #newSession(source: Source): Session {
    const session: Session = new Session(
      source,
      (message) => {
        if (session === this.#session) this.#post(message);
      },
      this.#parts,
    );
    return session;
  }

  #show(source: Source, isTrace: boolean): void {
    const before = this.#session;
    this.#isTrace = isTrace;
    this.#session = this.#newSession(source);
    before.receive({ type: 'watch', on: false });
    before.receive({ type: 'query', query: NOTHING });
    for (const wish of this.#wishes.values()) this.#session.receive(wish);
    this.#session.receive({ type: 'start', query: NOTHING });
  }
}

function isForTraces(message: ToWorker): message is ToDesk {
  return /-(trace|kept)$|^(export|keep)$/.test(message.type);
}
