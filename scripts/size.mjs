/**
 * What Porthole costs others to load, against the bench's budgets; fails when one is exceeded, and when what is shipped
 * names the folder it was built in, as a development build does.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { importSource, root, script } from './run.mjs';

const BUILT = join(root, 'dist', 'firefox');

script(async () => {
  /** @type {typeof import('../bench/sizes.js')} */
  const { contentScriptSize, panelSizes } = await importSource('bench/sizes.ts');
  /** @type {typeof import('../bench/figures.js')} */
  const { judge } = await importSource('bench/figures.ts');
  const panel = await panelSizes(BUILT);
  const verdicts = judge({
    instrumentation: { gzipBytes: (await contentScriptSize(BUILT)).gzipBytes },
    panel: { gzipBytes: panel.reduce((sum, file) => sum + file.gzipBytes, 0) },
  });
  for (const { figure, value, atMost, holds } of verdicts) {
    console.log(`${figure}: ${value} of ${atMost}${holds ? '' : ', OVER BUDGET'}`);
  }
  const naming = readdirSync(BUILT, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(root));
  for (const file of naming) console.log(`${file} names ${root}: is it a development build?`);
  return verdicts.every(({ holds }) => holds) && naming.length === 0 ? 0 : 1;
});
