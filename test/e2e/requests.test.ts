/** One-off messages: what Porthole records of each, against the witness and against what the extension saw. */
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAgreement } from './support/agreement.js';
import {
  capturedMessages,
  type CapturedMessages,
  type CapturedReceipt,
  type CapturedRequest,
} from './support/captured-requests.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Session } from './support/session.js';

const NOBODY = 'Could not establish connection. Receiving end does not exist.';
/** What Firefox says before a message leaves its process. */
const REFUSED = /argument|could not be cloned/;

let session: Session;
let page: Page;
let captured: CapturedMessages;
/** What the content script saw, by the case's name. */
let seen: Record<string, { reply?: string; error?: string }>;

const shown = async (key: string, on = page): Promise<string | undefined> =>
  on.evaluate((name) => document.body.dataset[name], key);

beforeAll(async () => {
  session = await startSession({
    extensions: ['requests', 'requests-mv2', 'requests-user-script'],
  });
  page = await session.open('/requests');
  await finish(page, session, ['done', 'mv2', 'world', 'worldsecond']);
  seen = JSON.parse((await shown('seen')) ?? '{}') as typeof seen;
});

afterAll(async () => {
  await session?.close();
});

function collectGarbage(window: object): void {
  const { Services } = window as {
    Services: { obs: { notifyObservers(...args: unknown[]): void } };
  };
  Services.obs.notifyObservers(null, 'child-gc-request');
}

function consoleTexts(window: object, part: string): string[] {
  const { Services } = window as {
    Services: { console: { getMessageArray(): { message: string }[] } };
  };
  const texts = Services.console.getMessageArray().map(({ message }) => message);
  return texts
    .filter((text) => text.includes(part))
    .map((text) => text.slice(text.indexOf(part)).replace(/["\]]+.*$/s, ''));
}

/** Waits until the fixtures have done all they do on a page. */
async function finish(on: Page, { firefox: { system } }: Session, keys: string[]): Promise<void> {
  for (const key of keys) {
    await pollUntil(
      `${key} on the page`,
      () => shown(key, on),
      (value) => value !== undefined,
    );
  }
  // What nobody refers to any more is collected at some time; asked for, soon.
  await pollUntil(
    'promises to be collected',
    async () => {
      await system.evaluate(collectGarbage);
      return shown('collected', on);
    },
    (value) => value !== undefined,
  );
}

async function load(): Promise<CapturedMessages> {
  return capturedMessages((await session.recorded()).segments);
}

it('agrees with the witness on every request, its outcome, who received it, and whose answer won', async () => {
  const { requests } = await expectAgreement(session);
  captured = await load();
  expect(requests).toBeGreaterThanOrEqual(30);
});

function requestsOf(text: string): CapturedRequest[] {
  return captured.requests.filter((request) => request.text === text);
}

function receiptOf(text: string): CapturedReceipt {
  const found = captured.receipts.filter((receipt) => receipt.text === text);
  expect(found).toHaveLength(1);
  return found[0] as CapturedReceipt;
}

const ask = (name: string): string => `{"case":${JSON.stringify(name)}}`;

describe('each listener’s account', () => {
  it.each([
    [
      'sync',
      [
        ['answered', 1, 'sendResponse', '{"n":1}'],
        ['answered', 1, 'sendResponse', '{"n":2}'],
        ['returned', 1, 'nothing', null],
        ['returned', 2, 'nothing', null],
      ],
    ],
    [
      'promise',
      [
        ['returned', 1, 'promise', null],
        ['returned', 2, 'nothing', null],
        ['answered', 1, 'promise', '{"map":Map{1=>undefined},"when":Date(0)}'],
      ],
    ],
    [
      'race',
      [
        ['returned', 1, 'promise', null],
        ['returned', 2, 'promise', null],
        ['answered', 2, 'promise', '"fast"'],
        ['answered', 1, 'promise', '"slow"'],
      ],
    ],
    [
      'reject',
      [
        ['returned', 1, 'promise', null],
        ['returned', 2, 'nothing', null],
        ['rejected', 1, 'TypeError: refused'],
      ],
    ],
    [
      'throw',
      [
        ['returned', 1, 'threw', 'RangeError: broken'],
        ['returned', 2, 'nothing', null],
      ],
    ],
    [
      'nothing',
      [
        ['returned', 1, 'nothing', null],
        ['returned', 2, 'nothing', null],
      ],
    ],
    [
      'renounced',
      [
        ['returned', 1, 'nothing', null],
        ['returned', 2, 'nothing', null],
        ['answered', 2, 'sendResponse', '"too late"'],
      ],
    ],
    [
      'getter',
      [
        ['returned', 1, 'nothing', null],
        ['answered', 2, 'sendResponse', 'unreadable: Holds more than plain data.'],
        ['returned', 2, 'nothing', null],
      ],
    ],
  ] as const)('of %s', (name, account) => {
    const receipt = receiptOf(ask(name));
    expect(receipt.account).toEqual(account);
    expect(receipt.event[5]).toBe(2);
    expect(receipt.event[3]).toBe('runtime.onMessage');
  });

  it('of a content script that answers with a promise of the page', () => {
    expect(receiptOf('{"to":"fetch"}').account).toEqual([
      ['returned', 1, 'promise', null],
      ['answered', 1, 'promise', '200'],
    ]);
  });

  it('of messages from other extensions and user scripts', () => {
    const apis = new Map<string, number>();
    for (const { event } of captured.receipts) apis.set(event[3], (apis.get(event[3]) ?? 0) + 1);
    expect(apis.get('runtime.onMessageExternal')).toBe(3);
    expect(apis.get('runtime.onUserScriptMessage')).toBe(6);
  });
});

describe('what the sender sees', () => {
  it('is what it sees without Porthole', async () => {
    const bare = await startSession({ bare: ['requests', 'requests-mv2'] });
    try {
      const other = await bare.open('/requests');
      await finish(other, bare, ['done', 'mv2']);
      expect(seen).toEqual(JSON.parse((await shown('seen', other)) ?? ''));
      expect(await shown('mv2')).toBe(await shown('mv2', other));
    } finally {
      await bare.close();
    }
  });

  it('is a reply or an error in every form of the call', () => {
    expect(seen).toMatchObject({
      sync: { reply: '{"n":1}' },
      async: { reply: '{"later":true}' },
      promise: { reply: '{"when":"1970-01-01T00:00:00.000Z","map":{}}' },
      race: { reply: '"fast"' },
      reject: { error: 'refused' },
      throw: { error: 'broken' },
      nothing: { reply: 'undefined' },
      renounced: { reply: 'undefined' },
      changed: { reply: '{"n":2}' },
      getter: { reply: '{}' },
      'call me': {
        reply: JSON.stringify({
          whole: { heard: 'tab' },
          frame: { heard: 'frame' },
          nobody: NOBODY,
          fetched: 200,
        }),
      },
      'own id': { reply: '{"later":true}' },
      options: { reply: '{"later":true}' },
      'null and options': { reply: '{"later":true}' },
      callback: { reply: '{"later":true}' },
      'callback and error': { error: NOBODY },
      'unread error': { reply: 'undefined' },
      nobody: { error: NOBODY },
      uncloneable: { error: 'Function object could not be cloned.' },
      'no message': { error: "runtime.sendMessage's message argument is missing" },
      'too many': { error: "runtime.sendMessage's options argument is invalid" },
      'with a getter': { reply: 'undefined' },
      runs: { reply: '0' },
      collected: { error: 'Promised response from onMessage listener went out of scope' },
      forgotten: { error: 'Promised response from onMessage listener went out of scope' },
    });
  });

  it('is recorded, errors that it did not read as such', () => {
    const failed = requestsOf('"unread"');
    expect(failed.map(({ outcome }) => outcome)).toEqual([{ error: null }]);
    const toNobody = captured.requests.filter(
      ({ event, text }) =>
        event[4].extensionId === 'nobody@fixture.porthole' && /async|unread/.test(text ?? ''),
    );
    expect(toNobody.map(({ outcome }) => outcome)).toEqual([
      { error: NOBODY },
      { error: null },
      { error: NOBODY },
    ]);
    expect(
      captured.requests.flatMap(({ outcome }) =>
        outcome !== null && 'error' in outcome && REFUSED.test(outcome.error ?? '')
          ? [outcome.error]
          : [],
      ),
    ).toEqual([
      'Function object could not be cloned.',
      "runtime.sendMessage's message argument is missing",
      "runtime.sendMessage's options argument is invalid",
    ]);
  });

  it('is what its message was when it called', () => {
    expect(requestsOf('{"case":"nothing","n":1}')).toHaveLength(1);
    expect(requestsOf('{"case":"nothing","runs":1}')).toHaveLength(1);
  });

  it('is recorded with target and call site', () => {
    const targets = captured.requests
      .filter(({ event }) => event[3] === 'tabs.sendMessage')
      .map(({ event }) => event[4]);
    const tabId = targets[0]?.tabId;
    expect(targets).toEqual([
      { tabId },
      { tabId, frameId: 0 },
      { tabId, frameId: 12_345 },
      { tabId },
    ]);
    expect(captured.requests.every(({ event }) => event[5] > 0)).toBe(true);
  });
});

it('leaves unhandled what the extension leaves unhandled, and unread what it does not read', async () => {
  const { system } = session.firefox;
  const messages = await system.evaluate(consoleTexts, 'Unchecked lastError value');
  expect(messages.map((text) => text.split('\n')[0])).toEqual([
    `Unchecked lastError value: Error: ${NOBODY}`,
    `Unchecked lastError value: Error: ${NOBODY}`,
  ]);
  expect(
    captured.requests.filter(({ text }) =>
      /"(handled|left alone|not asked after)"/.test(text ?? ''),
    ),
  ).toMatchObject([
    { outcome: { error: NOBODY } },
    { outcome: { error: NOBODY } },
    { outcome: { error: null } },
  ]);
});

it('takes a listener on browser and on chrome for the one that it is, and sees replies nobody asked for', async () => {
  expect(JSON.parse((await shown('mv2')) ?? '')).toEqual({
    calls: 1,
    answers: {
      byChrome: { heard: { through: 'chrome' } },
      byBrowser: { heard: { through: 'browser' } },
      unhandled: [NOBODY],
    },
  });
  const [silent] = requestsOf('{"through":"chrome, without a callback"}');
  expect(silent?.outcome).toEqual({ reply: '{"heard":{"through":"chrome, without a callback"}}' });
});

it('shows requests of both user script worlds', async () => {
  for (const [key, world] of [
    ['world', ''],
    ['worldsecond', 'second'],
  ] as const) {
    expect(JSON.parse((await shown(key)) ?? '')).toEqual({
      reply: { to: world, about: { ask: 'world' } },
      error: 'no',
      called: { to: world, about: { ask: 'callback' } },
    });
  }
  const { model } = await session.recorded();
  const worlds = captured.requests
    .map(({ context }) => model.contexts.get(context))
    .filter((context) => context?.kind === 'user-script')
    .map((context) => context?.worldId);
  expect(worlds.sort()).toEqual(['', '', '', 'second', 'second', 'second']);
});
