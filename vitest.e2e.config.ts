import { defineConfig } from 'vitest/config';

/** They put a load on the machine of which others would take notice, or look at what load changes. */
const ALONE = [
  'test/conformance/**/*.test.ts',
  'test/e2e/chaos/**/*.test.ts',
  'test/e2e/million.test.ts',
  'test/e2e/storage-faults.test.ts',
  'test/e2e/witness.test.ts',
];

const TIMEOUTS = { testTimeout: 60_000, hookTimeout: 120_000, retry: 0 };

/** Tests that drive a real Firefox; `npm test -- build e2e` builds what they install first. */
export default defineConfig({
  define: { __PORTHOLE_VERSION__: JSON.stringify('0.0.0-test') },
  test: {
    projects: [
      {
        extends: true,
        test: {
          ...TIMEOUTS,
          name: 'side by side',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ALONE,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          ...TIMEOUTS,
          name: 'alone',
          include: ALONE,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
