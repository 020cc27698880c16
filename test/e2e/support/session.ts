/** One Firefox with the witness, Porthole, and instrumented extensions in it. */
import { createServer, type Server } from 'node:http';
import { dirname, join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { findFirefox } from '../../../src/cli/firefox/find-firefox.js';
import { grant, install, installPorthole } from '../../../src/cli/firefox/extensions.js';
import {
  launchFirefox,
  type Firefox,
  type LaunchOptions,
} from '../../../src/cli/firefox/launch.js';
import { temporaryFolder } from '../../../src/cli/firefox/processes.js';
import { RecordingReader } from '../../../src/cli/firefox/recording-reader.js';
import { instrumentExtension, type InstrumentReport } from '../../../src/inject/index.js';
import { Model } from '../../../src/model/index.js';
import type { StoredNotice, StoredSegment } from '../../../src/protocol/index.js';
import { Captured } from './captured.js';
import { compare, faults, type Comparison } from './compare.js';
import { watchMessages, witnessedRequests } from './message-witness.js';
import { pollUntil } from './poll.js';
import { Witness, type WitnessedPort } from './witness.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');
export const PORTHOLE = join(ROOT, 'dist/firefox');
export const INSTRUMENTATION = join(PORTHOLE, 'src/instrumentation');

/** Where the extension pages of Porthole are, in every session. */
const PORTHOLE_HOST = '6f2d5c1e-4f0b-4a57-9d0e-0b6f1d1c7a11';

export interface Recorded {
  readonly model: Model;
  readonly segments: readonly StoredSegment[];
  readonly notices: readonly StoredNotice[];
}

export interface Session {
  readonly firefox: Firefox;
  /** `http://127.0.0.1:port`: serves a page at every path; `?frames=N` puts N frames into it. */
  readonly origin: string;
  readonly reports: readonly InstrumentReport[];
  /** URL of Porthole's panel page. */
  readonly panelUrl: string;
  /** Everything recorded so far, folded. */
  recorded(): Promise<Recorded>;
  /** Waits until the recording satisfies `done`. */
  until(what: string, done: (recorded: Recorded) => boolean, timeoutMs?: number): Promise<Recorded>;
  /** Every port Firefox has routed, those of bare extensions too. */
  witnessed(): Promise<WitnessedPort[]>;
  /**
   * Waits until Porthole and witness agree, or the deadline has passed; then returns the comparison.
   *
   * @param concerns which faults stand in the way of that; all, when not given
   */
  agreement(concerns?: (fault: string) => boolean): Promise<Comparison>;
  open(path?: string): Promise<import('puppeteer-core').Page>;
  close(): Promise<void>;
}

export interface SessionOptions extends Partial<LaunchOptions> {
  /** Names of fixture extensions, or absolute paths. */
  readonly extensions?: readonly string[];
  /** Installed as they are. */
  readonly bare?: readonly string[];
  /** Called before any extension is installed. */
  watch?(system: Firefox['system']): Promise<void>;
  /** Whether Porthole may tell extensions in development from others; true unless said. */
  readonly management?: boolean;
}

/** Starts Firefox, installs Porthole, then the extensions with all they may ask for granted. */
export async function startSession(options: SessionOptions = {}): Promise<Session> {
  const folder = temporaryFolder();
  const server = await startServer();
  const firefox = await launchFirefox({
    executable: findFirefox(),
    headless: true,
    ...options,
    prefs: {
      'extensions.webextensions.uuids': JSON.stringify({
        'porthole@webext-devtools': PORTHOLE_HOST,
      }),
      ...options.prefs,
    },
  });
  const { browser, system } = firefox;
  const segments: StoredSegment[] = [];
  const captured = new Captured();
  const notices: StoredNotice[] = [];
  const model = new Model();
  const reader = new RecordingReader(system);

  const close = async (): Promise<void> => {
    await firefox.close();
    await folder.remove();
    server.closeAllConnections();
    server.close();
  };
  const recorded = async (): Promise<Recorded> => {
    for (;;) {
      const update = await reader.read();
      model.addContexts(update.contexts);
      for (const segment of update.segments) {
        segments.push(segment);
        captured.take(segment);
        model.addSegment(segment);
      }
      notices.splice(0, notices.length, ...update.notices);
      model.setDeleted(update.dropped);
      if (!update.more) break;
    }
    model.settle();
    return { model, segments, notices };
  };

  try {
    const witness = await Witness.install(system);
    await watchMessages(system);
    await options.watch?.(system);
    if (options.management === false) await install(browser, PORTHOLE);
    else await installPorthole(browser, system, PORTHOLE);
    const reports: InstrumentReport[] = [];
    /** As Firefox knows them: it makes an id up where the manifest has none. */
    const instrumented = new Set<string>();
    for (const [index, extension] of (options.extensions ?? []).entries()) {
      const report = await instrumentExtension({
        source: fixturePath(extension),
        out: join(folder.path, String(index)),
        instrumentation: INSTRUMENTATION,
      });
      reports.push(report);
      if (report.id !== null) {
        await grant(system, report.id, {
          permissions: report.optionalPermissions,
          origins: report.hostPermissions,
        });
      }
      instrumented.add(await install(browser, report.out));
    }
    for (const extension of options.bare ?? []) await install(browser, fixturePath(extension));

    return {
      firefox,
      origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
      reports,
      panelUrl: `moz-extension://${PORTHOLE_HOST}/devtools/panel.html`,
      recorded,
      until: async (what, done, timeoutMs) => pollUntil(what, recorded, done, timeoutMs),
      witnessed: async () => witness.ports(),
      async agreement(concerns) {
        const look = async (): Promise<Comparison> => {
          const ports = await witness.ports();
          const requests = await witnessedRequests(system);
          await recorded();
          return compare({ ports, requests }, model, captured, (id) => instrumented.has(id));
        };
        const agree = (seen: Comparison): boolean => faults(seen, concerns).length === 0;
        let last = await look();
        if (agree(last)) return last;
        const again = async (): Promise<Comparison> => (last = await look());
        await pollUntil('agreement', again, agree, 15_000).catch(() => undefined);
        return last;
      },
      async open(path = '/') {
        const page = await browser.newPage();
        await page.goto(
          `http://127.0.0.1:${String((server.address() as AddressInfo).port)}${path}`,
        );
        return page;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

export function fixturePath(extension: string): string {
  return extension.startsWith('/') ? extension : join(ROOT, 'test/fixtures/extensions', extension);
}

async function startServer(): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const frames = Number(searchParams.get('frames') ?? 0);
    const bodies = Array.from(
      { length: frames },
      (_, index) => `<iframe src="/frame/${String(index)}"></iframe>`,
    );
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      `<!doctype html><title>${pathname}</title><body><h1>${pathname}</h1>${bodies.join('')}</body>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
