/** Gets uBlock Origin, the real extension, out of Debian's package; nothing is installed. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = 'webext-ublock-origin-firefox';
const CACHE = fileURLToPath(new URL('../../../.cache/ublock-origin', import.meta.url));
const INSIDE =
  'usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}/uBlock0@raymondhill.net';

/**
 * @returns the folder of the unpacked extension, or null on a system without Debian's packages
 * @throws Error with apt's words when the package cannot be had although this is Debian
 */
export function uBlockOrigin(): string | null {
  const folder = join(CACHE, INSIDE);
  if (existsSync(join(folder, 'manifest.json'))) return folder;
  if (!existsSync('/usr/bin/apt-get')) return null;
  const partial = `${CACHE}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const run = (program: string, ...args: string[]): void => {
    execFileSync(program, args, { cwd: partial, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  try {
    run('apt-get', 'download', PACKAGE);
  } catch {
    run('apt-get', 'update');
    run('apt-get', 'download', PACKAGE);
  }
  const archive = readdirSync(partial).find((name) => name.endsWith('.deb'));
  if (archive === undefined) throw new Error(`apt-get download ${PACKAGE} left no package`);
  run('dpkg', '-x', archive, partial);
  rmSync(CACHE, { recursive: true, force: true });
  renameSync(partial, CACHE);
  return folder;
}
