/** The command line, from the outside: what it prints, writes and exits with. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, type TemporaryFolder } from '../../src/cli/firefox/processes.js';
import type { TraceConnection, TraceLine, TraceMessage } from '../../src/protocol/index.js';
import { porthole, readTrace, serveSite, type Site } from './support/cli.js';

const FIXTURE = fileURLToPath(new URL('../fixtures/extensions/content-script', import.meta.url));

let folder: TemporaryFolder;
let site: Site;
const at = (name: string): string => join(folder.path, name);

beforeAll(async () => {
  folder = temporaryFolder();
  site = await serveSite();
});

afterAll(async () => {
  site?.close();
  await folder?.remove();
});

function connectionsOf(lines: readonly TraceLine[]): TraceConnection[] {
  return lines.filter((line) => line.kind === 'connection');
}

function messagesOn(lines: readonly TraceLine[], connection: TraceConnection): TraceMessage[] {
  return lines.filter(
    (line): line is TraceMessage => line.kind === 'message' && line.connection === connection.id,
  );
}

describe('npm start, without a window', () => {
  it('records both examples in both directions and shows them in the real toolbox', async () => {
    const out = at('examples.ndjson');
    const screenshot = at('examples.png');
    const { code, stdout, stderr } = await porthole([
      ...['examples', '--headless', '--seconds', '5'],
      ...['--out', out, '--screenshot', screenshot],
    ]);
    expect(stderr + stdout).toContain('port-from-cs');
    expect(code).toBe(0);

    const lines = readTrace(out);
    expect(lines[0]).toMatchObject({ kind: 'trace', format: 'porthole-trace', version: 1 });
    for (const name of ['port-from-cs', 'port-from-us']) {
      const [connection] = connectionsOf(lines).filter((one) => one.name === name);
      expect(connection?.acceptors.length, name).toBe(1);
      const messages = connection === undefined ? [] : messagesOn(lines, connection);
      for (const from of [connection?.opener, connection?.acceptors[0]]) {
        const sent = messages.filter((message) => message.from === from);
        expect(sent.length, `${name} from ${String(from)}`).toBeGreaterThan(0);
        expect(sent.every(({ deliveries }) => deliveries.length === 1)).toBe(true);
      }
    }
    const png = readFileSync(screenshot);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.length).toBeGreaterThan(10_000);
  });
});

describe('porthole record', () => {
  it('writes a trace with paired connections, sums it up in one line, and exits with 0', async () => {
    const out = at('record.ndjson');
    const { code, stdout, stderr } = await porthole([
      ...['record', FIXTURE, '--url', site.url, '--seconds', '2', '--out', out, '--headless'],
    ]);
    expect(stderr).not.toContain('porthole:');
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
      /\d+ contexts?, \d+ connections?, 6 messages, 0 one-off messages, 0 gaps/,
    );
    const lines = readTrace(out);
    const [connection] = connectionsOf(lines);
    expect(connection).toMatchObject({ name: 'from-content', api: 'runtime.connect' });
    expect(
      connection && messagesOn(lines, connection).map(({ payload }) => payload),
    ).toContainEqual({
      type: 'count',
      count: 3,
    });
  });

  it('writes what there is on Ctrl-C', async () => {
    const out = at('interrupted.ndjson');
    const { code } = await porthole(
      ['record', FIXTURE, '--url', site.url, '--seconds', '600', '--out', out, '--headless'],
      { interruptAt: 'recording' },
    );
    expect(code).toBe(130);
    expect(readTrace(out)[0]).toMatchObject({ kind: 'trace' });
  });

  it.each([
    ['a folder without a manifest', () => folder.path, /manifest\.json/],
    [
      'an archive that is not a zip',
      () => {
        writeFileSync(at('broken.xpi'), 'not a zip');
        return at('broken.xpi');
      },
      /broken\.xpi/,
    ],
  ])('refuses %s and writes nothing', async (_, source, message) => {
    const out = at('refused.ndjson');
    const { code, stderr } = await porthole([
      ...['record', source(), '--url', site.url, '--seconds', '1', '--out', out, '--headless'],
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(existsSync(out)).toBe(false);
  });

  it('names the URL that does not load', async () => {
    const out = at('unreachable.ndjson');
    const { code, stderr } = await porthole([
      ...['record', FIXTURE, '--url', 'http://127.0.0.1:1/', '--seconds', '1', '--out', out],
      '--headless',
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('http://127.0.0.1:1/ does not load');
    expect(existsSync(out)).toBe(false);
  });
});

it('says what to do when Firefox is not there', async () => {
  const { code, stderr } = await porthole(
    ['record', FIXTURE, '--url', site.url, '--seconds', '1', '--out', at('none'), '--headless'],
    { env: { PORTHOLE_FIREFOX: at('no-such-firefox') } },
  );
  expect(code).toBe(1);
  expect(stderr).toMatch(/PORTHOLE_FIREFOX is .*no-such-firefox/);
});

describe('porthole instrument', () => {
  it('refuses a manifest that is not JSON, and says where', async () => {
    mkdirSync(at('bad-manifest'));
    writeFileSync(join(at('bad-manifest'), 'manifest.json'), '{\n  "name": oops\n}');
    const { code, stderr } = await porthole(['instrument', at('bad-manifest')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/manifest\.json.*line 2|line 2.*manifest\.json/s);
    expect(existsSync(at('bad-manifest-porthole'))).toBe(false);
  });

  it('writes a copy beside the source’s name and leaves the source alone', async () => {
    const before = readFileSync(join(FIXTURE, 'manifest.json'), 'utf8');
    const out = at('copy');
    const { code, stdout } = await porthole(['instrument', FIXTURE, '--out', out]);
    expect(code).toBe(0);
    expect(stdout).toContain('content.js');
    expect(readFileSync(join(FIXTURE, 'manifest.json'), 'utf8')).toBe(before);
    const copy = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as { name: string };
    expect(copy.name).toBe('Fixture: content script (Porthole)');
  });
});
