/** `npm start`: from a fresh clone to the examples in Firefox with the toolbox open on Porthole. */
import { bootstrap } from './bootstrap.mjs';
import { build } from './build.mjs';
import { run, script } from './run.mjs';

script(async () => {
  await bootstrap();
  await build();
  return await run(process.execPath, [
    'dist/cli/porthole.js',
    'examples',
    ...process.argv.slice(2),
  ]);
});
