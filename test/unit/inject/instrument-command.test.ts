import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { instrumentCommand } from '../../../src/cli/instrument-command.js';
import {
  InjectError,
  instrumentExtension,
  type InstrumentReport,
} from '../../../src/inject/index.js';

vi.mock('../../../src/inject/index.js', async (original) => ({
  ...(await original<object>()),
  instrumentExtension: vi.fn(),
}));

let root: string;
let stdout: string;
let stderr: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'porthole-command-'));
  stdout = stderr = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((stdout += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((stderr += String(text)), true));
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.mocked(instrumentExtension).mockReset();
  process.exitCode = undefined;
  await rm(root, { recursive: true, force: true });
});

const report: InstrumentReport = {
  out: '/tmp/copy',
  id: 'demo@example',
  name: 'Demo\u001b[31m',
  version: '1.0',
  manifestVersion: 3,
  optionalPermissions: [],
  hostPermissions: [],
  hasUserScripts: false,
  done: ['content script entry 1: cs.js'],
  warnings: [{ file: 'gone.html', message: 'is not there' }],
};

it('prints what was done to stdout and warnings to stderr', async () => {
  vi.mocked(instrumentExtension).mockResolvedValue(report);
  await instrumentCommand().parseAsync([root, '--out', '/tmp/copy'], { from: 'user' });
  expect(vi.mocked(instrumentExtension).mock.calls[0]![0]).toMatchObject({
    source: root,
    out: '/tmp/copy',
    instrumentation: expect.stringMatching(/firefox\/src\/instrumentation\/$/) as string,
  });
  expect(stdout).toBe(
    'Demo\u{fffd}[31m 1.0 (demo@example, Manifest V3)\n' +
      '  content script entry 1: cs.js\n' +
      'Instrumented copy: /tmp/copy\n',
  );
  expect(stderr).toBe('warning: gone.html: is not there\n');
  expect(process.exitCode).toBeUndefined();
});

it('puts the copy beside the source when nobody says where', async () => {
  vi.mocked(instrumentExtension).mockResolvedValue(report);
  await writeFile(join(root, 'a.zip'), '');
  await instrumentCommand().parseAsync([join(root, 'a.zip')], { from: 'user' });
  expect(vi.mocked(instrumentExtension).mock.calls[0]![0].out).toBe(join(root, 'a-porthole.xpi'));
  expect(await readdir(root)).toEqual(['a.zip']);
});

it('tells bad input in one line and exits with 1', async () => {
  vi.mocked(instrumentExtension).mockRejectedValue(new InjectError('No manifest.', 'x'));
  await instrumentCommand().parseAsync([root], { from: 'user' });
  expect(stderr).toBe('porthole instrument: No manifest.\n');
  expect(stdout).toBe('');
  expect(process.exitCode).toBe(1);
});

it('does not hide a bug', async () => {
  vi.mocked(instrumentExtension).mockRejectedValue(new TypeError('bug'));
  await expect(instrumentCommand().parseAsync([root], { from: 'user' })).rejects.toThrow('bug');
});
