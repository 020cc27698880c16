/** `npm run bench`: makes the clone ready, builds when the build is missing or stale, runs `bench/run.ts`. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { Stop, importSource, root, runNpm, script } from './run.mjs';

const BUILT = join(root, 'dist', 'firefox', 'manifest.json');
const SOURCES = ['src', 'devtools', 'manifest.json', 'vite.config.ts', 'package-lock.json'];

script(async () => {
  const args = process.argv.slice(2);
  await bootstrap();
  const own = args.some((arg) => arg === '--build' || arg.startsWith('--build='));
  if (!own && isStale() && (await runNpm(['run', 'build'])) !== 0) {
    throw new Stop('The build failed, see above.');
  }
  /** @type {typeof import('../bench/run.js')} */
  const { main } = await importSource('bench/run.ts');
  return main(args);
});

/** @returns {boolean} whether a source is newer than the build */
function isStale() {
  if (!existsSync(BUILT)) return true;
  const built = statSync(BUILT).mtimeMs;
  return SOURCES.some((source) => newest(join(root, source)) > built);
}

/**
 * @param {string} path of a file or folder
 * @returns {number} the newest modification in it, in epoch milliseconds
 */
function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
