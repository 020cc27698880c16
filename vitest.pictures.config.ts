import { defineConfig } from 'vitest/config';

/** Takes the documentation's pictures of the panel: `npm run pictures`. */
export default defineConfig({
  define: { __PORTHOLE_VERSION__: JSON.stringify('0.0.0-test') },
  test: {
    include: ['test/pictures/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
  },
});
