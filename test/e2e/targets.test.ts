/** Ports to a tab, one of its frames, one of its documents, and to another extension. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Model } from '../../src/model/index.js';
import { expectAgreement } from './support/agreement.js';
import { startSession, type Session } from './support/session.js';

let session: Session;

beforeAll(async () => {
  session = await startSession({ extensions: ['targets', 'neighbour'] });
  const page = await session.open('/targets?frames=2');
  await session.until('every frame', ({ model }) => {
    const all = [...model.contexts.values()].filter(({ kind }) => kind === 'content-script');
    return all.filter(({ extensionId }) => extensionId.startsWith('targets@')).length === 3;
  });
  await page
    .frames()
    .find((frame) => frame.url().endsWith('/frame/0'))
    ?.click('h1');
});

afterAll(async () => {
  await session?.close();
});

/** Paths of the pages in which the port, or the message, of this name arrived. */
function reached(model: Model, name: string): string[] {
  const pathOf = (key: string): string => new URL(model.contexts.get(key)?.url ?? '').pathname;
  const ports = [...model.connections.values()].filter((each) => each.name === name);
  return ports.flatMap(({ acceptors }) => acceptors.map(({ context }) => pathOf(context))).sort();
}

function requested(model: Model, type: string): string[] {
  return [...model.rows]
    .flatMap((row) =>
      row.kind === 'request' && row.request.messageType === type ? [row.request] : [],
    )
    .flatMap(({ receipts }) =>
      receipts.map(({ context }) => model.contexts.get(context)?.url ?? ''),
    )
    .map((url) => new URL(url).pathname)
    .sort();
}

const FRAME = ['/frame/0'];
const ALL = ['/frame/0', '/frame/1', '/targets'];

it.each([
  ['tab', ALL],
  ['frame', FRAME],
  ['document', FRAME],
])('to a %s', async (name, paths) => {
  const told = (model: Model): string[][] => [reached(model, `to-${name}`), requested(model, name)];
  const wanted = JSON.stringify([paths, paths]);
  const { model } = await session
    .until(
      `what went to the ${name}`,
      (recorded) => JSON.stringify(told(recorded.model)) === wanted,
    )
    .catch(() => session.recorded());
  expect(told(model)).toEqual([paths, paths]);
  const targets = [...model.connections.values()].filter((each) => each.name === `to-${name}`);
  expect(targets.map(({ api }) => api)).toEqual(['tabs.connect']);
  const named = targets[0]?.target ?? {};
  expect(Object.keys(named).sort()).toEqual(
    { tab: ['tabId'], frame: ['frameId', 'tabId'], document: ['documentId', 'tabId'] }[name],
  );
});

it.each(['from-content', 'from-background'])('to another extension, %s', async (name) => {
  const { model } = await session.until('all echoes', (recorded) =>
    [...recorded.model.connections.values()].some(
      (each) => each.name === name && each.messages === 6 && each.acceptors.length === 1,
    ),
  );
  const found = [...model.connections.values()].filter((each) => each.name === name);
  expect(
    found.map(({ opener, acceptors }) =>
      [opener, ...acceptors].map((end) => model.contexts.get(end?.context ?? '')?.extensionId),
    ),
  ).toEqual([['neighbour@fixture.porthole', 'targets@fixture.porthole']]);
});

it('agrees with the witness on every port and request', async () => {
  const { ports, requests } = await expectAgreement(session);
  expect(ports).toBeGreaterThanOrEqual(5);
  expect(requests).toBeGreaterThanOrEqual(4);
});
