/**
 * What must not outlive this process: browsers and temporary folders. Cleanups registered here run on a
 * normal end, on an uncaught error and on the signals that ask a program to end.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

export const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type EndSignal = (typeof END_SIGNALS)[number];

const cleanups = new Set<() => void>();
let listening = false;

/** @returns the exit code by which shells know that a signal ended the program */
export function signalExitCode(signal: EndSignal): number {
  return 128 + constants.signals[signal];
}

/**
 * Registers a synchronous cleanup for the end of this process; the newest runs first. A signal ends the
 * process unless somebody else listens for it too and so has taken over ending in good order.
 *
 * @returns takes the cleanup back
 */
export function atExit(cleanup: () => void): () => void {
  if (!listening) {
    listening = true;
    process.on('exit', runCleanups);
    for (const signal of END_SIGNALS) {
      process.on(signal, () => {
        if (process.listenerCount(signal) === 1) process.exit(signalExitCode(signal));
      });
    }
  }
  cleanups.add(cleanup);
  return () => cleanups.delete(cleanup);
}

function runCleanups(): void {
  for (const cleanup of [...cleanups].reverse()) {
    try {
      cleanup();
    } catch (error) {
      process.stderr.write(`While cleaning up: ${String(error)}\n`);
    }
  }
  cleanups.clear();
}

export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Firefox may still be closing files in a profile that is being removed. */
const REMOVE = { recursive: true, force: true, maxRetries: 5, retryDelay: 100 } as const;

/** Makes a folder in the system's temporary folder that is removed at the latest when this process ends. */
export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'porthole-'));
  const forget = atExit(() => rmSync(path, REMOVE));
  return {
    path,
    async remove() {
      await rm(path, REMOVE);
      forget();
    },
  };
}
