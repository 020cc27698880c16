/** Starts other programs on every platform, without a shell and without node_modules/.bin. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A step that cannot go on; its message is for the person and needs no stack. */
export class Stop extends Error {}

/**
 * Runs a program in the repository with this process's output.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, shell?: boolean }} [options] `env` is added to this process's own
 * @returns {Promise<number>} its exit code; 128 + n when signal n ended it
 */
export function run(command, args, { env = {}, shell = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      shell,
      stdio: 'inherit',
    });
    // A Ctrl-C reaches the whole process group; the child decides what to finish, and we wait for it.
    const wait = () => {};
    process.on('SIGINT', wait);
    const forward = () => child.kill('SIGTERM');
    process.on('SIGTERM', forward);
    const done = () => {
      process.off('SIGINT', wait);
      process.off('SIGTERM', forward);
    };
    child.on('error', (error) => {
      done();
      reject(error);
    });
    child.on('exit', (code, signal) => {
      done();
      resolve(code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGTERM' ? 15 : 9));
    });
  });
}

/**
 * Runs the program of an installed package with this Node.
 *
 * @param {string} name the package; its program has the package's name, unless `program` says otherwise
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, program?: string }} [options]
 * @returns {Promise<number>} its exit code
 */
export function runPackage(name, args, { env = {}, program = name } = {}) {
  const folder = join(root, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = typeof bin === 'string' ? bin : bin[program];
  return run(process.execPath, [join(folder, file), ...args], { env });
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<number>} npm's exit code
 */
export function runNpm(args) {
  const started = process.env['npm_execpath'];
  if (started !== undefined && basename(started).startsWith('npm-cli')) {
    return run(process.execPath, [started, ...args]);
  }
  // On Windows npm is a batch file, which only a shell can start.
  return run('npm', args, { shell: process.platform === 'win32' });
}

/**
 * Imports one of the repository's TypeScript modules. Needs the packages.
 *
 * @param {string} path relative to the repository
 * @returns {Promise<any>} its exports
 */
export async function importSource(path) {
  const { runnerImport } = await import('vite');
  const options = { root, configFile: /** @type {const} */ (false) };
  const { module } = await runnerImport(join(root, path), { ...options, logLevel: 'error' });
  return module;
}

/**
 * Runs a script's main function: a {@link Stop} is printed as one message, exit codes are handed on.
 *
 * @param {() => Promise<number | void>} main
 */
export function script(main) {
  main().then(
    (code) => {
      process.exitCode = code ?? 0;
    },
    (/** @type {unknown} */ error) => {
      console.error(error instanceof Stop ? `\n${error.message}` : error);
      process.exitCode = 1;
    },
  );
}
