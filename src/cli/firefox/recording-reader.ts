/** Reads Porthole's recording out of Firefox, new segments only, without a tab or an extension page. */
import {
  DATABASE,
  PORTHOLE_ID,
  type StoredContext,
  type StoredDropped,
  type StoredNotice,
  type StoredRecording,
  type StoredSegment,
} from '../../protocol/index.js';
import type { PrivilegedWindow } from './privileged.js';
import type { System } from './system.js';

/** What was stored since the read before. */
export interface RecordingUpdate {
  /** Null until Porthole has opened its database. */
  readonly recording: StoredRecording | null;
  /** In order of commit. */
  readonly segments: readonly StoredSegment[];
  /** All contexts, as they are now. */
  readonly contexts: readonly StoredContext[];
  /** All that are kept, as they are now. */
  readonly notices: readonly StoredNotice[];
  /** What was deleted to make room, as it is now. */
  readonly dropped: readonly StoredDropped[];
  /** Whether there was more than one read may bring. */
  readonly more: boolean;
}

/** Characters after which one read ends: the text crosses WebDriver BiDi in one piece. */
const READ_CHARS = 8_000_000;

/** A segment that is larger by itself crosses alone. */
export class RecordingReader {
  readonly #system: System;
  #segment = 0;

  constructor(system: System) {
    this.#system = system;
  }

  /** Id of the newest segment read; 0 for none. */
  get lastSegment(): number {
    return this.#segment;
  }

  /** Brings what was stored since the last call. */
  async read(): Promise<RecordingUpdate> {
    const update = await this.#system.evaluate(
      readDatabase,
      PORTHOLE_ID,
      DATABASE,
      this.#segment,
      READ_CHARS,
    );
    this.#segment = update.segments.at(-1)?.id ?? this.#segment;
    return update;
  }
}

async function readDatabase(
  window: PrivilegedWindow,
  extensionId: string,
  name: string,
  afterSegment: number,
  maxChars: number,
): Promise<RecordingUpdate> {
  const update = {
    recording: null as StoredRecording | null,
    segments: [] as StoredSegment[],
    contexts: [] as StoredContext[],
    notices: [] as StoredNotice[],
    dropped: [] as StoredDropped[],
    more: false,
  };
  const policy = window.WebExtensionPolicy.getByID(extensionId);
  if (!policy) return update;

  const database = await new Promise<IDBDatabase | null>((resolve) => {
    const opening = window.indexedDB.openForPrincipal(policy.extension.principal, name);
    // Not there yet. Opening would create it, empty, and Porthole would find it without its stores.
    opening.onupgradeneeded = () => opening.transaction?.abort();
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = (event) => {
      event.preventDefault();
      resolve(null);
    };
  });
  if (!database) return update;

  try {
    const answer = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('no reason given'));
      });
    const transaction = database.transaction([
      'segments',
      'contexts',
      'meta',
      'notices',
      'dropped',
    ]);
    const store = (of: string): IDBObjectStore => transaction.objectStore(of);
    const after = (key: number): IDBKeyRange => IDBKeyRange.lowerBound(key, true);

    const [recording, contexts, notices, dropped] = await Promise.all([
      answer(store('meta').get('recording') as IDBRequest<StoredRecording | undefined>),
      answer(store('contexts').getAll() as IDBRequest<StoredContext[]>),
      answer(store('notices').getAll() as IDBRequest<StoredNotice[]>),
      answer(store('dropped').getAll() as IDBRequest<StoredDropped[]>),
    ]);
    update.recording = recording ?? null;
    update.contexts = contexts;
    update.notices = notices;
    update.dropped = dropped;

    let chars = 0;
    let last = Math.max(afterSegment, (recording?.firstSegment ?? 0) - 1);
    for (;;) {
      const [segment] = await answer(
        store('segments').getAll(after(last), 1) as IDBRequest<StoredSegment[]>,
      );
      if (!segment) break;
      chars += segment.payload.length;
      for (const run of segment.runs) chars += run.events.length;
      if (chars > maxChars && update.segments.length > 0) {
        update.more = true;
        break;
      }
      update.segments.push(segment);
      last = segment.id;
    }
    return update;
  } finally {
    database.close();
  }
}
