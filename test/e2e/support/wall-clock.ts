/**
 * A time of day for one Firefox that a test can set, forward and back, for all its processes at once. That takes
 * a library of a few lines preloaded into them (`wall-clock.c`), and so a C compiler and Linux.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCompiler } from '../../../scripts/compiler.mjs';

export interface WallClock {
  /** What Firefox must be started with. */
  readonly env: Readonly<Record<string, string>>;
  /** @param ahead of the machine's time of day from now on, in milliseconds; negative for behind */
  set(ahead: number): void;
  close(): void;
}

const SOURCE = fileURLToPath(new URL('wall-clock.c', import.meta.url));

/** @returns why there can be no such clock on this machine; null when there can */
export function wallClockProblem(): string | null {
  if (process.platform !== 'linux') return 'only Linux is known to preload a library into Firefox';
  if (!['x64', 'arm64'].includes(process.arch)) return `it is written for 64 bits`;
  return findCompiler() === null ? 'there is no C compiler (apt install tcc)' : null;
}

/**
 * @param folder where its two files go
 * @throws Error with what the compiler said
 */
export function createWallClock(folder: string): WallClock {
  const library = join(folder, 'wall-clock.so');
  const args = ['-shared', '-fPIC', '-nostdlib', '-o', library, SOURCE];
  const { status, stderr, error } = spawnSync(String(findCompiler()), args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`wall-clock.c: ${String(error ?? stderr)}`);
  const shared = join(folder, 'wall-clock');
  const value = new BigInt64Array(1);
  writeFileSync(shared, value);
  const file = openSync(shared, 'r+');
  return {
    env: { LD_PRELOAD: library, PORTHOLE_WALL_CLOCK: shared },
    set(ahead) {
      value[0] = BigInt(ahead);
      writeSync(file, value, 0, value.byteLength, 0);
    },
    close: () => closeSync(file),
  };
}
