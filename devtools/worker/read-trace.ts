/** Opens a trace file, compressed or not: checks it line by line, and gives what can be read as a recording of its own. */

import { counted, text } from '../../src/texts/index.js';
import { TraceImport, type ImportedTrace } from '../../src/model/index.js';
import { TRACE_VERSION } from '../../src/protocol/index.js';
import { readTraceLine } from '../../src/protocol/trace-guards.js';
import type { TraceFacts } from '../worker-protocol.js';
import type { Source } from './source.js';

/** Faulty lines of which each is told. */
const MOST_TOLD = 20;

/** Characters a line may have: a payload of 1,000,000 characters and all that JSON escapes of it fit well. */
const LONGEST_LINE = 64_000_000;

/** Milliseconds of reading before anything else has its turn. */
const SLICE_MS = 25;

export interface OpenedTrace {
  readonly source: Source;
  readonly facts: TraceFacts;
}

/**
 * @param file NDJSON as `docs/trace-format.md` says, plain or gzip
 * @param onProgress hears how much of the file has been read, 0 to 1
 * @throws {Error} when it is no trace at all; the message is for a person
 */
export async function readTrace(
  file: Blob,
  name: string,
  onProgress: (done: number) => void,
): Promise<OpenedTrace> {
  const trace = new TraceImport();
  const faults: string[] = [];
  let broken = 0;
  let number = 0;
  let sliceEnd = performance.now() + SLICE_MS;
  try {
    for await (const line of linesOf(file, onProgress)) {
      number += 1;
      try {
        const read = readTraceLine(line);
        if (read === null) continue;
        if (trace.header === null && read.kind !== 'trace') break;
        trace.take(read);
      } catch (error) {
        if (trace.header === null) break;
        broken += 1;
        if (broken <= MOST_TOLD)
          faults.push(text('trace_fault_line', { line: number, fault: (error as Error).message }));
      }
      if (performance.now() < sliceEnd) continue;
      await new Promise((resolve) => {
        setTimeout(resolve, 0);
      });
      sliceEnd = performance.now() + SLICE_MS;
    }
  } catch (error) {
    if (trace.header === null) throw error;
    broken += 1;
    faults.push(text('trace_fault_after', { line: number, fault: (error as Error).message }));
  }
  const { header } = trace;
  if (header === null) {
    throw new Error(number === 0 ? text('trace_empty', { name }) : text('trace_strange', { name }));
  }
  const { recordedAt, browser, porthole, version, redacted = [] } = header;
  const imported = trace.finish();
  return {
    source: sourceOf(imported),
    facts: {
      name,
      recordedAt: Date.parse(recordedAt),
      browser,
      porthole,
      redacted,
      newer: version === TRACE_VERSION ? null : version,
      broken,
      faults,
    },
  };
}

function sourceOf({ recording, contexts, segments, dropped }: ImportedTrace): Source {
  return {
    readContexts: async () => [...contexts],
    readSegments: async (fromId, limit) => segments.slice(fromId - 1, fromId - 1 + limit),
    readSpan: async () => (segments.length === 0 ? null : { first: 1, newest: segments.length }),
    readRecording: async () => recording,
    readNotices: async () => [],
    readDropped: async () => [...dropped],
  };
}

async function* linesOf(file: Blob, onProgress: (done: number) => void): AsyncGenerator<string> {
  let rest = '';
  for await (const text of textOf(file, onProgress)) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > LONGEST_LINE) {
      throw new Error(counted('trace_long_line', LONGEST_LINE / 1e6));
    }
  }
  if (rest !== '') yield rest;
}

async function* textOf(file: Blob, onProgress: (done: number) => void): AsyncGenerator<string> {
  let done = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      done += chunk.length;
      onProgress(done / file.size);
      controller.enqueue(chunk as Uint8Array<ArrayBuffer>);
    },
  });
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  // RFC 1952, 2.3.1
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  const bytes = file.stream().pipeThrough(counted);
  const plain = isGzip ? bytes.pipeThrough(new DecompressionStream('gzip')) : bytes;
  const reader = plain.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done: ended, value } = await reader.read();
    if (ended) return;
    yield value;
  }
}
