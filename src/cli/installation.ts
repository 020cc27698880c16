/** Where Porthole's own files are, seen from the built program and from its sources alike. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getInstalledBrowsers } from '@puppeteer/browsers';
import { Failure } from './failure.js';

/** @returns the folder that holds package.json */
function root(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('Porthole was taken out of its package.');
    folder = parent;
  }
  return folder;
}

function built(path: string): string {
  const absolute = join(root(), path);
  if (!existsSync(absolute)) {
    throw new Failure(`${absolute} is missing: Porthole is not built. Run "npm run build" first.`);
  }
  return absolute;
}

/** @returns the folder of the built extension, ready to install */
export function portholeExtension(): string {
  return built(join('dist', 'firefox'));
}

/** @returns the folder of the built files that go into inspected extensions */
export function instrumentationFolder(): string {
  return built(join('dist', 'firefox', 'src', 'instrumentation'));
}

/** @returns the folder of the examples */
export function examplesFolder(): string {
  return join(root(), 'examples');
}

/** @returns the executable of the Firefox that `npm start` and `npm test` download where there is none */
export async function downloadedFirefox(): Promise<string | undefined> {
  const cacheDir = join(root(), '.cache', 'firefox');
  if (!existsSync(cacheDir)) return undefined;
  return (await getInstalledBrowsers({ cacheDir }))[0]?.executablePath;
}
