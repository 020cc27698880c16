/** The status with which each context is shown, and what of it is missing. */
import { expect, test } from 'vitest';
import { shownStatus } from '../../../devtools/arithmetic/context-status.js';
import { notRecorded, type Known } from '../../../devtools/arithmetic/not-recorded.js';
import { selectionMembership } from '../../../devtools/worker/membership.js';
import { buildTree } from '../../../devtools/worker/outline.js';
import type { ExtensionNode } from '../../../devtools/worker-protocol.js';
import type { Model } from '../../../src/model/index.js';
import type { StoredContext } from '../../../src/protocol/index.js';
import { draw, fold, short } from '../model/fixture.js';

const EVERYTHING = { context: () => true, connection: () => true, request: () => true };

/** @param without contexts that are not instrumented */
function foldOf(
  text: string,
  facts: Record<string, Partial<StoredContext>> = {},
  without: readonly string[] = [],
): Model {
  const drawn = draw(text);
  const reports = (key: string): boolean => !without.includes(short(key));
  return fold({
    contexts: drawn.contexts
      .filter(({ key }) => reports(key))
      .map((each) => ({ ...each, ...facts[short(each.key)] })),
    facts: drawn.facts.filter(({ context }) => reports(context)),
  });
}

function statuses(tree: readonly ExtensionNode[]): Record<string, string> {
  return Object.fromEntries(
    tree.flatMap(({ contexts }) =>
      contexts.map(({ key, status }) => [short(key), `${status.state}: ${status.text}`]),
    ),
  );
}

test('a context records, waits in the back/forward cache, or is gone, with the reason', () => {
  const model = foldOf(
    `
    context bg1 background
    context bg2 background
    context cs content-script tab=1 frame=0 url=https://a.example/
    context cached content-script tab=1 frame=0 url=https://b.example/
    context crashed content-script tab=2 frame=0 url=https://c.example/
    500 cached frozen
    1000 bg1 unloaded
    `,
    {
      bg2: { startedAt: 2000 },
      crashed: { disconnectedAt: 900, endFacts: { tab: 'replaced', extension: 'enabled' } },
    },
  );
  expect(statuses(buildTree(model, EVERYTHING))).toEqual({
    bg1: 'gone: gone: it was stopped',
    bg2: 'recording: recording',
    cs: 'recording: recording',
    cached: 'waiting: waiting: its page is in the back/forward cache, where nothing runs',
    crashed: 'gone: gone: its process crashed',
  });
});

const USER_SCRIPT = `
  context bg background
  context cs content-script tab=1 frame=0 document=d1
  context us user-script tab=1 frame=0 document=d1 world=w
  1000 bg unloaded
`;

test('a user script waits for the background through which it reports', () => {
  const waits = foldOf(USER_SCRIPT, { us: { disconnectedAt: 1000 } });
  expect(statuses(buildTree(waits, EVERYTHING))['us']).toBe(
    'waiting: waiting: its extension’s background, through which it reports, is not running',
  );
  const runs = foldOf(USER_SCRIPT.replace(/.*unloaded/, ''), { us: { disconnectedAt: 1000 } });
  expect(statuses(buildTree(runs, EVERYTHING))['us']).toMatch(/^gone: gone: it stopped reporting/);
  const left = foldOf(`${USER_SCRIPT} 1500 cs unloaded`, { us: { disconnectedAt: 1000 } });
  expect(statuses(buildTree(left, EVERYTHING))['us']).toMatch(
    /^gone: gone: its tab was closed, or/,
  );
});

test('what is missing of a context stands with it and its extension', () => {
  const model = foldOf(
    `
    context cs content-script tab=1 frame=0
    context bg background
    100 cs opens 1 "p"
    101 bg accepts 1 "p" from cs
    102 cs gap 12 buffer-full
    103 cs gap 3 porthole-absent
    110 bg gets 1 seq=1 {}
    111 bg gets 1 seq=2 {}
    `,
    { cs: { disconnectedAt: 900, endFacts: { tab: 'closed' } } },
  );
  const [extension] = buildTree(model, EVERYTHING);
  const context = extension?.contexts.find(({ key }) => short(key) === 'cs');
  expect(context).toMatchObject({
    lost: 17,
    lostText: '15 events missing in gaps; not reported: its last 2 posts (known from delivery)',
  });
  expect(extension).toMatchObject({ lost: 17, deleted: '' });
  model.setDeleted([
    {
      extension: 'demo@example',
      events: 40,
      bytes: 9,
      since: 1,
      until: 50,
      reason: 'limit',
    } as never,
  ]);
  model.settle();
  expect(buildTree(model, EVERYTHING)[0]?.deleted).toBe(
    'the oldest 40 events deleted to make room',
  );
});

const STRANGERS = `
  context bg background
  context cs content-script tab=1 frame=0 contextId=7 url=https://a.example/
  context bare content-script tab=1 frame=2 contextId=8 url=https://b.example/x
  100 bare opens 1 "p"
  101 bg accepts 1 "p" from bare
  102 bare posts 1 {"n":1}
  103 bg gets 1 {"n":1}
  104 bare asks 1 {"ask":1}
  105 bg hears 1 from bare {"ask":1}
  110 cs asks 1 {"ask":2}
  111 bg hears 2 from cs {"ask":2}
`;

test('a context that is not instrumented is listed by what others received from it', () => {
  const model = foldOf(STRANGERS, {}, ['bare']);
  const [extension] = buildTree(model, EVERYTHING);
  expect(extension).toMatchObject({ messages: 3 });
  const bare = extension?.contexts.find(({ status }) => status.state === 'unseen');
  expect(bare).toMatchObject({
    label: 'content-script b.example/x (frame 2)',
    messages: 2,
    requests: 1,
    connections: [{ name: 'p', peer: 'to background', messages: 1 }],
  });
  expect(extension?.contexts).toHaveLength(3);

  const { connection, request } = selectionMembership(
    { kind: 'context', key: bare?.key ?? '' },
    model,
  );
  expect([...model.connections.values()].map(connection)).toEqual([true]);
  expect(
    [...model.requests.values()].map(({ from, ...rest }) => [from, request({ from, ...rest })]),
  ).toEqual([
    [null, true],
    ['demo@example\ncs', false],
  ]);
});

test('one that has reported is not listed twice, though its calls were not recorded', () => {
  const drawn = draw(STRANGERS);
  const model = fold({
    contexts: drawn.contexts,
    facts: drawn.facts.filter(({ context }) => short(context) === 'bg'),
  });
  const [extension] = buildTree(model, EVERYTHING);
  expect(extension?.contexts.map(({ status }) => status.state)).toEqual([
    'recording',
    'recording',
    'recording',
  ]);
});

test('the panel knows whether the recording is paused, a trace, or out of reach', () => {
  const recording = { status: { state: 'recording', text: 'recording' } } as const;
  const gone = { status: { state: 'gone', text: 'gone: it was closed' } } as const;
  const live = { on: true, isTrace: false, isReachable: true };
  expect(shownStatus(recording, live).state).toBe('recording');
  expect(shownStatus(recording, { ...live, on: false }).state).toBe('paused');
  expect(shownStatus(gone, { ...live, on: false })).toBe(gone.status);
  expect(shownStatus(recording, { ...live, isReachable: false })).toMatchObject({
    state: 'waiting',
    text: expect.stringContaining('does not answer') as string,
  });
  expect(shownStatus(recording, { ...live, isTrace: true }).text).toContain('trace was written');
});

test('extensions of which nothing is recorded, each with the reason', () => {
  const extension = (extensionId: string, isInstrumented: boolean, hasHosts = true) => ({
    extensionId,
    name: extensionId.toUpperCase(),
    isInstrumented,
    hasHosts,
  });
  const known: Known = {
    installed: [
      extension('bare', false),
      extension('told', true),
      extension('silent', true),
      extension('hostless', true, false),
      extension('shut', true),
      extension('waits', true),
    ],
    waiting: [
      {
        extensionId: 'waits',
        name: null,
        nameFrom: 'extension',
        installType: null,
        contexts: 2,
        lost: 0,
        turnedAway: 0,
      },
    ],
    decided: [
      { extensionId: 'shut', name: 'Shut', verdict: 'blocked', refused: 1 },
      { extensionId: 'told', name: 'Told', verdict: 'allowed', refused: 0 },
    ],
    recorded: new Set(['told']),
    inThisTab: true,
  };
  expect(notRecorded(known).map(({ name, state, text }) => `${state} ${name}: ${text}`)).toEqual([
    'waiting waits: 2 contexts waiting for you to allow or block it, above',
    'waiting SILENT: instrumented; none of its contexts has reported in this tab: its background may be asleep, or it does not run here',
    'waiting HOSTLESS: instrumented, but it may run on no page: if it has content scripts, they wait for the permission, which about:addons gives',
    'unseen BARE: not instrumented',
    'gone Shut: blocked by you; the settings take it back',
  ]);
});
