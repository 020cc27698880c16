/** The files in which Firefox keeps an extension's IndexedDB. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PrivilegedWindow } from '../../src/cli/firefox/privileged.js';
import type { System } from '../../src/cli/firefox/system.js';

/** Longest wait for Firefox to move the write-ahead file into the database, which it does when that is idle. */
const SETTLED_TIMEOUT_MS = 10_000;

/** @returns bytes of all of them, the files of large records as well, once the write-ahead file is empty */
export async function databaseBytes(system: System, extensionId: string): Promise<number> {
  const folder = join(await system.evaluate(storageFolder, extensionId), 'idb');
  const deadline = Date.now() + SETTLED_TIMEOUT_MS;
  for (;;) {
    const files = await weigh(folder);
    const isSettled = files.every(({ name, bytes }) => !name.endsWith('-wal') || bytes === 0);
    if (isSettled || Date.now() > deadline) return files.reduce((sum, { bytes }) => sum + bytes, 0);
    await sleep(100);
  }
}

async function weigh(folder: string): Promise<{ readonly name: string; readonly bytes: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return await Promise.all(
    files.map(async ({ parentPath, name }) => ({
      name,
      // It may go while it is looked at.
      bytes: await stat(join(parentPath, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    })),
  );
}

function storageFolder(window: PrivilegedWindow, extensionId: string): string {
  const { PathUtils } = window as unknown as {
    readonly PathUtils: { readonly profileDir: string; join(...parts: string[]): string };
  };
  const policy = window.WebExtensionPolicy.getByID(extensionId) as {
    readonly mozExtensionHostname?: string;
  } | null;
  const host = policy?.mozExtensionHostname;
  if (host === undefined) throw new Error(`${extensionId} is not installed`);
  return PathUtils.join(PathUtils.profileDir, 'storage', 'default', `moz-extension+++${host}`);
}
