/** Does to Porthole's database, with Firefox's own privileges, what no Porthole would do. */
import { PORTHOLE_ID } from '../../../src/protocol/index.js';
import type { PrivilegedWindow } from '../../../src/cli/firefox/privileged.js';
import type { System } from '../../../src/cli/firefox/system.js';

interface Holding extends PrivilegedWindow {
  portholeHeld?: IDBDatabase;
}

/** Leaves an empty database of that version in place of what is there. */
export async function replaceDatabase(system: System, version: number): Promise<void> {
  await system.evaluate(replace, PORTHOLE_ID, version, false);
}

/** Like {@link replaceDatabase}, with the stores of version 2, and holds it open until {@link letGo}. */
export async function holdOldDatabase(system: System): Promise<void> {
  await system.evaluate(replace, PORTHOLE_ID, 2, true);
}

/** Closes what {@link holdOldDatabase} holds open. */
export async function letGo(system: System): Promise<void> {
  await system.evaluate(close);
}

/** @returns version and number of segments; null when there is no database */
export async function lookAtDatabase(
  system: System,
): Promise<{ readonly version: number; readonly segments: number; readonly stores: string[] }> {
  return await system.evaluate(look, PORTHOLE_ID);
}

/**
 * Cuts the events of the segment in the middle short, in every run, and leaves of the first context's record nothing
 * but the key.
 *
 * @returns how many events the segment says it holds
 */
export async function damageDatabase(system: System): Promise<number> {
  return await system.evaluate(damage, PORTHOLE_ID);
}

function replace(window: Holding, id: string, version: number, hold: boolean): Promise<void> {
  const principal = window.WebExtensionPolicy.getByID(id)?.extension.principal;
  const indexedDB = window.indexedDB as unknown as {
    openForPrincipal(principal: unknown, name: string, options: object): IDBOpenDBRequest;
    deleteForPrincipal(principal: unknown, name: string): IDBOpenDBRequest;
  };
  return new Promise((resolve, reject) => {
    const deleting = indexedDB.deleteForPrincipal(principal, 'porthole');
    deleting.onerror = () => reject(new Error(`deleting: ${String(deleting.error)}`));
    deleting.onsuccess = () => {
      const opening = indexedDB.openForPrincipal(principal, 'porthole', { version });
      opening.onupgradeneeded = () => {
        const { result } = opening;
        result.createObjectStore('segments', { keyPath: 'id', autoIncrement: true });
        result.createObjectStore('contexts', { keyPath: 'key' });
        result.createObjectStore('meta', { keyPath: 'key' });
        result.createObjectStore('notices', { keyPath: 'id', autoIncrement: true });
      };
      opening.onerror = () => reject(new Error(`opening: ${String(opening.error)}`));
      opening.onsuccess = () => {
        if (hold) window.portholeHeld = opening.result;
        else opening.result.close();
        resolve();
      };
    };
  });
}

function close(window: Holding): void {
  window.portholeHeld?.close();
  delete window.portholeHeld;
}

function look(
  window: PrivilegedWindow,
  id: string,
): Promise<{ version: number; segments: number; stores: string[] }> {
  const principal = window.WebExtensionPolicy.getByID(id)?.extension.principal;
  return new Promise((resolve, reject) => {
    const opening = window.indexedDB.openForPrincipal(principal, 'porthole');
    opening.onerror = () => reject(new Error(String(opening.error)));
    opening.onsuccess = () => {
      const { result } = opening;
      const stores = [...result.objectStoreNames];
      const counting = result.transaction('segments').objectStore('segments').count();
      counting.onsuccess = () => {
        resolve({ version: result.version, segments: counting.result, stores });
        result.close();
      };
    };
  });
}

function damage(window: PrivilegedWindow, id: string): Promise<number> {
  interface Segment {
    readonly count: number;
    readonly runs: { events: string }[];
  }
  const principal = window.WebExtensionPolicy.getByID(id)?.extension.principal;
  return new Promise((resolve, reject) => {
    const opening = window.indexedDB.openForPrincipal(principal, 'porthole');
    opening.onerror = () => reject(new Error(String(opening.error)));
    opening.onsuccess = () => {
      const { result } = opening;
      const transaction = result.transaction(['segments', 'contexts'], 'readwrite');
      const segments = transaction.objectStore('segments');
      const contexts = transaction.objectStore('contexts');
      let events = 0;
      const reading = segments.getAll() as IDBRequest<Segment[]>;
      reading.onsuccess = () => {
        const middle = reading.result[Math.floor(reading.result.length / 2)];
        if (middle === undefined) throw new Error('there are no segments to damage');
        events = middle.count;
        for (const run of middle.runs) run.events = run.events.slice(0, -3);
        segments.put(middle);
      };
      const naming = contexts.getAllKeys();
      naming.onsuccess = () => {
        contexts.put({ key: naming.result[0] });
      };
      transaction.oncomplete = () => {
        result.close();
        resolve(events);
      };
      transaction.onabort = () => reject(new Error(String(transaction.error)));
    };
  });
}
