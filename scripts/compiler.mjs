/** Finds a C compiler. One test needs it, and is left out where there is none: see test/e2e/support/wall-clock.ts. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installFromApt } from './apt.mjs';

const NAMES = ['cc', 'gcc', 'clang', 'tcc'];

/** Installs one where there is none and that can be done; nothing else depends on it. */
export async function ensureCompiler() {
  // The smallest, 0.3 MB.
  if (findCompiler() === null) await installFromApt('tcc', 'No C compiler here');
}

/** @returns {string | null} path of its program; null when there is none */
export function findCompiler() {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const paths = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find(isExecutable) ?? null;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
