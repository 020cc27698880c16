/** `porthole record`: a recording of some seconds, as a trace file. */
import { resolve } from 'node:path';
import { Failure } from './failure.js';
import { openPages } from './firefox/pages.js';
import { checkQuery } from './query.js';
import { unlessAborted } from './recording.js';
import { noteOddities, screenshotToolbox, writeTrace } from './result.js';
import { withSession, type Session } from './session.js';
import type { Terminal } from './terminal.js';
import { assertWritable, TraceFile } from './trace-file.js';

export interface RecordOptions {
  readonly extensions: readonly string[];
  readonly urls: readonly string[];
  /** Counted from the moment the pages are there. */
  readonly seconds: number;
  readonly out: string;
  readonly headless: boolean;
  readonly grant: boolean;
  /** Values under these keys are left out of the trace. */
  readonly redact: readonly string[];
  readonly screenshot?: string;
  /** A query: only messages that pass, one-off ones too, it are written. */
  readonly filter?: string;
}

/**
 * Records, writes the trace, ends Firefox.
 *
 * @returns the exit code: 0, or that of the signal that cut the recording short
 * @throws Failure with the reason why there is no trace, or a shorter one
 */
export async function record(options: RecordOptions, terminal: Terminal): Promise<number> {
  checkQuery(options.filter, terminal);
  if (options.screenshot !== undefined) await assertWritable(resolve(options.screenshot));
  const trace = await TraceFile.reserve(options.out);
  try {
    return await withSession(options, terminal, (session) =>
      recordSession(session, trace, options, terminal),
    );
  } finally {
    await trace.discard();
  }
}

async function recordSession(
  { firefox, extensions, recording, end, interruptedBy }: Session,
  trace: TraceFile,
  { urls, seconds, screenshot, redact, filter }: RecordOptions,
  terminal: Terminal,
): Promise<number> {
  const pages = await unlessAborted(openPages(firefox.browser, urls), end);
  for (const { warning } of pages ?? []) {
    if (warning !== null) terminal.note(`warning: ${warning}`);
  }
  terminal.note(`recording for ${seconds} s; Ctrl-C ends it earlier`);
  await recording.follow(seconds * 1000, end);
  if (!firefox.gone.aborted) await recording.followUntilQuiet();
  if (!end.aborted && screenshot !== undefined) {
    await screenshotToolbox(firefox.system, recording, resolve(screenshot));
  }
  await writeTrace(trace, recording, firefox.version, terminal, redact, filter);
  noteOddities(recording, extensions, terminal);
  const code = interruptedBy();
  if (code === null && firefox.gone.aborted) {
    throw new Failure(
      `Firefox ended before the ${seconds} s were over; the trace holds what was recorded until then.`,
    );
  }
  return code ?? 0;
}
