import { defineConfig } from 'vitest/config';

/** Tests that drive a real Firefox, one at a time; `npm test -- build e2e` builds what they install first. */
export default defineConfig({
  define: { __PORTHOLE_VERSION__: JSON.stringify('0.0.0-test') },
  test: {
    include: ['test/e2e/**/*.test.ts', 'test/conformance/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    retry: 0,
  },
});
