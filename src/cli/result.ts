/** What a command leaves behind of a recording: the trace, a picture, and words about what is odd. */
import { summaryLine, traceLines } from '../model/index.js';
import type { System } from './firefox/system.js';
import { openToolbox, windowScreenshot } from './firefox/toolbox.js';
import type { Recording } from './recording.js';
import type { InstalledExtension } from './session.js';
import type { Terminal } from './terminal.js';
import type { TraceFile } from './trace-file.js';

declare const __PORTHOLE_VERSION__: string;

/** Longest time, in milliseconds, the panel may take to show its first rows. */
const PANEL_TIMEOUT_MS = 10_000;

/**
 * Writes the trace and prints its summary.
 *
 * @param browser name and version, as Firefox's `version` has it
 */
export async function writeTrace(
  trace: TraceFile,
  { model, startedAt }: Recording,
  browser: string,
  terminal: Terminal,
): Promise<void> {
  model.settle();
  await trace.write(
    traceLines(model, {
      recordedAt: startedAt ?? Date.now(),
      browser,
      porthole: __PORTHOLE_VERSION__,
    }),
  );
  terminal.out(`${trace.path}: ${summaryLine(model.totals)}`);
}

/** Takes a picture of the browser window with the toolbox open on Porthole, showing what was recorded. */
export async function screenshotToolbox(
  system: System,
  { model }: Recording,
  path: string,
): Promise<void> {
  const panel = await openToolbox(system);
  await panel.evaluate(waitForRows, model.rows.length > 0 ? 1 : 0, PANEL_TIMEOUT_MS);
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
  for (const { severity, text } of notices) terminal.note(`${severity}: ${text}`);
}

async function waitForRows(panel: Window, wanted: number, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (panel.document.querySelectorAll('[role="row"]').length < wanted) {
    if (Date.now() > deadline) throw new Error('the table stayed empty');
    await new Promise((resolve) => panel.setTimeout(resolve, 50));
  }
  // Two frames: one that lays the rows out, one that has painted them.
  await new Promise((resolve) =>
    panel.requestAnimationFrame(() => panel.requestAnimationFrame(resolve)),
  );
}
