/** Runs the built command line as a person does. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TraceLine } from '../../../src/protocol/index.js';

const CLI = fileURLToPath(new URL('../../../dist/cli/porthole.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** Sends Ctrl-C once the program has printed this on either stream. */
  readonly interruptAt?: string;
  /** Over this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** @returns how it ended and what it printed */
export async function porthole(
  args: readonly string[],
  { interruptAt, env }: CliOptions = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let stdout = '';
  let stderr = '';
  let interrupted = false;
  const look = (): void => {
    if (interruptAt !== undefined && !interrupted && (stdout + stderr).includes(interruptAt)) {
      interrupted = true;
      child.kill('SIGINT');
    }
  };
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
    look();
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
    look();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stdout, stderr };
}

/** Reads a trace file back. */
export function readTrace(path: string): TraceLine[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as TraceLine);
}

export interface Site {
  readonly url: string;
  close(): void;
}

/** Serves one small page at every path. */
export async function serveSite(): Promise<Site> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end('<!doctype html><title>page</title><body></body>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
