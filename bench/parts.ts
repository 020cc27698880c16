/** The parts of the bench, in the order in which they run, each in a Firefox of its own. */
import { join } from 'node:path';
import { findFirefox } from '../src/cli/firefox/find-firefox.js';
import { launchFirefox, type Firefox } from '../src/cli/firefox/launch.js';
import { benchCollector } from './collector/bench.js';
import { benchCompare } from './compare/bench.js';
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
  store: inFirefox({}, async (firefox, { folder, quick }) => {
    const { rounds, ...store } = await benchStore(firefox, join(folder, 'store'), quick);
    return { sections: { store }, rounds, notes: [] };
  }),
  instrumentation: inFirefox({}, async (firefox, { folder, build, quick }) => {
    const { figures, rounds, notes } = await benchInstrumentation(firefox, folder, build, quick);
    return { sections: { instrumentation: figures }, rounds, notes };
  }),
  collector: inFirefox({}, benchCollector),
  start: inFirefox({ 'privacy.reduceTimerPrecision': false }, benchStart),
  panel: inFirefox({ 'privacy.reduceTimerPrecision': false }, benchPanel),
  live: inFirefox({ 'privacy.reduceTimerPrecision': false }, benchLive),
  compare: inFirefox({ 'privacy.reduceTimerPrecision': false }, benchCompare),
};

/**
 * @param prefs besides those of every part
 * @returns a part that runs in a Firefox of its own
 */
function inFirefox(
  prefs: Readonly<Record<string, string | number | boolean>>,
  run: (firefox: Firefox, bench: Bench) => Promise<Measured>,
): Part {
  return async (bench) => {
    const firefox = await launchFirefox({
      executable: findFirefox(),
      headless: true,
      // Extensions and their event pages stay up between rounds.
      prefs: { 'extensions.background.idle.timeout': 3_600_000, ...prefs },
    });
    bench.onFirefox(firefox.version);
    try {
      return await run(firefox, bench);
    } finally {
      await firefox.close();
    }
  };
}
