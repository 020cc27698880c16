import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They put a load on the machine of which others would take notice, or look at what load changes. */
const ALONE = [
  'test/conformance/**/*.test.ts',
  'test/e2e/million.test.ts',
  'test/e2e/storage-faults.test.ts',
  'test/e2e/witness.test.ts',
];

/** What they do to Firefox they bear themselves: they ask for nothing that is to be quick. */
const CHAOS = ['test/e2e/chaos/**/*.test.ts'];

const LENIENCE = {
  setupFiles: ['test/support/texts.ts'],
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // Names of tests that pass only the second time stand at the end of `npm test`: each is a bug of the test.
  retry: 1,
};

/** It waits most of a minute, so nothing is to wait for it. */
const FIRST = /awake\.test\.ts$/;

class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => (FIRST.test(moduleId) ? 0 : 1);
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

/** Tests that drive a real Firefox; `npm test -- build e2e` builds what they install first. */
export default defineConfig({
  define: { __PORTHOLE_VERSION__: JSON.stringify('0.0.0-test') },
  test: {
    sequence: { sequencer: WaitingFirst },
    projects: [
      {
        extends: true,
        test: {
          ...LENIENCE,
          name: 'side by side',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [...ALONE, ...CHAOS],
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          ...LENIENCE,
          name: 'chaos',
          include: CHAOS,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...LENIENCE,
          name: 'alone',
          include: ALONE,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
