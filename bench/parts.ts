/** The parts of the bench, in the order in which they run. */
import { join } from 'node:path';
import type { Firefox } from '../src/cli/firefox/launch.js';
import { benchCollector } from './collector/bench.js';
import { benchCompare } from './compare/bench.js';
import { FINE_CLOCK, type Prefs } from './firefoxes.js';
import { benchInstrumentation } from './instrumentation.js';
import { benchLive } from './live/bench.js';
import { benchModel } from './model/bench.js';
import { benchPanel } from './panel/bench.js';
import type { Bench, Measured } from './part.js';
import { contentScriptSize, panelSizes } from './sizes.js';
import { benchStart } from './start.js';
import { benchStore } from './store/bench.js';

type Part = (bench: Bench) => Promise<Measured>;

export const PARTS: Readonly<Record<string, Part>> = {
  async sizes({ build }) {
    const contentScript = await contentScriptSize(build);
    const panel = await panelSizes(build);
    return {
      sections: {
        instrumentation: { gzipBytes: contentScript.gzipBytes },
        panel: { gzipBytes: panel.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0) },
      },
      rounds: [contentScript, ...panel],
      notes: [],
    };
  },
  async model({ quick }) {
    const { figures, growth, rounds } = benchModel(quick);
    return { sections: { model: figures, growth }, rounds, notes: [] };
  },
  // It leaves nothing behind in its Firefox that anybody else would notice.
  store: inFirefox(FINE_CLOCK, benchStored, true),
  start: inFirefox(FINE_CLOCK, benchStart),
  instrumentation: inFirefox({}, async (firefox, { folder, build, quick }) => {
    const { figures, rounds, notes } = await benchInstrumentation(firefox, folder, build, quick);
    return { sections: { instrumentation: figures }, rounds, notes };
  }),
  collector: inFirefox({}, benchCollector),
  panel: inFirefox(FINE_CLOCK, benchPanel),
  live: inFirefox(FINE_CLOCK, benchLive),
  compare: inFirefox(FINE_CLOCK, benchCompare),
};

async function benchStored(firefox: Firefox, { folder, quick }: Bench): Promise<Measured> {
  const { rounds, ...store } = await benchStore(firefox, join(folder, 'store'), quick);
  return { sections: { store }, rounds, notes: [] };
}

/**
 * @param leaves whether the part after it may have its Firefox
 * @returns a part that runs in a Firefox with these preferences
 */
function inFirefox(
  prefs: Prefs,
  run: (firefox: Firefox, bench: Bench) => Promise<Measured>,
  leaves = false,
): Part {
  return async (bench) => {
    const firefox = await bench.firefoxes.take(prefs);
    bench.onFirefox(firefox.version);
    let isDone = false;
    try {
      const measured = await run(firefox, bench);
      isDone = true;
      return measured;
    } finally {
      bench.firefoxes.giveBack(firefox, prefs, leaves && isDone);
    }
  };
}
