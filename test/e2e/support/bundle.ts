/** Bundles a fixture extension as its author would: minified, into `dist` beside its sources, with source maps. */
import { appendFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { fixturePath } from './session.js';

/** Longer than what crosses the wire at once, and so is each map that holds it. */
const LICENCE = `\n/* ${'All rights, and some wrongs. '.repeat(40_000)}*/\n`;

/**
 * @param extension name of a fixture with its sources in `src`
 * @param folder empty; takes a copy of them
 * @param scripts names of the sources, and how each one's map is given with it
 * @param licensed name of a source that ends in a long comment
 * @returns where the extension is
 */
export async function bundleFixture(
  extension: string,
  folder: string,
  scripts: Readonly<Record<string, 'file' | 'inline'>>,
  licensed: string,
): Promise<string> {
  cpSync(fixturePath(extension), folder, { recursive: true });
  appendFileSync(join(folder, 'src', `${licensed}.ts`), LICENCE);
  const dist = join(folder, 'dist');
  cpSync(join(folder, 'manifest.json'), join(dist, 'manifest.json'));
  for (const [name, map] of Object.entries(scripts)) {
    await build({
      configFile: false,
      logLevel: 'error',
      root: folder,
      build: {
        outDir: dist,
        emptyOutDir: false,
        minify: true,
        sourcemap: map === 'file' ? true : 'inline',
        rolldownOptions: {
          input: join(folder, 'src', `${name}.ts`),
          output: { format: 'iife', entryFileNames: `${name}.js` },
        },
      },
    });
  }
  return dist;
}
