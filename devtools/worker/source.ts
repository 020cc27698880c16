/** Where the worker reads the recording: Porthole's database, or rows made up in tests. */

import type {
  StoredContext,
  StoredDropped,
  StoredNotice,
  StoredRecording,
  StoredSegment,
} from '../../src/protocol/index.js';
import {
  isOfCleared,
  readContexts,
  readDropped,
  readNotices,
  readRecording,
  readSegments,
  readSpan,
  type PortholeDatabase,
} from '../../src/store/reader.js';

export interface Source {
  readContexts(): Promise<StoredContext[]>;
  /** In order of commit, ids from `fromId` on. */
  readSegments(fromId: number, limit: number): Promise<StoredSegment[]>;
  /** Ids of the oldest and the newest segment; null: there is none. */
  readSpan(): Promise<{ readonly first: number; readonly newest: number } | null>;
  readRecording(): Promise<StoredRecording | undefined>;
  readNotices(): Promise<StoredNotice[]>;
  readDropped(): Promise<StoredDropped[]>;
}

/**
 * What was cleared is left out, though it may still be there to be brought back.
 *
 * @param database gives the database, opened when first read and again after it was closed from outside
 */
export function storeSource(database: () => Promise<PortholeDatabase>): Source {
  const recorded = async () => {
    const opened = await database();
    const recording = await readRecording(opened);
    return { opened, recording, first: recording?.firstSegment ?? 0 };
  };
  return {
    async readContexts() {
      const { opened, recording } = await recorded();
      const contexts = await readContexts(opened);
      return contexts.filter((context) => !isOfCleared(context, recording));
    },
    async readSegments(fromId, limit) {
      const { opened, first } = await recorded();
      return await readSegments(opened, Math.max(fromId, first), limit);
    },
    async readSpan() {
      const { opened, first } = await recorded();
      return await readSpan(opened, first);
    },
    readRecording: async () => readRecording(await database()),
    async readNotices() {
      const { opened, recording } = await recorded();
      const since = recording?.firstSegment === undefined ? 0 : recording.startedAt;
      return (await readNotices(opened)).filter(({ at }) => at >= since);
    },
    readDropped: async () => readDropped(await database()),
  };
}
