import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { __PORTHOLE_VERSION__: JSON.stringify('0.0.0-test') },
  test: {
    // Property tests run thousands of scenarios, and machines can be busy: a time-out is for what hangs.
    testTimeout: 60_000,
    // One more than vitest takes by itself: nothing else runs beside the unit tests.
    maxWorkers: '100%',
    include: ['test/unit/**/*.test.{ts,tsx}'],
    setupFiles: ['test/support/texts.ts'],
  },
});
