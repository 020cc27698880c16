/**
 * "Nothing changed": every case logs all it can observe, once in a bare extension and once in its instrumented
 * copy, in one Firefox with Porthole recording; the logs must be equal.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { grant, install, installPorthole } from '../../src/cli/firefox/extensions.js';
import { findFirefox } from '../../src/cli/firefox/find-firefox.js';
import { launchFirefox, type Firefox } from '../../src/cli/firefox/launch.js';
import { temporaryFolder } from '../../src/cli/firefox/processes.js';
import { RecordingReader } from '../../src/cli/firefox/recording-reader.js';
import { instrumentExtension } from '../../src/inject/index.js';
import { pollUntil } from '../e2e/support/poll.js';
import { report } from '../support/counts.js';
import { installNativeHost } from '../support/native-host.js';
import { startBus, type Bus } from './support/bus.js';
import { readCases, type Case } from './support/cases.js';
import {
  CASES,
  HOSTS,
  VARIANTS,
  contextsOf,
  hostId,
  worldsOf,
  writeHost,
  writePeer,
} from './support/hosts.js';
import { leavingLog } from './support/leaving.js';
import { orphanedLog } from './support/orphaned.js';
import { writeSolo, type Solo } from './support/solo.js';
import { helpers } from './support/helpers.js';
import { normalise, readableDiff } from './support/normalise.js';
import { runCases, type Run } from './support/runner.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const PORTHOLE = join(ROOT, 'dist/firefox');

/**
 * While working on cases: `CONFORMANCE_ONLY=text` runs those whose file or name contains it, `CONFORMANCE_SHOW=1`
 * prints all logs.
 */
const SHOW = process.env['CONFORMANCE_SHOW'] !== undefined;
const ONLY = process.env['CONFORMANCE_ONLY'] ?? '';

const PREFS = {
  // The line to the test is one connection for each context, all to one server.
  'network.http.max-connections': 200,
  'network.http.max-persistent-connections-per-server': 100,
  // The tabs of the variants must be equally fast, whichever is in front.
  'dom.min_background_timeout_value': 4,
  'dom.min_background_timeout_value_without_budget_throttling': 4,
  'dom.timeout.enable_budget_timer_throttling': false,
  'dom.ipc.processPriorityManager.enabled': false,
  // Requests of tabs in the back would be slowed down, and many requests spread over time.
  'network.http.throttle.enable': false,
  'network.http.pacing.requests.enabled': false,
  'network.http.tailing.enabled': false,
};

const cases = readCases(CASES).filter(({ name, file }) => `${file} ${name}`.includes(ONLY));
const folder = temporaryFolder();
let firefox: Firefox;
let bus: Bus;
let runs: Run[] = [];
/** What the content scripts that cannot take orders wrote down. */
const solo = { leaving: { bare: '', instrumented: '' }, orphan: { bare: '', instrumented: '' } };
const SOLO = { leaving: leavingLog, orphan: orphanedLog };

beforeAll(async () => {
  bus = await startBus(
    (path) => `<!doctype html><meta charset="utf-8"><title>${path}</title><p>Conformance</p>`,
  );
  const home = join(folder.path, 'home');
  await installNativeHost(
    home,
    VARIANTS.flatMap((variant) => HOSTS.map((host) => hostId(variant, host))),
  );
  firefox = await launchFirefox({
    executable: findFirefox(),
    headless: true,
    prefs: PREFS,
    env: { HOME: home },
  });
  const { browser, system } = firefox;
  await installPorthole(browser, system, PORTHOLE);
  const peer = join(folder.path, 'peer');
  writePeer(peer);
  await install(browser, peer);
  const hosts: string[] = [];
  for (const host of HOSTS) {
    for (const variant of VARIANTS) {
      const source = join(folder.path, `${variant}-${host}`);
      writeHost(source, variant, host, bus.origin);
      const out = variant === 'instrumented' ? await instrumentedCopy(source) : source;
      const id = hostId(variant, host);
      const worlds = worldsOf(host).length > 0;
      await grant(system, id, {
        permissions: worlds ? ['userScripts'] : [],
        origins: ['<all_urls>'],
      });
      await install(browser, out);
      hosts.push(await system.evaluate(hostnameOf, id));
      if (worlds) await appearance(`${variant}/${host}/registered`);
      const contexts = contextsOf(host);
      const urls = [`${bus.origin}/${variant}/${host}/`];
      if (contexts.includes('page'))
        urls.push(`moz-extension://${hosts.at(-1) as string}/page.html`);
      for (const url of urls) {
        const page = await browser.newPage();
        await page.goto(url, { waitUntil: [] });
      }
      for (const context of contexts) await appearance(`${variant}/${host}/${context}`);
    }
  }
  for (const name of Object.keys(SOLO) as Solo[]) {
    for (const variant of VARIANTS) {
      const source = join(folder.path, `${variant}-${name}`);
      writeSolo(source, variant, name);
      await install(browser, variant === 'instrumented' ? await instrumentedCopy(source) : source);
      solo[name][variant] = await SOLO[name](firefox, bus.origin, variant);
    }
  }
  // In front of all others, so that no variant's tab is.
  await browser.newPage();
  const clean = (lines: readonly string[]): string[] => lines.map((line) => normalise(line, hosts));
  const runAll = async (chosen: readonly Case[]): Promise<Run[]> =>
    (await runCases(bus, chosen, helpers(firefox))).map((run) => ({
      ...run,
      logs: { bare: clean(run.logs.bare), instrumented: clean(run.logs.instrumented) },
    }));
  // Those that shorten the idle time of all event pages come last.
  const last = ({ routes }: Case): boolean => routes.some(({ host }) => host === 'idle');
  runs = await lookedAtAgain(
    [...(await runAll(cases.filter((each) => !last(each)))), ...(await runAll(cases.filter(last)))],
    runAll,
  );
}, 300_000);

afterAll(async () => {
  await firefox?.close();
  await bus?.close();
  await folder.remove();
});

/**
 * A machine that is held up for a second makes logs differ, too. So what differs, and is not listed, is run twice more:
 * what we do shows again. What did not is printed.
 */
async function lookedAtAgain(
  first: readonly Run[],
  runAll: (chosen: readonly Case[]) => Promise<Run[]>,
): Promise<Run[]> {
  const listed = listedCases();
  const doubtful = cases.filter(
    ({ name }) => !listed.includes(name) && first.some((run) => run.name === name && differs(run)),
  );
  if (doubtful.length === 0) return [...first];
  const again = [...(await runAll(doubtful)), ...(await runAll(doubtful))];
  return first.map((run) => {
    const others = again.filter(({ name, route }) => name === run.name && route === run.route);
    const different = others.find(differs);
    if (different === undefined && others.length > 0 && differs(run)) {
      console.log(`differed once of three times: ${reportOf(run)}`);
    }
    return different ?? others[0] ?? run;
  });
}

function differs({ logs }: Run): boolean {
  return logs.bare.join('\n') !== logs.instrumented.join('\n');
}

function reportOf({ name, route, logs }: Run): string {
  return `${name} in ${route}:\n${readableDiff(logs.bare, logs.instrumented)}`;
}

async function instrumentedCopy(source: string): Promise<string> {
  const out = `${source}-instrumented`;
  const instrumentation = join(PORTHOLE, 'src/instrumentation');
  await instrumentExtension({ source, out, instrumentation });
  return out;
}

async function appearance(context: string): Promise<void> {
  await pollUntil(
    `${context} to appear`,
    () => [...bus.present],
    (present) => present.includes(context),
  );
}

function hostnameOf(window: object, id: string): string {
  const { WebExtensionPolicy } = window as {
    WebExtensionPolicy: { getByID(id: string): { mozExtensionHostname: string } };
  };
  return WebExtensionPolicy.getByID(id).mozExtensionHostname;
}

/** Names of the cases that docs/fidelity.md lists, first column of its table, in backquotes. */
function listedCases(): string[] {
  const text = readFileSync(join(ROOT, 'docs/fidelity.md'), 'utf8');
  return [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name as string);
}

it('runs every case to its end', () => {
  const stuck = runs.filter(({ logs }) =>
    logs.bare.some((line) => /DID NOT END|NO LOG|the case threw|not within|^not run/.test(line)),
  );
  const report = stuck.map(
    ({ name, route, logs }) => `${name} in ${route}:\n${logs.bare.join('\n')}`,
  );
  expect(report.join('\n\n')).toBe('');
  const silent = runs.filter(({ logs }) => logs.bare.length === 0);
  expect(silent.map(({ name, route }) => `${name} in ${route}`)).toEqual([]);
});

it('finds bare and instrumented logs equal, but for the cases that docs/fidelity.md lists', () => {
  const listed = listedCases();
  const differing = new Map<string, string[]>();
  for (const run of runs.filter(differs)) {
    differing.set(run.name, [...(differing.get(run.name) ?? []), reportOf(run)]);
  }
  const unlisted = [...differing].filter(([name]) => !listed.includes(name));
  if (SHOW) {
    for (const { name, route, logs } of runs) {
      console.log(`${name} in ${route}:\n${logs.bare.join('\n')}`);
    }
  }
  const identical = cases.filter(({ name }) => !differing.has(name)).length;
  console.log(
    `conformance: ${String(identical)} cases identical, ${String(differing.size)} listed (${String(runs.length)} runs of each variant)`,
  );
  report('conformance', { 'cases identical': identical, listed: differing.size });
  expect(unlisted.map(([, reports]) => reports.join('\n\n')).join('\n\n')).toBe('');
  if (ONLY === '') {
    expect(listed.filter((name) => !differing.has(name))).toEqual([]);
  }
});

it('keeps pages in the back/forward cache that would be there without us, and no others', () => {
  expect(solo.leaving.bare).toContain('pageshow true');
  expect(solo.leaving.instrumented).toBe(solo.leaving.bare);
});

it('leaves nothing running of a content script whose extension is disabled, and lets the next one do as without us', () => {
  const lines = solo.orphan.bare.split('\n');
  expect(lines.filter((line) => line.startsWith('probed'))).toEqual(['probed 1']);
  expect(lines.filter((line) => line === 'started')).toHaveLength(2);
  expect(solo.orphan.instrumented.replaceAll(' (Porthole)', '')).toBe(solo.orphan.bare);
});

it('compared with what Porthole did record', async () => {
  const reader = new RecordingReader(firefox.system);
  const reporting = await pollUntil(
    'every instrumented context in the recording',
    async () => {
      const { contexts } = await reader.read();
      return contexts.map(({ extensionId, kind }) => `${extensionId} ${kind}`);
    },
    (seen) =>
      HOSTS.every((host) =>
        ['background', 'content-script', 'page'].every(
          (kind) =>
            seen.includes(`${hostId('instrumented', host)} ${kind}`) ||
            (kind === 'page' && host === 'idle'),
        ),
      ),
  );
  expect(reporting.filter((each) => each.includes('bare'))).toEqual([]);
  if (ONLY === '') expect(reporting).toContain(`${hostId('instrumented', 'mv3')} user-script`);
});
