/**
 * Makes a fresh clone ready: packages, then Firefox. `npm start` and `npm test` call this first, when
 * nothing but Node may be there, so nothing from node_modules is imported before it is installed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureFirefox } from './firefox.mjs';
import { Stop, root, runNpm, script } from './run.mjs';

/**
 * Installs what is missing.
 *
 * @returns {Promise<string>} path of Firefox's executable, which is also put into `PORTHOLE_FIREFOX`
 * @throws {Stop} with what to do, when something is missing and cannot be installed
 */
export async function bootstrap() {
  await ensurePackages();
  const firefox = await ensureFirefox();
  process.env['PORTHOLE_FIREFOX'] = firefox;
  return firefox;
}

/**
 * Runs `npm ci` when node_modules is missing or is not what package-lock.json says.
 *
 * @throws {Stop} when Node is too old, or npm fails
 */
export async function ensurePackages() {
  checkNode();
  const reason = stalePackages(root);
  if (reason === null) return;
  console.log(`Installing packages: ${reason}`);
  // NODE_ENV=production would leave the build tools out.
  const code = await runNpm(['ci', '--include=dev']);
  if (code !== 0) {
    throw new Stop(
      '`npm ci` failed, see above. Check the network, then run the same command again.',
    );
  }
}

/**
 * Compares the lockfile with the record npm leaves of what it installed.
 *
 * @param {string} folder with package-lock.json
 * @returns {string | null} why the packages must be installed; null when they need not be
 */
export function stalePackages(folder) {
  const record = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return 'node_modules is missing.';
  const wanted = readPackages(join(folder, 'package-lock.json'));
  if (wanted === null) throw new Stop('package-lock.json is missing or is not JSON: restore it.');
  const installed = readPackages(record);
  if (installed === null) return 'node_modules is not complete.';
  for (const [path, entry] of Object.entries(wanted)) {
    const there = installed[path];
    // The root itself is not recorded, nor are optional packages for other platforms.
    if (path === '' || (there === undefined && (entry.optional || entry.devOptional))) continue;
    if (there === undefined) return `${path} is missing.`;
    if (there.version !== entry.version || there.integrity !== entry.integrity) {
      return `${path} is not the version in package-lock.json.`;
    }
    if (!existsSync(join(folder, path, 'package.json'))) return `${path} is missing.`;
  }
  return null;
}

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }} LockEntry */

/**
 * @param {string} file
 * @returns {Record<string, LockEntry> | null}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? null;
  } catch {
    return null;
  }
}

function checkNode() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const oldest = String(engines.node).replace('>=', '');
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = oldest.split('.').map(Number);
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    throw new Stop(
      `Porthole needs Node ${oldest} or newer; this is ${process.versions.node}. Get one from https://nodejs.org/.`,
    );
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  script(async () => {
    console.log(`Ready. Firefox: ${await bootstrap()}`);
  });
}
