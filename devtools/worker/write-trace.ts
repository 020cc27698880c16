/** Writes what a session shows as a trace file. */

import { TraceWriter } from '../../src/model/index.js';
import type { Shown } from './session.js';

declare const __PORTHOLE_VERSION__: string;

/** Lines joined into one part of the file. */
const LINES_A_PART = 1_000;

export interface WrittenTrace {
  readonly file: Blob;
  /** One-off ones included. */
  readonly messages: number;
}

/**
 * @param redact values under these keys are left out
 * @param browser name and version, as `firefox/153.7`
 * @param onLine is called for every line, with how many have been written
 */
export async function writeTrace(
  { model, recording, rows }: Shown,
  redact: readonly string[],
  gzip: boolean,
  browser: string,
  onLine: (lines: number) => void,
): Promise<WrittenTrace> {
  const writer = new TraceWriter(model, {
    recordedAt: recording?.startedAt ?? Date.now(),
    browser,
    porthole: __PORTHOLE_VERSION__,
    redact,
    redacted: recording?.redacted ?? [],
  });
  const parts: Blob[] = [];
  let text = '';
  let lines = 0;
  let messages = 0;
  const write = (line: object): void => {
    text += `${JSON.stringify(line)}\n`;
    lines += 1;
    onLine(lines);
    if (lines % LINES_A_PART !== 0) return;
    // A blob is kept outside the worker's heap.
    parts.push(new Blob([text]));
    text = '';
  };
  for (const line of writer.head()) write(line);
  for await (const row of rows) {
    const line = writer.line(row);
    if (line === null) continue;
    if (line.kind === 'message' || line.kind === 'request') messages += 1;
    write(line);
  }
  for (const line of writer.tail()) write(line);
  const plain = new Blob([...parts, text], { type: 'application/x-ndjson' });
  if (!gzip) return { file: plain, messages };
  const packed = plain.stream().pipeThrough(new CompressionStream('gzip'));
  const file = await new Response(packed).blob();
  return { file: file.slice(0, file.size, 'application/gzip'), messages };
}
