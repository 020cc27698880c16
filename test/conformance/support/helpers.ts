/** What cases may ask the test to do: things only the browser can. */
import type { Firefox } from '../../../src/cli/firefox/launch.js';
import { backgroundState, setIdleTime, stopBackground } from '../../e2e/support/background.js';
import { hostId, type Host } from './hosts.js';
import type { Helper } from './runner.js';

/** Idle time Firefox gives event pages from the first `stop background` on, in milliseconds. */
const IDLE_MS = 1_500;
/** What it may take longer on a busy machine, and less than what anything that keeps it awake would cost. */
const IN_TIME_MS = IDLE_MS * 2 - 200;

/** @returns the helpers by the name by which `t.ask()` calls them */
export function helpers({ system }: Firefox): Record<string, Helper> {
  return {
    /** Collects garbage in every process of Firefox. */
    'collect garbage': async () => {
      await system.evaluate(collectGarbage);
      return null;
    },
    /** So that the next event starts it, with the short idle time. */
    'stop background': async (_, variant, host) => {
      await setIdleTime(system, IDLE_MS);
      await stopBackground(system, hostId(variant, host as Host));
      return null;
    },
    'background state': (_, variant, host) =>
      backgroundState(system, hostId(variant, host as Host)),
    'background stops': async (_, variant, host) => {
      const since = Date.now();
      for (;;) {
        const state = await backgroundState(system, hostId(variant, host as Host));
        const ms = Date.now() - since;
        if (state === 'stopped') return { stopped: true, inTime: ms < IN_TIME_MS };
        if (ms > 10_000) return { stopped: false, inTime: false };
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

function collectGarbage(window: object): void {
  const { Services, Cu } = window as {
    Services: { obs: { notifyObservers(subject: null, topic: string): void } };
    Cu: { forceGC(): void };
  };
  Cu.forceGC();
  Services.obs.notifyObservers(null, 'child-gc-request');
}
