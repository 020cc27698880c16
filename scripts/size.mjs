/** What Porthole costs others to load, gzipped, against its budgets; fails when one is exceeded. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { Stop, root, script } from './run.mjs';

const EXTENSION = join(root, 'dist', 'firefox');

/** Gzipped bytes; the names are those of the benchmark's figures. */
const BUDGETS = { 'instrumentation.gzipBytes': 8_000, 'panel.gzipBytes': 60_000 };

/**
 * @returns {{ name: keyof typeof BUDGETS, files: string[], bytes: number, budget: number }[]} `bytes` is the
 *   sum of the files' gzipped sizes
 * @throws {Stop} when the extension is not built
 */
export function sizes() {
  const files = {
    'instrumentation.gzipBytes': [join(EXTENSION, 'src', 'instrumentation', 'content-script.js')],
    'panel.gzipBytes': [
      ...firstLoad(join(EXTENSION, 'devtools', 'panel.html')),
      join(EXTENSION, 'devtools', 'model-worker.js'),
    ],
  };
  return /** @type {(keyof typeof BUDGETS)[]} */ (Object.keys(BUDGETS)).map((name) => ({
    name,
    files: files[name].map((file) => relative(root, file)),
    bytes: files[name].reduce((sum, file) => sum + gzipSync(read(file)).length, 0),
    budget: BUDGETS[name],
  }));
}

/**
 * @param {string} page an HTML file as Vite wrote it
 * @returns {string[]} the page, what its tags load, and what those scripts import statically
 */
function firstLoad(page) {
  const files = new Set([page]);
  for (const file of files) {
    for (const specifier of references(file)) {
      files.add(
        specifier.startsWith('/') ? join(EXTENSION, specifier) : resolve(dirname(file), specifier),
      );
    }
  }
  return [...files];
}

/** @param {string} file */
function references(file) {
  const text = read(file).toString('utf8');
  const pattern = file.endsWith('.html')
    ? /<(?:script|link)\b[^>]*?\b(?:src|href)="([^"]+)"/g
    : file.endsWith('.js')
      ? /(?:^|[;}\s])(?:import|export)\b[^"'()]*["']([./][^"']+)["']/g
      : null;
  return pattern === null ? [] : [...text.matchAll(pattern)].map((match) => match[1] ?? '');
}

/** @param {string} file */
function read(file) {
  if (!existsSync(file)) throw new Stop(`${relative(root, file)} is missing. Run "npm run build".`);
  return readFileSync(file);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  script(async () => {
    let over = 0;
    for (const { name, files, bytes, budget } of sizes()) {
      const state = bytes > budget ? 'OVER BUDGET' : 'ok';
      console.log(`${name}: ${bytes} of ${budget} bytes, ${state} (${files.join(', ')})`);
      if (bytes > budget) over += 1;
    }
    return over === 0 ? 0 : 1;
  });
}
