/** What cases may ask the test to do: things only the browser can. */
import type { Firefox } from '../../../src/cli/firefox/launch.js';
import type { Helper } from './runner.js';

/** @returns the helpers by the name by which `t.ask()` calls them */
export function helpers({ system }: Firefox): Record<string, Helper> {
  return {
    /** Collects garbage in every process of Firefox. */
    'collect garbage': async () => {
      await system.evaluate(collectGarbage);
      return null;
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
