/** User scripts in every world they can have, and those that were there before the instrumentation. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Model } from '../../src/model/index.js';
import { stopBackground } from './support/background.js';
import { expectAgreement } from './support/agreement.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Session } from './support/session.js';

const ID = 'worlds@fixture.porthole';

let session: Session;

beforeAll(async () => {
  session = await startSession({ extensions: ['user-script-worlds'] });
  await pollUntil(
    'the scripts to be registered',
    async () => {
      const page = await session.open('/worlds/probe');
      const title = await page.title();
      await page.close();
      return title;
    },
    (title) => title.includes(' main'),
  );
});

afterAll(async () => {
  await session?.close();
});

/** Names of the ports that scripts on a page opened and somebody accepted, with kind and world. */
function talked(model: Model, path: string): string[] {
  return [...model.connections.values()]
    .flatMap(({ name, opener, acceptors }) => {
      const context = model.contexts.get(opener?.context ?? '');
      if (context === undefined || acceptors.length === 0) return [];
      const { kind, worldId, url } = context;
      return new URL(url).pathname === path ? [`${name}: ${kind} ${worldId ?? ''}`.trim()] : [];
    })
    .sort();
}

async function expectTalk(path: string, names: string[]): Promise<Model> {
  const { model } = await session
    .until(path, (recorded) => talked(recorded.model, path).join() === names.join(), 15_000)
    .catch(() => session.recorded());
  expect(talked(model, path)).toEqual(names);
  return model;
}

it('registered, updated, moved and executed ones; not those of the page’s world', async () => {
  const page = await session.open('/worlds/execute');
  await expectTalk('/worlds/execute', [
    'default: user-script',
    'executed: user-script two',
    'two: user-script two',
  ]);
  // The title tells that the two that have no messaging ran, and saw what they see without Porthole.
  const title = await page.title();
  expect(title.split(' ').sort()).toEqual(['/worlds/execute', 'main', 'main', 'undefined']);
  const answers = (model: Model): unknown[] =>
    [...model.rows].flatMap((row) =>
      row.kind === 'message' && row.message.toward === 'opener'
        ? [JSON.parse(model.payloadText(row.message.payload) ?? 'null') as unknown]
        : [],
    );
  const { model } = await session.until('the answers', (all) => answers(all.model).length === 1);
  expect(answers(model)).toEqual([
    {
      results: ['its result'],
      empty: "The array of script sources provided to 'js' must not be empty.",
      files: ['code', 'code', 'code', 'code', 'code'],
    },
  ]);
  await page.close();
});

it('persisted ones, after the background was stopped', async () => {
  await stopBackground(session.firefox.system, ID);
  const page = await session.open('/worlds/persisted');
  await expectTalk('/worlds/persisted', ['default: user-script', 'two: user-script two']);
  await page.close();
});

it('agrees with the witness on every port', async () => {
  const comparison = await expectAgreement(session);
  expect(comparison.ports).toBeGreaterThanOrEqual(5);
});

it('ones registered without the instrumentation, once the background starts', async () => {
  const { browser, system } = session.firefox;
  const host = await system.evaluate(function hostOf(window, id) {
    const policy = window.WebExtensionPolicy.getByID(id);
    return (policy as unknown as { mozExtensionHostname: string }).mozExtensionHostname;
  }, ID);
  const early = await browser.newPage();
  await early.goto(`moz-extension://${host}/early.svg`, { waitUntil: [] });
  await pollUntil(
    'the early registration',
    () => early.evaluate(() => document.documentElement.hasAttribute('data-done')),
    Boolean,
  );
  await early.close();
  const before = await session.open('/early/before');
  // Seen from the accepting end alone.
  await session.until('a port of the bare script', ({ model }) =>
    [...model.connections.values()].some(({ name, opener }) => name === 'early' && !opener),
  );
  await before.close();
  await stopBackground(system, ID);
  const waking = await session.open('/early/waking');
  await pollUntil(
    'the scripts to be instrumented',
    async () => {
      const page = await session.open('/early/after');
      const { model } = await session.recorded();
      await page.close();
      return talked(model, '/early/after');
    },
    (names) =>
      names.includes('early: user-script') && names.includes('early-content: content-script'),
  );
  await waking.close();
});
