/** Content scripts that an extension injects by itself: recorded, and the extension is told what it was told before. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message, Model } from '../../src/model/index.js';
import { expectAgreement } from './support/agreement.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Session } from './support/session.js';

let session: Session;

beforeAll(async () => {
  session = await startSession({ extensions: ['run-time-mv3', 'run-time-mv2'] });
});

afterAll(async () => {
  await session?.close();
});

/** How often each name was connected to by a content script that was seen and accepted. */
function seen(model: Model, path: string): Record<string, number> {
  const names: Record<string, number> = {};
  for (const { name, opener, acceptors } of model.connections.values()) {
    const context = model.contexts.get(opener?.context ?? '');
    if (context?.kind !== 'content-script' || acceptors.length === 0) continue;
    if (new URL(context.url).pathname === path) names[name] = (names[name] ?? 0) + 1;
  }
  return names;
}

function messages(model: Model, name: string, toward: Message['toward']): unknown[] {
  return [...model.rows].flatMap((row) =>
    row.kind === 'message' &&
    row.message.toward === toward &&
    model.connections.get(row.message.connection)?.name === name
      ? [JSON.parse(model.payloadText(row.message.payload) ?? 'null') as unknown]
      : [],
  );
}

async function recordedAt(path: string, names: Record<string, number>): Promise<Model> {
  // The first loads may come before the background has registered its scripts.
  const wanted = JSON.stringify(Object.entries(names).sort());
  const all = ({ model }: { model: Model }): string =>
    JSON.stringify(Object.entries(seen(model, path)).sort());
  const { model } = await session
    .until(`${wanted} at ${path}`, (recorded) => all(recorded) === wanted)
    .catch(() => session.recorded());
  expect(seen(model, path)).toEqual(names);
  return model;
}

describe('Manifest V3', () => {
  it('scripting.registerContentScripts and executeScript, by file and by function', async () => {
    // Registered once this title is there.
    await pollUntil(
      'the scripts to be registered',
      async () => {
        const page = await session.open('/run-time/probe');
        const title = await page.title();
        await page.close();
        return title;
      },
      (title) => title !== '/run-time/probe',
    );
    const page = await session.open('/run-time/mv3');
    const model = await recordedAt('/run-time/mv3', {
      registered: 1,
      'executed-file': 1,
      'executed-func': 1,
      'mv2-registered': 1,
      'mv2-chrome-registered': 1,
    });
    expect(messages(model, 'executed-func', 'acceptor')).toEqual(['from a function']);
    await session.until(
      'the answers',
      (recorded) => messages(recorded.model, 'executed-func', 'opener').length === 1,
    );
    expect(messages((await session.recorded()).model, 'executed-func', 'opener')).toEqual([
      {
        files: [{ frameId: 0, result: 'result of the file' }],
        func: [{ frameId: 0, result: 'result of the function for executed-func' }],
        main: ['undefined'],
        refused: 'Invalid frame IDs: [987654].',
        thrown: ['on purpose'],
        registered: [
          { id: 'isolated', js: ['registered.js'], world: 'ISOLATED' },
          { id: 'main', js: ['main.js'], world: 'MAIN' },
          { id: 'style', css: ['style.css'], world: 'ISOLATED' },
        ],
      },
    ]);
    expect(await page.title()).toBe('/run-time/mv3 (undefined, false)');
    await page.close();
  });

  it('a frame that a script of the manifest has instrumented already', async () => {
    const page = await session.open('/run-time/twice');
    await recordedAt('/run-time/twice', {
      manifest: 1,
      registered: 1,
      'mv2-registered': 1,
      'mv2-chrome-registered': 1,
    });
    const { model } = await session.recorded();
    const contexts = [...model.contexts.values()].filter(
      ({ url, extensionId }) =>
        url.endsWith('/run-time/twice') && extensionId.startsWith('run-time-mv3@'),
    );
    expect(contexts).toHaveLength(1);
    await page.close();
  });
});

it('Manifest V2: tabs.executeScript, contentScripts.register, and chrome with callbacks', async () => {
  const page = await session.open('/run-time/mv2');
  const model = await recordedAt('/run-time/mv2', {
    registered: 1,
    'mv2-registered': 1,
    'mv2-chrome-registered': 1,
    'mv2-file': 1,
    'mv2-code': 1,
    'mv2-chrome-code': 1,
    'mv2-chrome-func': 1,
  });
  await session.until(
    'the answers',
    (recorded) => messages(recorded.model, 'mv2-chrome-func', 'opener').length === 1,
  );
  expect(messages(model, 'mv2-code', 'acceptor')).toEqual(['from a text']);
  expect(messages((await session.recorded()).model, 'mv2-chrome-func', 'opener')).toEqual([
    {
      file: ['result of the file'],
      text: ['result of mv2-code'],
      returned: 'undefined',
      called: ['result of mv2-chrome-code'],
      lastError: 'Invalid frame IDs: [987654].',
      refused: "executeScript requires either a 'code' or a 'file' property, but not both",
      thrown: expect.stringContaining('tabs.executeScript') as string,
      func: 1,
      listed: [{ id: 'chrome', js: ['registered.js'] }],
    },
  ]);
  await page.close();
});

it('agrees with the witness on every port', async () => {
  const comparison = await expectAgreement(session);
  expect(comparison.ports).toBeGreaterThanOrEqual(12);
});
