/** `porthole examples`, which is `npm start`: the examples with their page, by hand or by themselves. */
import { join, resolve } from 'node:path';
import type { Page } from 'puppeteer-core';
import type { Model } from '../model/index.js';
import { Failure } from './failure.js';
import { clickToolbarButton } from './firefox/extensions.js';
import { openPages } from './firefox/pages.js';
import { openToolbox } from './firefox/toolbox.js';
import { examplesFolder } from './installation.js';
import { LiveLines } from './live-lines.js';
import { servePages } from './page-server.js';
import { pause, unlessAborted } from './recording.js';
import { screenshotToolbox, writeTrace } from './result.js';
import { withSession, type Session } from './session.js';
import type { Terminal } from './terminal.js';
import { assertWritable, TraceFile } from './trace-file.js';

export interface ExamplesOptions {
  /** Without a window the examples are driven, and it fails when their greetings do not arrive. */
  readonly headless: boolean;
  /** How long; with a window, until it is closed unless said. */
  readonly seconds?: number;
  readonly out?: string;
  readonly screenshot?: string;
}

/**
 * The user script is registered by the extension in its own time: a page that was there before it, in
 * milliseconds from when the page was opened, is loaded again.
 */
const RELOAD_MS = 3_000;

const PORTS = ['port-from-cs', 'port-from-us'];
const HEADLESS_SECONDS = 10;
const CLICKS = 3;

/** Time between two clicks, in milliseconds: a person's, so that the panel shows them apart. */
const CLICK_MS = 400;

/**
 * @returns the exit code: 0, or that of the signal that cut a run without a window short
 * @throws Failure when it cannot run, or when a greeting did not arrive
 */
export async function examples(options: ExamplesOptions, terminal: Terminal): Promise<number> {
  const { out, screenshot, headless } = options;
  if (screenshot !== undefined) await assertWritable(resolve(screenshot));
  const trace = out === undefined ? null : await TraceFile.reserve(out);
  const server = await servePages(examplesFolder());
  try {
    const session = {
      extensions: [join(examplesFolder(), 'greetings')],
      headless,
      grant: true,
    };
    return await withSession(session, terminal, (running) =>
      show(running, `${server.origin}/page.html`, trace, options, terminal),
    );
  } finally {
    await server.close();
    await trace?.discard();
  }
}

async function show(
  session: Session,
  url: string,
  trace: TraceFile | null,
  { headless, screenshot, seconds = headless ? HEADLESS_SECONDS : Infinity }: ExamplesOptions,
  terminal: Terminal,
): Promise<number> {
  const { firefox, recording, end } = session;
  const lines = new LiveLines(terminal);
  const pages = await unlessAborted(openPages(firefox.browser, [url]), end);
  if (!headless || screenshot !== undefined) await unlessAborted(openToolbox(firefox.system), end);
  if (!headless) {
    terminal.note('Click the page, or the toolbar button of Greetings. Close the window to end.');
  }
  const page = headless ? pages?.[0]?.page : undefined;
  await Promise.all([
    recording.follow(seconds * 1000, end, () => lines.print(recording)),
    page && drive(session, page, AbortSignal.any([end, AbortSignal.timeout(seconds * 1000)])),
  ]);
  if (!firefox.gone.aborted) await recording.followUntilQuiet();
  lines.printRest(recording);
  if (!end.aborted && screenshot !== undefined) {
    await screenshotToolbox(firefox.system, recording, resolve(screenshot));
  }
  if (trace !== null) await writeTrace(trace, recording, firefox.version, terminal);
  if (!headless) return 0;
  const code = session.interruptedBy();
  if (code !== null) return code;
  const missing = missingGreetings(recording.model);
  if (missing.length > 0)
    throw new Failure(`These greetings did not arrive: ${missing.join(', ')}.`);
  return 0;
}

/**
 * Does what a person would: waits for the greetings, clicks the page, clicks the toolbar button. Somebody
 * else follows the recording meanwhile.
 */
async function drive(
  { firefox, extensions, recording }: Session,
  page: Page,
  end: AbortSignal,
): Promise<void> {
  const reloadAt = performance.now() + RELOAD_MS;
  let reloaded = false;
  while (!end.aborted && missingGreetings(recording.model).length > 0) {
    if (!reloaded && performance.now() > reloadAt) {
      reloaded = true;
      await unlessAborted(page.reload(), end);
    }
    await pause(100, end);
  }
  for (let click = 0; click < CLICKS && !end.aborted; click += 1) {
    await unlessAborted(page.click('button'), end);
    await pause(CLICK_MS, end);
  }
  const [greetings] = extensions;
  if (greetings && !end.aborted) {
    await unlessAborted(clickToolbarButton(firefox.system, greetings.id), end);
  }
}

/** @returns which of the examples' ports has not carried a message in which direction */
export function missingGreetings({
  rows,
  connections,
}: Pick<Model, 'rows' | 'connections'>): string[] {
  const arrived = new Set<string>();
  for (const row of rows) {
    if (row.kind !== 'message' || row.message.from === null) continue;
    const { connection, toward, deliveries } = row.message;
    if (deliveries.length > 0) arrived.add(`${connections.get(connection)?.name} ${toward}`);
  }
  return PORTS.flatMap((name) => [
    ...(arrived.has(`${name} acceptor`) ? [] : [`${name} to the background`]),
    ...(arrived.has(`${name} opener`) ? [] : [`the background to ${name}`]),
  ]);
}
