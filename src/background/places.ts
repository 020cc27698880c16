/**
 * Where contexts live, and what Firefox says of it when their lines have closed. Of tabs it tells without any permission,
 * of extensions where `management` was granted.
 *
 * Measured in Firefox 153, on what is said in which order:
 * - A tab that closes is not known any more (`tabs.get`), and one that is unloaded says so (`discarded`), before the
 *   lines of its documents close.
 * - A document that replaces another is being loaded (`status`) before the lines of the other one close. When a process
 *   crashes, nothing is. Right after that a tab in front gets Firefox's page about the crash, which tells `isArticle`
 *   and no load; a tab in the back gets an empty document, with a load.
 * - An extension that is disabled or removed may still be known as enabled when its lines close, for some 20 ms.
 */

import browser, { type Tabs } from 'webextension-polyfill';
import type { EndFacts } from '../protocol/index.js';

/** Milliseconds until an extension that goes is known to have gone. */
const EXTENSION_MS = 1_000;

/** Extensions asked about within so many milliseconds are asked about once. */
const GATHER_MS = 50;

/** Milliseconds in which a tab whose process has crashed gets another document. */
const REPLACED_MS = 2_000;

/** The place that a context lives in. */
export interface Place {
  /** To be called when its line has closed. Absent keys: not known. */
  left(): Promise<EndFacts>;
}

export interface Places {
  /** A line was opened from there; `tabId` is null for what lives in no tab. */
  enter(extensionId: string, tabId: number | null): Place;
}

interface Tab {
  /** Null: not known. */
  loading: boolean | null;
  /** Loads that began while none was going on. */
  loads: number;
  /** Hear, once, what comes next: whether it belongs to a load. */
  readonly waiting: Set<(isLoad: boolean) => void>;
}

/** Absent until the `management` permission is granted. */
const available: Partial<Pick<typeof browser, 'management'>> = browser;

/**
 * Listens from the first {@link Places.enter} on, not before: a listener that an event page adds when it starts would
 * start it for every tab.
 */
export function watchPlaces(): Places {
  const tabs = new Map<number, Tab>();
  const tabNow = shared((id: number) => [get(id)]);
  const extensionSoon = shared((id: string) => [
    delay(EXTENSION_MS).then(() => stateOf(id)),
    delay(GATHER_MS),
  ]);
  let listening = false;

  function tabOf(id: number): Tab {
    let tab = tabs.get(id);
    if (tab === undefined) {
      tab = { loading: null, loads: 0, waiting: new Set() };
      tabs.set(id, tab);
    }
    return tab;
  }

  function listen(): void {
    if (listening) return;
    listening = true;
    browser.tabs.onUpdated.addListener((id, { status, ...changed }) => {
      const tab = tabOf(id);
      if (status === 'loading' && tab.loading === false) tab.loads += 1;
      if (status !== undefined) tab.loading = status === 'loading';
      const isLoad = status === 'loading';
      if (!isLoad && !('isArticle' in changed)) return;
      const { waiting } = tab;
      for (const hear of waiting) hear(isLoad);
      waiting.clear();
    });
    browser.tabs.onRemoved.addListener((id) => void tabs.delete(id));
    void browser.tabs.query({}).then((all) => {
      for (const { id, status } of all) {
        if (id !== undefined) tabOf(id).loading ??= status === 'loading';
      }
    });
  }

  async function tabLeft(id: number, loadsAtEntry: number): Promise<EndFacts['tab']> {
    const tab = tabs.get(id);
    const next = tab?.loading === false && tab.loads === loadsAtEntry ? nextOf(tab) : null;
    const now = await tabNow(id);
    if (now === null) return 'closed';
    if (now.discarded === true) return 'discarded';
    const said = await next;
    return said === (now.active ? 'other' : 'load') ? 'replaced' : 'open';
  }

  return {
    enter(extensionId, tabId) {
      listen();
      const loads = tabId === null ? 0 : tabOf(tabId).loads;
      return {
        async left() {
          const [tab, extension] = await Promise.all([
            tabId === null ? undefined : tabLeft(tabId, loads).catch(() => undefined),
            extensionSoon(extensionId),
          ]);
          return { ...(tab && { tab }), ...(extension && { extension }) };
        },
      };
    },
  };
}

/** @returns null when there is no such tab */
async function get(id: number): Promise<Tabs.Tab | null> {
  try {
    return await browser.tabs.get(id);
  } catch (error) {
    if (String(error).includes('Invalid tab ID')) return null;
    throw error;
  }
}

/**
 * Many lines close in one moment: who asks the same while that is so gets the same answer.
 *
 * @param ask gives the answer, and until when it is shared where that is not until it is there
 */
function shared<K, V>(
  ask: (key: K) => readonly [answer: Promise<V>, until?: Promise<unknown>],
): (key: K) => Promise<V> {
  const asked = new Map<K, Promise<V>>();
  return (key) => {
    const known = asked.get(key);
    if (known !== undefined) return known;
    const [answer, until = answer] = ask(key);
    asked.set(key, answer);
    const forget = (): void => void asked.delete(key);
    until.then(forget, forget);
    return answer;
  };
}

/** @returns what the tab says next, whether of a load or of anything else; null when it says nothing in time */
function nextOf({ waiting }: Tab): Promise<'load' | 'other' | null> {
  return new Promise((resolve) => {
    const hear = (isLoad: boolean): void => resolve(isLoad ? 'load' : 'other');
    waiting.add(hear);
    void delay(REPLACED_MS).then(() => {
      waiting.delete(hear);
      resolve(null);
    });
  });
}

async function stateOf(extensionId: string): Promise<EndFacts['extension']> {
  const { management } = available;
  if (management === undefined) return undefined;
  try {
    return (await management.get(extensionId)).enabled ? 'enabled' : 'disabled';
  } catch (error) {
    return String(error).includes('No such addon') ? 'uninstalled' : undefined;
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
