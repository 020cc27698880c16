/** `npm run test:soak`: the tests that drive Firefox, and the unit tests, with ten times as much of everything. */
import { run, script } from './run.mjs';

const STEPS = ['install', 'unit', 'build', 'e2e'];

script(() =>
  run(process.execPath, ['scripts/test.mjs', ...STEPS], { env: { PORTHOLE_SOAK: '1' } }),
);
