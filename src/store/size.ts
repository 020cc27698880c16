/** The measure in which retention counts, see `LedgerEntry`. */

import type { StoredSegment } from '../protocol/index.js';

/** What a record costs beside its texts. */
const RECORD_BYTES = 512;

/** @returns what the segment's texts and its record come to, in the ledger's measure */
export function sizeOf({ runs, payload }: Pick<StoredSegment, 'runs' | 'payload'>): number {
  let size = RECORD_BYTES + payload.length;
  for (const run of runs) size += run.context.length + run.events.length;
  return size;
}
