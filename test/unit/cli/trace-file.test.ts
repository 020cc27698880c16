import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TraceFile } from '../../../src/cli/trace-file.js';
import type { TraceGap } from '../../../src/protocol/index.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'porthole-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function* gaps(count: number, failAt = Infinity): Generator<TraceGap> {
  for (let at = 0; at < count; at += 1) {
    if (at === failAt) throw new Error('the source broke');
    yield { kind: 'gap', context: 'c1', events: 1, reason: 'buffer-full', at };
  }
}

describe('TraceFile', () => {
  it('writes one object a line, and nothing but the file', async () => {
    const out = join(folder, 't.ndjson');
    const trace = await TraceFile.reserve(out);
    await trace.write(gaps(1234));
    const lines = readFileSync(out, 'utf8').split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => (JSON.parse(line) as TraceGap).at)).toEqual(
      Array.from({ length: 1234 }, (_, at) => at),
    );
    await trace.discard();
    expect(readdirSync(folder)).toEqual(['t.ndjson']);
  });

  it('keeps the file that was there until the new one is whole', async () => {
    const out = join(folder, 't.ndjson');
    writeFileSync(out, 'before');
    const trace = await TraceFile.reserve(out);
    await expect(trace.write(gaps(2000, 1500))).rejects.toThrow('the source broke');
    await trace.discard();
    expect(readFileSync(out, 'utf8')).toBe('before');
    expect(readdirSync(folder)).toEqual(['t.ndjson']);
  });

  it('says at once what is in the way', async () => {
    await expect(TraceFile.reserve(folder)).rejects.toThrow(/is a folder/);
    await expect(TraceFile.reserve(join(folder, 'no', 't.ndjson'))).rejects.toThrow(
      /folder .*no does not exist/,
    );
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'says that a folder is write-protected',
    async () => {
      chmodSync(folder, 0o500);
      await expect(TraceFile.reserve(join(folder, 't.ndjson'))).rejects.toThrow(/write-protected/);
      chmodSync(folder, 0o700);
    },
  );
});
