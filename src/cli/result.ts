/** What a command leaves behind of a recording: the trace, a picture, and words about what is odd. */
import { findingsOf, namesType, summaryLine, traceLines } from '../model/index.js';
import { filtered } from './filtered.js';
import { printFindings } from './findings.js';
import type { System } from './firefox/system.js';
import { openToolbox, windowScreenshot } from './firefox/toolbox.js';
import type { Recording } from './recording.js';
import type { InstalledExtension } from './session.js';
import type { Terminal } from './terminal.js';
import type { TraceFile } from './trace-file.js';

declare const __PORTHOLE_VERSION__: string;

/** Longest time, in milliseconds, to wait for the panel's first rows. */
const ROWS_MS = 5_000;

/** A panel whose text has not changed for so long, in milliseconds, has caught up with the recording. */
const STILL_MS = 400;

/**
 * Writes the trace and prints its summary and the findings.
 *
 * @param browser name and version, as Firefox's `version` has it
 * @param redact values under these keys are left out
 * @param filter a faultless query: only messages that pass, one-off ones too, it are written
 */
export async function writeTrace(
  trace: TraceFile,
  { model, startedAt, redacted }: Recording,
  browser: string,
  terminal: Terminal,
  redact: readonly string[] = [],
  filter?: string,
): Promise<void> {
  model.settle();
  const now = Date.now();
  const findings = findingsOf(model, now);
  const { model: written, leftOut } = filtered(model, filter, now, findings);
  await trace.write(
    traceLines(written, {
      recordedAt: startedAt ?? Date.now(),
      browser,
      porthole: __PORTHOLE_VERSION__,
      redact,
      redacted,
      // They name types of messages, which may be what is to be left out.
      findings: namesType(redact) ? [] : findings,
    }),
  );
  const rest =
    filter === undefined
      ? ''
      : `; ${leftOut} ${leftOut === 1 ? 'was' : 'were'} left out by the filter`;
  terminal.out(`${trace.path}: ${summaryLine(written.totals)}${rest}`);
  printFindings(findings, startedAt ?? now, terminal);
}

/** Takes a picture of the browser window with the toolbox open on Porthole, showing what was recorded. */
export async function screenshotToolbox(
  system: System,
  { model }: Recording,
  path: string,
): Promise<void> {
  const panel = await openToolbox(system);
  await panel.evaluate(waitForTable, model.rows.length > 0 ? ROWS_MS : 0, STILL_MS);
  await windowScreenshot(system, path);
}

/** Says what the person would otherwise wonder about: extensions that reported nothing, and notices. */
export function noteOddities(
  { model, notices }: Recording,
  extensions: readonly InstalledExtension[],
  terminal: Terminal,
): void {
  const reporting = new Set(Array.from(model.contexts.values(), ({ extensionId }) => extensionId));
  for (const { id, name } of extensions) {
    if (!reporting.has(id)) {
      terminal.note(`warning: ${name} (${id}) reported nothing. Did any of its scripts run?`);
    }
  }
  for (const { severity, text, count = 1 } of notices) {
    const times = count === 1 ? '' : ` (the last of ${count})`;
    terminal.note(`${severity}: ${text}${times}`);
  }
}

/** The table may have reason to be empty, so this gives up in silence. */
async function waitForTable(
  panel: Window & typeof globalThis,
  rowsMs: number,
  stillMs: number,
): Promise<void> {
  const { document } = panel;
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => panel.setTimeout(resolve, ms));
  const started = Date.now();
  while (!document.querySelector('[role="gridcell"]') && Date.now() - started < rowsMs) {
    await sleep(50);
  }
  let text = '';
  while (text !== document.body.innerText && Date.now() - started < 2 * rowsMs) {
    text = document.body.innerText;
    await sleep(stillMs);
  }
}
