/** `porthole show`: a trace in the terminal, one line a message or request. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { compileFilter, messageLine, TraceReader } from '../model/index.js';
import { TRACE_FORMAT, TRACE_VERSION, type TraceLine } from '../protocol/index.js';
import { Failure } from './failure.js';
import { checkQuery } from './query.js';
import type { Terminal } from './terminal.js';

export interface ShowOptions {
  readonly filter?: string;
}

/** Lines that cannot be read of which each is told. */
const MOST_TOLD = 5;

/**
 * Prints a trace as it is read. Ages count back from when the trace's recording began, so that every age is 0.
 *
 * @throws Failure when the file cannot be read, is no trace, or the filter has a fault
 */
export async function show(
  path: string,
  { filter }: ShowOptions,
  terminal: Terminal,
): Promise<void> {
  checkQuery(filter, terminal);
  const trace = new TraceReader();
  const model = { ...readable(trace), rows: [] };
  const passes = filter === undefined ? null : compileFilter(filter, trace, 0).passes;
  let number = 0;
  let shown = 0;
  let all = 0;
  let broken = 0;
  for await (const text of linesOf(path)) {
    number += 1;
    if (text.trim() === '') continue;
    const line = parsed(text);
    if (number === 1) checkHeader(path, line, terminal);
    try {
      if (line === null) throw new TypeError('not JSON');
      const row = trace.take(line);
      if (row === null) continue;
      all += 1;
      if (passes !== null && !passes(row)) continue;
      shown += 1;
      terminal.out(messageLine(model, row, 0));
    } catch {
      broken += 1;
      if (broken <= MOST_TOLD) terminal.note(`warning: line ${number} cannot be read`);
    }
  }
  if (number === 0) throw new Failure(`${path} is empty.`);
  if (broken > MOST_TOLD) terminal.note(`warning: ${broken} lines in all cannot be read`);
  if (passes !== null) terminal.note(`${shown} of ${all} messages and requests`);
}

function readable({ contexts, connections }: TraceReader) {
  return { contexts, connections };
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const input = createReadStream(path, 'utf8');
  try {
    yield* createInterface({ input, crlfDelay: Infinity });
  } catch (error) {
    throw new Failure(`${path} cannot be read: ${(error as Error).message}`);
  }
}

function parsed(text: string): TraceLine | null {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null ? (line as TraceLine) : null;
  } catch {
    return null;
  }
}

function checkHeader(path: string, line: TraceLine | null, terminal: Terminal): void {
  if (line?.kind !== 'trace' || line.format !== TRACE_FORMAT) {
    throw new Failure(`${path} is no Porthole trace: its first line does not say so.`);
  }
  if (line.version !== TRACE_VERSION) {
    terminal.note(
      `warning: the trace has version ${String(line.version)}, this Porthole knows ${String(TRACE_VERSION)}; some of it may be missing`,
    );
  }
}
