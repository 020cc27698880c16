import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from 'vite';

const source = join(import.meta.dirname, '../../../src/cli/firefox/processes.ts');
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'porthole-test-'));
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: source,
      outDir: folder,
      rollupOptions: { output: { entryFileNames: 'processes.mjs' } },
    },
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a program that has made a temporary folder, and says how it ended and what it left. */
async function end(
  how: string,
  signal?: NodeJS.Signals,
): Promise<{ code: number | null; left: boolean }> {
  const program = `
    import { temporaryFolder } from ${JSON.stringify(join(folder, 'processes.mjs'))};
    const { path } = temporaryFolder();
    const waiting = setInterval(() => {}, 1000);
    console.log(path);
    ${how}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [first] = (await once(child.stdout, 'data')) as [Buffer];
  const path = first.toString().trim();
  if (signal) child.kill(signal);
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, left: existsSync(path) };
}

describe('what must not outlive the process', () => {
  it.each([
    ['a normal end', 'clearInterval(waiting);', 0],
    ['process.exit', 'process.exit(3);', 3],
    ['an uncaught error', "setTimeout(() => { throw new Error('bug'); });", 1],
    ['an unhandled rejection', "void Promise.reject(new Error('bug'));", 1],
  ])('goes at %s', async (_, how, code) => {
    expect(await end(how)).toEqual({ code, left: false });
  });

  it.skipIf(process.platform === 'win32').each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('goes at %s', async (signal, code) => {
    expect(await end('', signal)).toEqual({ code, left: false });
  });

  it.skipIf(process.platform === 'win32')('waits for whoever else takes the signal', async () => {
    const how = "process.on('SIGTERM', () => setTimeout(() => process.exit(7), 50));";
    expect(await end(how, 'SIGTERM')).toEqual({ code: 7, left: false });
  });
});
