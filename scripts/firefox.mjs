/** Gets a Firefox for a machine that has none: through apt, else by download. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installFromApt } from './apt.mjs';
import { Stop, importSource, root } from './run.mjs';

const CACHE = join(root, '.cache', 'firefox');

/** A first start on a slow machine, unpacking included. */
const START_TIMEOUT_MS = 120_000;

const ADVICE =
  'Install Firefox (https://www.mozilla.org/firefox/), or set PORTHOLE_FIREFOX to the path of its executable.';

/**
 * Finds Firefox, else installs one. Needs the packages.
 *
 * @returns {Promise<string>} path of its executable
 * @throws {Stop} with what to do, when there is none and none can be had
 */
export async function ensureFirefox() {
  return (await findFirefox()) ?? (await fromApt()) ?? (await fromDownload());
}

/**
 * Searches where the command line will search.
 *
 * @returns {Promise<string | null>} null when there is none
 * @throws {Stop} when PORTHOLE_FIREFOX names no program
 */
async function findFirefox() {
  /** @type {typeof import('../src/cli/firefox/find-firefox.js')} */
  const search = await importSource('src/cli/firefox/find-firefox.ts');
  /** @type {typeof import('../src/cli/installation.js')} */
  const installation = await importSource('src/cli/installation.ts');
  const downloaded = await installation.downloadedFirefox();
  try {
    return search.findFirefox(search.thisMachine, downloaded);
  } catch (error) {
    if (process.env['PORTHOLE_FIREFOX']) {
      throw new Stop(error instanceof Error ? error.message : String(error));
    }
    return null;
  }
}

/** @returns {Promise<string | null>} null where there is no apt to use, or it failed */
async function fromApt() {
  if (!(await installFromApt('firefox-esr', 'No Firefox here'))) return null;
  const firefox = await findFirefox();
  return firefox !== null && startProblem(firefox) === null ? firefox : null;
}

/** @returns {Promise<string>} */
async function fromDownload() {
  const { Browser, detectBrowserPlatform, install, resolveBuildId } =
    await import('@puppeteer/browsers');
  const platform = detectBrowserPlatform();
  if (platform === undefined) throw new Stop(`There is no Firefox to download here. ${ADVICE}`);
  let executable;
  try {
    const buildId = await resolveBuildId(Browser.FIREFOX, platform, 'esr');
    console.log(`Downloading Firefox ${buildId} into .cache/firefox.`);
    const options = { browser: Browser.FIREFOX, buildId, platform, cacheDir: CACHE };
    executable = (await install(options)).executablePath;
  } catch (error) {
    throw new Stop(`Firefox could not be downloaded (${String(error)}). ${ADVICE}`);
  }
  const problem = startProblem(executable);
  if (problem === null) return executable;
  throw new Stop(`The downloaded Firefox does not start: ${problem}\n${ADVICE}`);
}

/**
 * Starts Firefox headless once: a download brings no shared libraries along.
 *
 * @param {string} executable
 * @returns {string | null} what it said; null when it starts
 */
function startProblem(executable) {
  const profile = mkdtempSync(join(tmpdir(), 'porthole-firefox-'));
  try {
    const picture = join(profile, 'start.png');
    const args = ['--headless', '--no-remote', '--profile', profile, '--screenshot', picture];
    const result = spawnSync(executable, [...args, 'about:blank'], {
      encoding: 'utf8',
      timeout: START_TIMEOUT_MS,
    });
    if (isFile(picture)) return null;
    return result.stderr?.trim() || String(result.error ?? `exit code ${result.status}`);
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @param {string} path */
function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
