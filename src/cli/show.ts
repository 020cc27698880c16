/** `porthole show`: a trace in the terminal, one line a message or request. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  compileFilter,
  Concerned,
  findingsOf,
  messageLine,
  Model,
  TraceImport,
  type Finding,
} from '../model/index.js';
import { TRACE_FORMAT, TRACE_VERSION } from '../protocol/index.js';
import { readTraceLine } from '../protocol/trace-guards.js';
import { Failure } from './failure.js';
import { printFindings } from './findings.js';
import { checkQuery } from './query.js';
import type { Terminal } from './terminal.js';

export interface ShowOptions {
  readonly filter?: string;
}

/** Lines that cannot be read of which each is told. */
const MOST_TOLD = 5;

/**
 * Prints a trace, and the findings about what is printed. Ages count back from its last row.
 *
 * @throws Failure when the file cannot be read, is no trace, or the filter has a fault
 */
export async function show(
  path: string,
  { filter }: ShowOptions,
  terminal: Terminal,
): Promise<void> {
  checkQuery(filter, terminal);
  const { model, startedAt } = await readTrace(path, terminal);
  const last = model.rows.at(-1)?.at ?? startedAt;
  const findings = findingsOf(model, last);
  const concerned = new Concerned(findings);
  const passes =
    filter === undefined ? null : compileFilter(filter, model, last, concerned.has).passes;
  const told = new Set<Finding>();
  let shown = 0;
  let all = 0;
  for (const row of model.rows) {
    const isLine = row.kind === 'message' || row.kind === 'request';
    if (isLine) all += 1;
    if (passes !== null && !passes(row)) continue;
    for (const finding of concerned.by(row)) told.add(finding);
    if (!isLine) continue;
    shown += 1;
    terminal.out(messageLine(model, row, startedAt));
  }
  if (passes !== null) terminal.note(`${shown} of ${all} messages`);
  printFindings(
    findings.filter((finding) => told.has(finding)),
    startedAt,
    terminal,
  );
}

/** @returns what the trace says, and when its recording began, epoch milliseconds */
async function readTrace(
  path: string,
  terminal: Terminal,
): Promise<{ readonly model: Model; readonly startedAt: number }> {
  const trace = new TraceImport();
  let number = 0;
  let broken = 0;
  for await (const text of linesOf(path)) {
    number += 1;
    try {
      const line = readTraceLine(text);
      if (line === null) continue;
      if (trace.header === null) {
        if (line.kind !== 'trace') break;
        if (line.version !== TRACE_VERSION) {
          terminal.note(
            `warning: the trace has version ${line.version}, this Porthole knows ${TRACE_VERSION}; some of it may be missing`,
          );
        }
      }
      trace.take(line);
    } catch (error) {
      if (trace.header === null) break;
      broken += 1;
      if (broken > MOST_TOLD) continue;
      terminal.note(`warning: line ${number} cannot be read: ${(error as Error).message}`);
    }
  }
  if (number === 0) throw new Failure(`${path} is empty.`);
  if (trace.header === null) {
    throw new Failure(`${path} is no Porthole trace: its first line is no ${TRACE_FORMAT} header.`);
  }
  if (broken > MOST_TOLD) terminal.note(`warning: ${broken} lines in all cannot be read`);
  const { recording, contexts, segments, dropped } = trace.finish();
  const model = new Model();
  model.addContexts(contexts);
  for (const segment of segments) model.addSegment(segment);
  model.setDeleted(dropped);
  return { model, startedAt: recording.startedAt };
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const input = createReadStream(path, 'utf8');
  try {
    yield* createInterface({ input, crlfDelay: Infinity });
  } catch (error) {
    throw new Failure(`${path} cannot be read: ${(error as Error).message}`);
  }
}
