/** `npm run pictures`: takes the documentation's pictures of the panel anew, in both themes, into docs/images. */
import { bootstrap } from './bootstrap.mjs';
import { build } from './build.mjs';
import { runPackage, script } from './run.mjs';

script(async () => {
  await bootstrap();
  await build();
  return runPackage('vitest', ['run', '--config', 'vitest.pictures.config.ts']);
});
