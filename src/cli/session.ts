/** A running Firefox with Porthole and instrumented copies of the extensions to look at. */
import { join } from 'node:path';
import { InjectError, instrumentExtension, type InstrumentReport } from '../inject/index.js';
import { Failure } from './failure.js';
import { grant, install, installPorthole, reload } from './firefox/extensions.js';
import { findFirefox, thisMachine } from './firefox/find-firefox.js';
import { launchFirefox, type Firefox } from './firefox/launch.js';
import { temporaryFolder } from './firefox/processes.js';
import { downloadedFirefox, instrumentationFolder, portholeExtension } from './installation.js';
import { Interruption } from './interruption.js';
import { Recording } from './recording.js';
import type { Terminal } from './terminal.js';

export interface SessionOptions {
  /** Folders or archives of extensions. */
  readonly extensions: readonly string[];
  readonly headless: boolean;
  /** Whether optional and host permissions are granted at the start. */
  readonly grant: boolean;
}

export interface InstalledExtension {
  readonly id: string;
  readonly name: string;
}

export interface Session {
  readonly firefox: Firefox;
  readonly extensions: readonly InstalledExtension[];
  readonly recording: Recording;
  /** Aborted when a signal asks for the end, or when Firefox is gone. */
  readonly end: AbortSignal;
  /** Exit code of the signal that asked for the end; null when none did. */
  interruptedBy(): number | null;
}

/**
 * Instruments copies of the extensions, starts Firefox, installs Porthole and then the copies, and hands
 * them to `body`. Firefox and the copies are gone when this returns, however it ends.
 *
 * @returns what `body` returned
 * @throws Failure with what is wrong with an extension, the installation or Firefox; and what `body` throws
 */
export async function withSession<T>(
  options: SessionOptions,
  terminal: Terminal,
  body: (session: Session) => Promise<T>,
): Promise<T> {
  const executable = findFirefox(thisMachine, await downloadedFirefox());
  const porthole = portholeExtension();
  const copies = temporaryFolder();
  let firefox: Firefox | undefined;
  let interruption: Interruption | undefined;
  try {
    const reports: InstrumentReport[] = [];
    for (const [index, source] of options.extensions.entries()) {
      reports.push(await instrumentCopy(source, join(copies.path, String(index)), terminal));
    }
    firefox = await launchFirefox({ executable, headless: options.headless });
    // Porthole first: what the others say from their first moment on is then heard.
    await installPorthole(firefox.browser, firefox.system, porthole);
    const extensions: InstalledExtension[] = [];
    for (const report of reports) {
      const id = await installCopy(firefox, report, options.grant);
      extensions.push({ id, name: report.name });
    }
    // Until here there is nothing to save, and a signal ends the program at once.
    const { signal, exitCode } = (interruption = new Interruption());
    return await body({
      firefox,
      extensions,
      recording: new Recording(firefox.system),
      end: AbortSignal.any([signal, firefox.gone]),
      interruptedBy: exitCode,
    });
  } finally {
    interruption?.release();
    await firefox?.close();
    await copies.remove();
  }
}

async function instrumentCopy(
  source: string,
  out: string,
  terminal: Terminal,
): Promise<InstrumentReport> {
  try {
    const report = await instrumentExtension({
      source,
      out,
      instrumentation: instrumentationFolder(),
    });
    for (const { file, message } of report.warnings) {
      terminal.note(`warning: ${report.name}, ${file}: ${message}`);
    }
    return report;
  } catch (error) {
    if (error instanceof InjectError) throw new Failure(error.message);
    throw error;
  }
}

/** @returns the extension's id */
async function installCopy(
  { browser, system }: Firefox,
  report: InstrumentReport,
  granted: boolean,
): Promise<string> {
  const grants = {
    permissions: [
      ...new Set([
        ...report.optionalPermissions,
        ...(report.hasUserScripts ? ['userScripts'] : []),
      ]),
    ],
    origins: report.hostPermissions,
  };
  if (!granted) return await install(browser, report.out);
  // Before the first start, so that the background finds the granted APIs from its first statement on.
  if (report.id !== null) await grant(system, report.id, grants);
  const id = await install(browser, report.out);
  if (report.id === null) {
    await grant(system, id, grants);
    await reload(system, id);
  }
  return id;
}
