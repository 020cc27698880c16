/** Finds an installed Firefox under its usual names; installs nothing. */
import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { Failure } from '../failure.js';

/** The machine to search, so that tests can describe one. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether the path is a file that may be executed. */
  isExecutable(path: string): boolean;
}

const NAMES = ['firefox', 'firefox-esr', 'firefox-developer-edition', 'firefox-nightly'];

const LINUX_FOLDERS = ['/usr/bin', '/usr/local/bin', '/usr/lib64/firefox', '/opt/firefox'];

const MAC_APPS = ['Firefox', 'Firefox Developer Edition', 'Firefox Nightly'];

const WINDOWS_FOLDERS = [
  'Mozilla Firefox',
  'Mozilla Firefox ESR',
  'Firefox Developer Edition',
  'Firefox Nightly',
];

export const thisMachine: Machine = {
  platform: process.platform,
  home: homedir(),
  env: process.env,
  isExecutable(path) {
    try {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  },
};

/**
 * @param downloaded a Firefox to use when none is installed
 * @returns the path of Firefox's executable: `PORTHOLE_FIREFOX`, else the first that is installed
 * @throws Failure that says what to do, when there is none
 */
export function findFirefox(machine: Machine = thisMachine, downloaded?: string): string {
  const named = machine.env['PORTHOLE_FIREFOX'];
  if (named !== undefined && named !== '') {
    if (machine.isExecutable(named)) return named;
    throw new Failure(
      `PORTHOLE_FIREFOX is ${named}, but there is no program there. Set it to Firefox's executable, or unset it to search the usual places.`,
    );
  }
  const found = usualPlaces(machine).find((path) => machine.isExecutable(path));
  if (found !== undefined) return found;
  if (downloaded !== undefined && machine.isExecutable(downloaded)) return downloaded;
  throw new Failure(
    'Firefox was not found. Install it (https://www.mozilla.org/firefox/), or set PORTHOLE_FIREFOX to the path of its executable.',
  );
}

/** @returns where Firefox may be on this kind of machine, the likeliest first */
export function usualPlaces({ platform, home, env }: Machine): string[] {
  if (platform === 'darwin') {
    return ['/Applications', posix.join(home, 'Applications')].flatMap((folder) =>
      MAC_APPS.map((app) => posix.join(folder, `${app}.app/Contents/MacOS/firefox`)),
    );
  }
  if (platform === 'win32') {
    return [env['ProgramFiles'], env['ProgramW6432'], env['ProgramFiles(x86)'], env['LOCALAPPDATA']]
      .filter((folder) => folder !== undefined)
      .flatMap((folder) => WINDOWS_FOLDERS.map((name) => win32.join(folder, name, 'firefox.exe')));
  }
  const onPath = (env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'));
  // Snap's and Flatpak's Firefox come last: confined, they cannot read a profile below /tmp.
  const folders = [...onPath, ...LINUX_FOLDERS].filter((folder) => !folder.startsWith('/snap/'));
  return [...new Set([...folders, '/snap/bin'])].flatMap((folder) =>
    NAMES.map((name) => posix.join(folder, name)),
  );
}
