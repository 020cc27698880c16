/** Runs in a page of Porthole's: writes made-up recordings into its database, through the shipped writer. */
import { keepOpen, readRecording } from '../../src/store/reader.js';
import { commitSegments, type NewSegment } from '../../src/store/writer.js';
import { madeContexts, madeSegments } from './make.js';

/** Segments a transaction: large ones cost less. */
const SEGMENTS_A_COMMIT = 40;

const database = keepOpen();

/**
 * Appends messages `from` (inclusive) to `to` (exclusive) to the recording that Porthole has begun.
 *
 * @returns milliseconds it took
 */
async function fill(from: number, to: number): Promise<number> {
  const start = performance.now();
  const open = await database();
  const recording = await readRecording(open);
  if (recording === undefined) throw new Error('Porthole has not begun a recording');
  const { id, startedAt } = recording;
  const contexts = madeContexts(startedAt);
  let waiting: NewSegment[] = [];
  for (const segment of madeSegments({ recording: id, startedAt, from, to })) {
    waiting.push(segment);
    if (waiting.length < SEGMENTS_A_COMMIT) continue;
    await commitSegments(open, waiting, contexts);
    waiting = [];
  }
  if (waiting.length > 0) await commitSegments(open, waiting, contexts);
  return performance.now() - start;
}

declare global {
  interface Window {
    fillRecording?: typeof fill;
  }
}

window.fillRecording = fill;
