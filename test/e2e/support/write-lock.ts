/** Makes IndexedDB refuse to write: somebody else holds the lock on the very file that it writes to. */
import { PORTHOLE_ID } from '../../../src/protocol/index.js';
import type { PrivilegedWindow } from '../../../src/cli/firefox/privileged.js';
import type { System } from '../../../src/cli/firefox/system.js';

interface SqliteConnection {
  executeSimpleSQL(statement: string): void;
  close(): void;
}

interface LockingWindow extends PrivilegedWindow {
  portholeLock?: SqliteConnection;
}

/** Until {@link unlockWrites}, Porthole's database can be read but not written. */
export async function lockWrites(system: System): Promise<void> {
  await system.evaluate(lock, PORTHOLE_ID);
}

export async function unlockWrites(system: System): Promise<void> {
  await system.evaluate(unlock);
}

async function lock(window: LockingWindow, id: string): Promise<void> {
  const { Services, IOUtils, PathUtils } = window as unknown as {
    Services: { storage: { openUnsharedDatabase(file: unknown): SqliteConnection } };
    IOUtils: {
      getChildren(path: string): Promise<string[]>;
      getFile(path: string): Promise<unknown>;
    };
    PathUtils: { profileDir: string; join(...parts: string[]): string };
  };
  const policy = window.WebExtensionPolicy.getByID(id) as unknown as {
    mozExtensionHostname: string;
  };
  const origins = await IOUtils.getChildren(
    PathUtils.join(PathUtils.profileDir, 'storage', 'default'),
  );
  const origin = origins.find((path) => path.includes(policy.mozExtensionHostname));
  if (origin === undefined) throw new Error(`no storage of ${id} among ${origins.join()}`);
  const files = await IOUtils.getChildren(PathUtils.join(origin, 'idb'));
  const file = files.find((path) => path.endsWith('.sqlite'));
  if (file === undefined) throw new Error(`no database among ${files.join()}`);
  const connection = Services.storage.openUnsharedDatabase(await IOUtils.getFile(file));
  for (let attempt = 0; ; attempt += 1) {
    try {
      connection.executeSimpleSQL('BEGIN IMMEDIATE');
      break;
    } catch (error) {
      // Porthole is writing this very moment.
      if (attempt === 200) throw error;
      await new Promise((resolve) => {
        window.setTimeout(resolve, 5);
      });
    }
  }
  window.portholeLock = connection;
}

function unlock(window: LockingWindow): void {
  window.portholeLock?.executeSimpleSQL('ROLLBACK');
  window.portholeLock?.close();
  delete window.portholeLock;
}
