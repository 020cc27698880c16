/** Where the worker reads the recording: Porthole's database, or rows made up in tests. */

import type {
  StoredContext,
  StoredDropped,
  StoredNotice,
  StoredRecording,
  StoredSegment,
} from '../../src/protocol/index.js';
import {
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

/** @param database gives the database, opened when first read and again after it was closed from outside */
export function storeSource(database: () => Promise<PortholeDatabase>): Source {
  return {
    readContexts: async () => readContexts(await database()),
    readSegments: async (fromId, limit) => readSegments(await database(), fromId, limit),
    readSpan: async () => readSpan(await database()),
    readRecording: async () => readRecording(await database()),
    readNotices: async () => readNotices(await database()),
    readDropped: async () => readDropped(await database()),
  };
}
