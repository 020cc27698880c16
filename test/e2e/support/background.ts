/** Extensions' event pages: stopped as Firefox does when they have been idle, and what they are doing. */
import type { PrivilegedWindow } from '../../../src/cli/firefox/privileged.js';
import type { System } from '../../../src/cli/firefox/system.js';

/** Milliseconds without an event after which Firefox stops event pages; counts from each page's next event on. */
export const IDLE_TIME_PREF = 'extensions.background.idle.timeout';

interface StoppableExtension {
  readonly extension: {
    readonly backgroundState?: string;
    terminateBackground(options: object): Promise<void>;
  };
}

/** Resolves when the event page has stopped; does nothing when it is not running. */
export async function stopBackground(system: System, id: string): Promise<void> {
  await system.evaluate(terminate, id);
}

/** @returns Firefox's word for it: `running`, `stopped`, `suspending`, `starting`… */
export async function backgroundState(system: System, id: string): Promise<string> {
  return await system.evaluate(stateOf, id);
}

/** @param ms new value of {@link IDLE_TIME_PREF} */
export async function setIdleTime(system: System, ms: number): Promise<void> {
  await system.evaluate(setPref, IDLE_TIME_PREF, ms);
}

function setPref(window: PrivilegedWindow, name: string, value: number): void {
  window.Services.prefs.setIntPref(name, value);
}

async function terminate(window: PrivilegedWindow, id: string): Promise<void> {
  const policy = window.WebExtensionPolicy.getByID(id) as unknown as StoppableExtension | null;
  if (policy === null) throw new Error(`${id} is not installed`);
  await policy.extension.terminateBackground({
    ignoreDevToolsAttached: true,
    disableResetIdleForTest: true,
  });
}

function stateOf(window: PrivilegedWindow, id: string): string {
  const policy = window.WebExtensionPolicy.getByID(id) as unknown as StoppableExtension | null;
  return String(policy?.extension.backgroundState);
}
