/** What is shipped, weighed: gzip (level 9) of each file, summed. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A file of the build and its weight. */
export interface Weighed {
  /** Relative to the build, with `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

const CONTENT_SCRIPT = 'src/instrumentation/content-script.js';
const PANEL = 'devtools/panel.html';

/**
 * @param build folder of the built extension
 * @returns what goes into every content script of an instrumented extension
 */
export async function contentScriptSize(build: string): Promise<Weighed> {
  const text = await readFile(join(build, CONTENT_SCRIPT), 'utf8');
  return weigh(CONTENT_SCRIPT, text.replace(/^\/\/# sourceMappingURL=.*$/m, '').trimEnd());
}

/**
 * Follows what the panel loads before anybody touches it: from its HTML through scripts, styles, static
 * imports and workers. Dynamic imports are loaded later and not counted.
 *
 * @param build folder of the built extension
 * @throws Error when a file is named but not there, or when no worker is found, which holds the model
 */
export async function panelSizes(build: string): Promise<Weighed[]> {
  const weighed = new Map<string, Weighed>();
  const waiting = [PANEL];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (weighed.has(path)) continue;
    const text = await readFile(join(build, path), 'utf8');
    weighed.set(path, weigh(path, text));
    for (const reference of references(path, text)) {
      const at = [posix.join(posix.dirname(path), reference), reference]
        .map((candidate) => candidate.replace(/^\//, ''))
        .find((candidate) => existsSync(join(build, candidate)));
      if (at === undefined)
        throw new Error(`${path} loads ${reference}, which is not in the build`);
      waiting.push(at);
    }
  }
  if (![...weighed.keys()].some((path) => path.includes('worker'))) {
    throw new Error(
      `no worker found from ${PANEL}: is the model not loaded from a worker any more?`,
    );
  }
  return [...weighed.values()];
}

/** @returns the URLs a file loads by itself; those of other origins are not Porthole's */
function references(path: string, text: string): string[] {
  const patterns = path.endsWith('.html')
    ? [/<(?:script|link|img)\b[^>]*?\b(?:src|href)="([^"]+)"/g]
    : path.endsWith('.css')
      ? [/@import\s*(?:url\()?["']([^"']+)["']/g, /url\(["']?([^"')]+)["']?\)/g]
      : [
          /\b(?:import|export)\b[^"'`();]*?\bfrom\s*["']([^"']+)["']/g,
          /\bimport\s*["']([^"']+)["']/g,
          // Workers are named in a `new Worker(…)` or handed through a constant: by their file name.
          /["'`]([^"'`\s]*worker[^"'`\s]*\.js)["'`]/g,
        ];
  return patterns
    .flatMap((pattern) => [...text.matchAll(pattern)].map(([, url]) => url ?? ''))
    .filter((url) => !/^[a-z-]+:|^#|^$/.test(url));
}

function weigh(path: string, text: string): Weighed {
  const bytes = Buffer.from(text);
  return { path, bytes: bytes.length, gzipBytes: gzipSync(bytes, { level: 9 }).length };
}
