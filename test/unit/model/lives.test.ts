/** How contexts and ports are said to have ended, from what is known of them. */
import { describe, expect, test } from 'vitest';
import { endingOf } from '../../../src/model/endings.js';
import type { EndFacts } from '../../../src/protocol/index.js';
import type { Moment } from '../../../src/model/facts.js';
import { livesOf, silentSince, type LifeFacts } from '../../../src/model/lives.js';
import { draw, fold } from './fixture.js';

const FACTS: LifeFacts = {
  key: '',
  extensionId: 'demo@example',
  extensionVersion: '1.0',
  kind: 'background',
  tabId: null,
  frameId: null,
  documentId: null,
  startedAt: 0,
  disconnectedAt: null,
  moments: [],
};

function life(key: string, startedAt: number, facts: Partial<LifeFacts> = {}): LifeFacts {
  return { ...FACTS, key, startedAt, ...facts };
}
const content = (key: string, startedAt: number, facts: Partial<LifeFacts> = {}): LifeFacts =>
  life(key, startedAt, { kind: 'content-script', tabId: 1, frameId: 0, documentId: key, ...facts });

/** Said that it unloads, then its line closed. */
const unloaded = (at: number): Pick<LifeFacts, 'moments' | 'disconnectedAt'> => ({
  moments: [{ at, what: 'unloaded' }],
  disconnectedAt: at + 5,
});
const silent = (at: number, ...moments: Moment[]): Partial<LifeFacts> => ({
  moments,
  disconnectedAt: at,
});

/** Each context's start and end in words, whatever the order in which they are known. */
function told(...contexts: LifeFacts[]): Record<string, string> {
  const words = (all: LifeFacts[]): Record<string, string> =>
    Object.fromEntries(
      [...livesOf(all)]
        .map(([key, { start, end }]) => [key, `${start}, ${end?.how ?? 'lives'}`] as const)
        .sort(),
    );
  const forwards = words(contexts);
  expect(words(contexts.toReversed())).toEqual(forwards);
  return forwards;
}

describe('a background', () => {
  test('that stops while others stay is suspended, and the next one woken', () => {
    expect(
      told(
        life('bg1', 0, unloaded(1000)),
        life('bg2', 5000),
        content('cs', 100),
        content('gone', 50, silent(1, { at: 1, what: 'frozen' })),
      ),
    ).toEqual({
      bg1: 'started, suspended',
      bg2: 'woken, lives',
      cs: 'started, lives',
      gone: 'started, evicted',
    });
  });

  test('that nobody else tells of is suspended too', () => {
    expect(told(life('bg1', 0, unloaded(1000)))).toEqual({ bg1: 'started, suspended' });
  });

  test('that ends with its content scripts was disabled or removed', () => {
    expect(
      told(
        life('bg1', 0, unloaded(1000)),
        content('cs', 100, silent(1003)),
        content('other', 100, { extensionId: 'other@example' }),
      ),
    ).toEqual({ bg1: 'started, removed', cs: 'started, removed', other: 'started, lives' });
  });

  test('that comes back after that was reloaded', () => {
    expect(
      told(
        life('bg1', 0, unloaded(1000)),
        content('cs1', 100, silent(1003)),
        life('bg2', 1100, unloaded(9000)),
        content('cs2', 1090),
        life('bg3', 12_000),
      ),
    ).toEqual({
      bg1: 'started, reloaded',
      cs1: 'started, reloaded',
      bg2: 'reloaded, suspended',
      cs2: 'started, lives',
      bg3: 'woken, lives',
    });
  });

  test('that comes back in another version was updated', () => {
    expect(
      told(
        life('bg1', 0, unloaded(1000)),
        life('bg2', 1100, { extensionVersion: '2.0' }),
        content('cs', 100, silent(1010)),
      ),
    ).toEqual({ bg1: 'started, updated', bg2: 'updated, lives', cs: 'started, updated' });
  });

  test('whose line closes without a word is lost', () => {
    expect(told(life('bg1', 0, silent(1000)), life('bg2', 1100), content('cs', 0))).toEqual({
      bg1: 'started, lost',
      bg2: 'started, lives',
      cs: 'started, lives',
    });
  });
});

describe('a document', () => {
  test.each<[string, LifeFacts[], string]>([
    ['left for another', [content('next', 1010)], 'navigated'],
    [
      'left for one where another extension tells of it',
      [content('next', 1010, { extensionId: 'other@example' })],
      'navigated',
    ],
    ['left for one where nothing reports, or closed', [content('before', 50)], 'closed'],
    ['whose successor is elsewhere', [content('next', 1010, { tabId: 2 })], 'closed'],
    ['whose extension injects into it again', [content('x', 1010, { documentId: 'cs' })], 'closed'],
  ])('%s', (_, others, how) => {
    expect(told(content('cs', 100, unloaded(1000)), ...others)['cs']).toBe(`started, ${how}`);
  });

  test('in a frame goes with its frame, with its page, or for another', () => {
    const frame = content('frame', 100, { frameId: 7, ...unloaded(1000) });
    expect(told(frame, content('top', 90))['frame']).toBe('started, frame-removed');
    expect(told(frame, content('top', 90), content('new', 1010, { frameId: 7 }))['frame']).toBe(
      'started, navigated',
    );
    expect(told(frame, content('top', 90, unloaded(1002)))['frame']).toBe('started, closed');
    expect(told(frame, content('top', 90, unloaded(1002)), content('new', 1010))['frame']).toBe(
      'started, navigated',
    );
    expect(told(frame)['frame']).toBe('started, closed');
  });

  test('that ends without a word is lost, or was evicted from the cache', () => {
    expect(told(content('cs', 100, silent(1000)))['cs']).toBe('started, lost');
    const frozen = { at: 500, what: 'frozen' } as const;
    expect(told(content('cs', 100, silent(1000, frozen)))['cs']).toBe('started, evicted');
    const thawed = { at: 600, what: 'thawed' } as const;
    expect(told(content('cs', 100, silent(1000, frozen, thawed)))['cs']).toBe('started, lost');
  });

  test('of a popup is closed', () => {
    expect(told(life('popup', 0, { kind: 'page', ...unloaded(10) }))['popup']).toBe(
      'started, closed',
    );
  });
});

describe('where the browser was asked', () => {
  const ended = (at: number, endFacts: EndFacts): Partial<LifeFacts> => ({
    ...silent(at),
    endFacts,
  });

  test.each<[EndFacts, string, string]>([
    [{ tab: 'closed' }, 'tab-closed', 'tab-closed'],
    [{ tab: 'discarded' }, 'discarded', 'discarded'],
    [{ tab: 'replaced' }, 'crashed', 'navigated'],
    [{ tab: 'open', extension: 'enabled' }, 'lost', 'navigated'],
    [{ tab: 'open', extension: 'disabled' }, 'disabled', 'navigated'],
    [{ tab: 'closed', extension: 'uninstalled' }, 'tab-closed', 'tab-closed'],
    [{}, 'lost', 'closed'],
  ])('%j: without a word %s, else %s', (endFacts, without, otherwise) => {
    expect(told(content('cs', 100, ended(1000, endFacts)))['cs']).toBe(`started, ${without}`);
    expect(told(content('cs', 100, { ...unloaded(1000), endFacts }))['cs']).toBe(
      `started, ${otherwise}`,
    );
  });

  test('late, after its document had gone, it does not count', () => {
    const late = { ...unloaded(1000), disconnectedAt: 5000, endFacts: { tab: 'closed' } } as const;
    expect(told(content('cs', 100, late))['cs']).toBe('started, closed');
  });

  test('a frame has crashed only with its page', () => {
    const frame = content('frame', 100, { frameId: 7, ...ended(1000, { tab: 'replaced' }) });
    const top = (facts: Partial<LifeFacts>): LifeFacts => content('top', 90, facts);
    expect(told(frame, top({}))['frame']).toBe('started, lost');
    expect(told(frame, top(ended(1001, { tab: 'replaced' })))).toEqual({
      frame: 'started, crashed',
      top: 'started, crashed',
    });
  });

  test('a frame that went before its tab did was removed', () => {
    const facts = { frameId: 7, ...unloaded(1000), endFacts: { tab: 'open' } } as const;
    const top = content('top', 90, { ...unloaded(1500), endFacts: { tab: 'closed' } });
    expect(told(content('frame', 100, facts), top)['frame']).toBe('started, frame-removed');
  });

  test('an extension was disabled or removed, and another one began when it was enabled', () => {
    const endFacts = { extension: 'disabled' } as const;
    expect(
      told(
        life('bg1', 0, { ...unloaded(1000), endFacts }),
        content('cs', 100, ended(1003, { tab: 'open', extension: 'disabled' })),
        life('bg2', 9000),
      ),
    ).toEqual({ bg1: 'started, disabled', bg2: 'enabled, lives', cs: 'started, disabled' });
    expect(
      told(life('bg1', 0, { ...unloaded(1000), endFacts: { extension: 'uninstalled' } })),
    ).toEqual({ bg1: 'started, uninstalled' });
  });

  test('an extension that is still there, its background not started yet, was reloaded', () => {
    expect(
      told(
        life('bg', 0, { ...unloaded(1000), endFacts: { extension: 'enabled' } }),
        content('cs', 100, ended(1003, { tab: 'open', extension: 'enabled' })),
      ),
    ).toEqual({ bg: 'started, reloaded', cs: 'started, reloaded' });
  });

  test('a background that stops while the only tab is closed, or crashes, is suspended', () => {
    for (const tab of ['closed', 'replaced'] as const) {
      expect(told(life('bg', 0, unloaded(1000)), content('cs', 0, ended(1003, { tab })))).toEqual({
        bg: 'started, suspended',
        cs: tab === 'closed' ? 'started, tab-closed' : 'started, crashed',
      });
    }
  });
});

test('a content script that comes into the same document again tells that its extension was reloaded', () => {
  const before = content('one', 0, { documentId: 'd', ...silent(5000) });
  const after = content('two', 5040, { documentId: 'd' });
  const asleep = life('bg', 0, unloaded(1000));
  expect(told(asleep, before, after)['one']).toBe('started, reloaded');
  expect(told(asleep, before, { ...after, extensionVersion: '2.0' })['one']).toBe(
    'started, updated',
  );
  expect(told(before, { ...after, extensionId: 'other@example' })['one']).toBe('started, lost');
  expect(told(before, { ...after, documentId: 'e' })['one']).toBe('started, lost');
});

test('a user script outlives its line', () => {
  const script = content('us', 0, { kind: 'user-script', ...silent(1000) });
  expect(told(script, life('bg', 0, unloaded(1000)))).toEqual({
    us: 'started, lives',
    bg: 'started, suspended',
  });
  expect(silentSince(script)).toBeNull();
  expect(silentSince(content('cs', 0, silent(1000)))).toBe(1000);
  expect(silentSince(content('cs', 0, unloaded(1000)))).toBeNull();
});

describe('a port', () => {
  const OPEN = `
    context cs content-script tab=1 frame=0
    context bg background
    100 cs opens 1 "port"
    101 bg accepts 1 "port" from cs
  `;
  function ending(text: string, disconnectedAt: Record<string, number> = {}): string {
    const { contexts, facts } = draw(OPEN + text);
    const model = fold({
      contexts: contexts.map((each) => ({
        ...each,
        disconnectedAt: disconnectedAt[each.key.replace(/^.*\n/, '')] ?? null,
      })),
      facts,
    });
    const [connection] = model.connections.values();
    if (connection === undefined) throw new Error('no connection');
    const { closedHow, closedIn } = endingOf(connection, model.lives);
    return `${String(closedHow)} in ${closedIn?.replace(/^.*\n/, '') ?? 'null'}`;
  }

  test.each<[string, string, Record<string, number>]>([
    ['', 'null in null', {}],
    ['105 cs closes 1\n106 bg closed 1', 'disconnect in cs', {}],
    ['105 bg closes 1\n106 cs closed 1', 'disconnect in bg', {}],
    ['105 cs closes 1\n106 bg closed 1\n107 cs unloaded', 'disconnect in cs', {}],
    ['105 cs unloaded\n106 bg closed 1', 'closed in cs', {}],
    ['106 bg closed 1', 'lost in cs', { cs: 110 }],
    ['106 bg closed 1', 'null in null', { cs: 60_000 }],
    ['106 bg closed 1', 'null in null', {}],
    ['105 bg unloaded\n106 cs closed 1', 'suspended in bg', {}],
    ['105 bg unloaded', 'suspended in bg', {}],
    ['105 bg unloaded', 'removed in bg', { cs: 107 }],
    ['106 cs closed 1\n106 bg closed 1', 'null in null', {}],
  ])('%s: %s', (text, expected, disconnectedAt) => {
    expect(ending(text, disconnectedAt)).toBe(expected);
  });

  test('that nobody accepted has no end but that', () => {
    const model = fold(
      draw(`
        context cs content-script tab=1 frame=0
        100 cs opens 1 "port"
        101 cs closed 1 "Could not establish connection. Receiving end does not exist."
        102 cs unloaded
      `),
    );
    const [connection] = model.connections.values();
    expect(connection && endingOf(connection, model.lives)).toEqual({
      closedHow: 'no-receiver',
      closedIn: null,
    });
  });
});
