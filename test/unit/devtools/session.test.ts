import { expect, test, vi } from 'vitest';
import { Session } from '../../../devtools/worker/session.js';
import { HeldRows } from '../../../devtools/state/held-rows.js';
import { FindingsKeeper } from '../../../devtools/worker/findings-keeper.js';
import { macrotask } from '../../../devtools/worker/macrotask.js';
import { queryLanguage } from '../../../devtools/worker/query-language.js';
import { rowDetails } from '../../../devtools/worker/row-details.js';
import { tree as treePart } from '../../../devtools/worker/tree.js';
import { views } from '../../../devtools/worker/views/index.js';
import { rowSorting } from '../../../devtools/worker/row-sorting.js';
import { SegmentTexts } from '../../../devtools/worker/segment-texts.js';
import type { Source } from '../../../devtools/worker/source.js';
import {
  BY_TIME,
  type FromSession,
  type Query,
  type RowView,
  type Summary,
  type ToSession,
} from '../../../devtools/worker-protocol.js';
import type { ColourRule } from '../../../devtools/arithmetic/colouring.js';
import { writeRun } from '../../../src/protocol/index.js';
import type {
  StoredContext,
  StoredDropped,
  StoredNotice,
  StoredSegment,
} from '../../../src/protocol/index.js';
import { BACKGROUND, contentScript, conversation } from './fixture.js';

const EVERYTHING: Query = { tabId: null, text: '', selection: null };

/**
 * A store in memory, and a session that reads it.
 *
 * @param takes whether the panel takes what it is told
 */
function setUp(mostChars?: number, takes = (): boolean => true) {
  const store = {
    recording: { key: 'recording' as const, id: 1, startedAt: 1000, on: true, callSites: true },
    contexts: [BACKGROUND, contentScript(2), contentScript(3)] as StoredContext[],
    segments: [] as StoredSegment[],
    notices: [] as StoredNotice[],
    dropped: [] as StoredDropped[],
    broken: false,
  };
  const read = <T>(value: () => T): Promise<T> =>
    store.broken ? Promise.reject(new Error('the disk is full')) : Promise.resolve(value());
  const source: Source = {
    readContexts: () => read(() => store.contexts),
    readSegments: (fromId, limit) =>
      read(() => store.segments.filter(({ id }) => id >= fromId).slice(0, limit)),
    readSpan: () =>
      read(() => {
        const ids = store.segments.map(({ id }) => id);
        return ids.length === 0 ? null : { first: Math.min(...ids), newest: Math.max(...ids) };
      }),
    readRecording: () => read(() => store.recording),
    readNotices: () => read(() => store.notices),
    readDropped: () => read(() => store.dropped),
  };
  const posted: FromSession[] = [];
  /** As the panel holds them. */
  const held = new HeldRows();
  const session = new Session(
    source,
    (message) => {
      posted.push(message);
      if ('listing' in message) held.take(message.listing);
      if (message.type !== 'summary' || !takes()) return;
      queueMicrotask(() => session.receive({ type: 'taken' }));
    },
    { FindingsKeeper, queryLanguage, rowDetails, rowSorting, tree: treePart, views },
    new SegmentTexts(source, mostChars),
  );
  const last = <T extends FromSession['type']>(type: T) =>
    posted.findLast((message) => message.type === type) as
      Extract<FromSession, { type: T }> | undefined;
  const summary = (): Summary | undefined => last('summary')?.summary;
  const until = (done: (summary: Summary | undefined) => boolean) =>
    vi.waitFor(() => {
      if (!done(summary())) throw new Error(`last summary: ${JSON.stringify(summary())}`);
    });
  const send = (message: ToSession) => session.receive(message);
  const tree = () => last('tree')?.tree ?? [];
  const selected = () =>
    posted.findLast((message) => 'listing' in message)?.listing.selected ?? null;
  const look = (from: number, to: number, follows = false) =>
    send({ type: 'rows', from, to, follows, byHand: true });
  /** What the panel shows at these positions. */
  const shown = (from: number, to: number): RowView[] =>
    Array.from({ length: to - from }, (_, n) => held.state.rowAt(from + n)).filter(
      (row) => row !== undefined,
    );
  const rows = (): readonly RowView[] => {
    look(0, 1000);
    return shown(0, 1000);
  };
  const start = async (query = EVERYTHING) => {
    send({ type: 'start', query });
    await until((each) => each?.loaded === true);
    // What is told once all is read comes a turn later.
    await macrotask();
  };
  return {
    store,
    posted,
    session,
    send,
    summary,
    until,
    rows,
    start,
    last,
    held,
    look,
    shown,
    selected,
    tree,
  };
}

test('reads what is stored, and tells what it is', async () => {
  const { store, start, summary, rows, tree } = setUp();
  store.segments.push(conversation(4, 2, ['{"type":"hi"}', '[1]']));
  await start();
  expect(summary()).toMatchObject({ messages: 2, connections: 1, contexts: 3, visibleMessages: 2 });
  expect(tree().map(({ name }) => name)).toEqual(['Demo']);
  const message = rows().find((row) => row.kind === 'message');
  expect(message).toMatchObject({
    direction: 'out',
    from: { kind: 'content-script', rest: 'tab2.example/' },
    to: { kind: 'background', rest: '', label: 'background' },
    connection: 'port-2',
    port: 'port-2',
    messageType: 'hi',
    latency: 2,
    since: 1010,
    flag: null,
  });
  expect(rows().some((row) => row.kind === 'opened')).toBe(true);
});

test('reads on when told of new segments, without reading twice', async () => {
  const { store, start, send, until, summary } = setUp();
  await start();
  store.segments.push(conversation(1, 2, ['1']));
  send({ type: 'changed', what: 'segments' });
  await until((each) => each?.messages === 1);
  store.segments.push(conversation(9, 2, ['2', '3'], { firstSeq: 2, open: false }));
  send({ type: 'changed', what: 'segments' });
  send({ type: 'changed', what: 'segments' });
  await until((each) => each?.messages === 3);
  expect(summary()?.connections).toBe(1);
});

test('scope, selection and filter hide rows, each counted where it held them back', async () => {
  const { store, start, send, summary } = setUp();
  store.segments.push(conversation(1, 2, ['{"type":"a"}', '{"type":"b"}']));
  store.segments.push(conversation(2, 3, ['{"type":"a"}']));
  await start({ ...EVERYTHING, tabId: 2 });
  const { rows: all = 0 } = summary() ?? {};
  expect(summary()).toMatchObject({ visibleMessages: 2, messages: 3 });
  expect(summary()?.hiddenByScope).toBeGreaterThan(0);

  send({ type: 'query', query: { ...EVERYTHING, tabId: 2, text: 'type:b' } });
  expect(summary()).toMatchObject({ visible: 1, visibleMessages: 1 });

  const selection = { kind: 'context', key: contentScript(3).key } as const;
  send({ type: 'query', query: { ...EVERYTHING, text: 'type:b', selection } });
  const now = summary();
  expect(now?.visible).toBe(0);
  expect(now?.hiddenByScope).toBe(0);
  expect((now?.hiddenBySelection ?? 0) + (now?.hiddenByFilter ?? 0)).toBe(all);
  expect(now?.hiddenByFilter).toBeGreaterThan(0);

  send({ type: 'query', query: EVERYTHING });
  expect(summary()?.visible).toBe(all);
});

test('what came before a reload is held back and counted, after all else, and is there again when asked for', async () => {
  const { store, start, send, summary, until, rows, tree } = setUp();
  const [first, second] = [1001, 3000].map((startedAt, n): StoredContext => ({
    ...contentScript(2),
    key: `${contentScript(2).key}${n === 0 ? '' : ' again'}`,
    documentId: `d${n}`,
    contextId: 12 + n,
    startedAt,
    disconnectedAt: n === 0 ? 2990 : null,
  }));
  store.contexts = [BACKGROUND, first!];
  store.segments.push(conversation(1, 2, ['{"type":"a"}', '{"type":"b"}']));
  const fresh = { tabId: 2, navigatedAt: null, shownUpTo: null };
  await start({ ...EVERYTHING, text: 'type:a', fresh });
  expect(summary()).toMatchObject({ visible: 1, hiddenByReload: 0 });
  store.contexts = [BACKGROUND, first!, second!];
  send({ type: 'changed', what: 'contexts' });
  await until((each) => each?.hiddenByReload === 1);
  expect(summary()).toMatchObject({ visible: 0, hiddenByReload: 1 });
  send({ type: 'query', query: { ...EVERYTHING, fresh } });
  expect(rows().map(({ at }) => at)).toEqual([1000, 3000]);
  await vi.waitFor(() => {
    expect(tree()[0]?.contexts.map(({ status }) => status.state)).toEqual([
      'recording',
      'recording',
    ]);
  });
  send({ type: 'query', query: { ...EVERYTHING, fresh: { ...fresh, shownUpTo: 3001 } } });
  expect(summary()).toMatchObject({ hiddenByReload: 0, visible: summary()?.rows });
  await vi.waitFor(() => expect(tree()[0]?.contexts).toHaveLength(3));
});

test('the tree lists what belongs to the tab', async () => {
  const { store, start, tree } = setUp();
  store.segments.push(conversation(1, 2, ['1']), conversation(2, 3, ['2']));
  await start({ ...EVERYTHING, tabId: 3 });
  const contexts = tree()[0]?.contexts ?? [];
  expect(contexts.map(({ kind }) => kind)).toEqual(['background', 'content-script']);
  expect(contexts.flatMap(({ connections }) => connections.map(({ name }) => name))).toEqual([
    'port-3',
    'port-3',
  ]);
});

test('a panel that has not taken a summary is not told the next one', async () => {
  let takes = true;
  const { store, posted, start, send, until, last } = setUp(undefined, () => takes);
  await start();
  const told = (): number => posted.filter(({ type }) => type === 'summary').length;
  const tellOfMore = (): void => {
    store.segments.push(conversation(store.segments.length + 1, 2 + store.segments.length, ['1']));
    send({ type: 'changed', what: 'segments' });
  };
  const newest = (): number => {
    send({ type: 'locate', at: Number.MAX_VALUE });
    return last('located')?.position ?? NaN;
  };
  takes = false;
  tellOfMore();
  await until((each) => each?.messages === 1);
  const before = { told: told(), newest: newest() };
  tellOfMore();
  await vi.waitFor(() => expect(newest()).toBeGreaterThan(before.newest));
  expect(told()).toBe(before.told);
  send({ type: 'taken' });
  await until((each) => each?.messages === 2);
});

test('the selected row keeps its place in the summary while others are filtered out', async () => {
  const { store, start, send, selected, rows } = setUp();
  store.segments.push(conversation(1, 2, ['"x"', '"y"', '"x"']));
  await start();
  const target = rows().find((row) => row.preview === '"y"');
  const key = target?.key ?? '';
  send({ type: 'select', key, locate: false });
  send({ type: 'query', query: { ...EVERYTHING, text: '"\\"y\\""' } });
  expect(selected()).toEqual({ key, index: 0 });
  send({ type: 'query', query: { ...EVERYTHING, text: 'zzz' } });
  expect(selected()).toEqual({ key, index: null });
});

test('a detail has the payload, what became of it, and both ends', async () => {
  const { store, start, send, rows, last } = setUp();
  store.segments.push(conversation(1, 2, ['{"type":"hi"}'], { listeners: 0 }));
  await start();
  const key = rows().find((row) => row.kind === 'message')?.key ?? '';
  send({ type: 'detail', key, withPayload: true });
  await vi.waitFor(() => expect(last('detail')?.key).toBe(key));
  const detail = last('detail')?.detail;
  expect(detail?.payload).toEqual({ form: 'json', bytes: 13, text: '{"type":"hi"}' });
  expect(detail?.note).toContain('nobody was listening');
  expect(detail?.deliveries).toMatchObject([{ context: 'background', latency: 2, listeners: 0 }]);
  expect(detail?.connection?.acceptors).toHaveLength(1);
  send({ type: 'detail', key: 'message gone', withPayload: true });
  await vi.waitFor(() =>
    expect(last('detail')).toMatchObject({ key: 'message gone', detail: null }),
  );
});

test('a clear forgets everything, and goes on', async () => {
  const { store, start, send, until, summary } = setUp();
  store.segments.push(conversation(1, 2, ['1', '2']));
  await start({ ...EVERYTHING, selection: { kind: 'context', key: BACKGROUND.key } });
  store.segments = [];
  store.recording = { ...store.recording, id: 2, startedAt: 9000 };
  send({ type: 'changed', what: 'cleared' });
  await until((each) => each?.messages === 0);
  expect(summary()?.query.selection).toBeNull();
  store.segments.push(conversation(2, 3, ['3']));
  send({ type: 'changed', what: 'segments' });
  await until((each) => each?.visibleMessages === 1);
});

test('a clear that is undone before anything was recorded is filtered as before', async () => {
  const { store, start, send, until, posted } = setUp();
  store.segments.push(conversation(1, 2, ['1', '2']));
  await start({ ...EVERYTHING, text: 'is:message' });
  const { contexts, segments } = store;
  let startedAt = 1000;
  const change = async (to: Partial<typeof store>, messages: number): Promise<void> => {
    startedAt += 1;
    Object.assign(store, to);
    store.recording = { ...store.recording, startedAt };
    send({ type: 'changed', what: 'cleared' });
    await until(
      (each) =>
        each?.recording?.startedAt === startedAt &&
        each.searched === each.rows &&
        each.visibleMessages === messages,
    );
  };
  for (let round = 0; round < 2; round += 1) {
    await change({ contexts: [], segments: [] }, 0);
    await change({ contexts, segments }, 2);
  }
  expect(posted.filter(({ type }) => type === 'fault')).toEqual([]);
});

test('while watching, it finds by itself what nobody told of', async () => {
  vi.useFakeTimers();
  try {
    const { store, send, summary, posted } = setUp();
    send({ type: 'start', query: EVERYTHING });
    await vi.advanceTimersByTimeAsync(500);
    send({ type: 'watch', on: true });
    await vi.advanceTimersByTimeAsync(5000);
    expect(posted.some(({ type }) => type === 'woken')).toBe(false);
    store.segments.push(conversation(1, 2, ['1']));
    await vi.advanceTimersByTimeAsync(2000);
    expect(posted.some(({ type }) => type === 'woken')).toBe(true);
    expect(summary()?.messages).toBe(1);
    send({ type: 'watch', on: false });
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('a store that cannot be read is told, and read again on demand', async () => {
  const { store, send, until, last } = setUp();
  store.broken = true;
  send({ type: 'start', query: EVERYTHING });
  await vi.waitFor(() => expect(last('fault')?.fault.message).toBe('the disk is full'));
  store.broken = false;
  store.segments.push(conversation(1, 2, ['1']));
  send({ type: 'retry' });
  await until((each) => each?.messages === 1);
});

test('what is damaged is counted and the rest is read', async () => {
  const { store, start, summary } = setUp();
  const sound = conversation(1, 2, ['1']);
  const [run] = sound.runs;
  store.segments.push(sound, {
    ...conversation(2, 2, ['2']),
    runs: [{ ...run!, events: '[["po' }],
  });
  store.segments.push({ id: 3, count: 11 } as unknown as StoredSegment);
  store.segments.push(conversation(4, 2, ['3'], { firstSeq: 3, open: false }));
  store.contexts.push({ key: 'broken' } as StoredContext);
  await start();
  expect(summary()).toMatchObject({ messages: 2, damaged: run!.count + 11, contexts: 3 });
});

test('what was deleted to make room has one row for each extension, which follows the count', async () => {
  const { store, start, send, until, rows } = setUp();
  const record = { extension: 'demo@example', events: 9, bytes: 9, since: 3_000, until: 2_500 };
  store.dropped = [{ ...record, reason: 'quota' }];
  store.segments.push(conversation(7, 2, ['1'], { firstSeq: 5, open: false, at: 3_000 }));
  await start({ ...EVERYTHING, tabId: 2 });
  const gaps = () => rows().filter(({ kind }) => kind === 'gap');
  expect(gaps().map(({ at, preview }) => [at, preview])).toEqual([
    [
      2_500,
      'the oldest 9 events of demo@example were deleted to make room: Firefox gave no more room',
    ],
  ]);
  store.dropped = [{ ...record, events: 1_234, until: 2_600, reason: 'limit' }];
  send({ type: 'changed', what: 'contexts' });
  await until((each) => each?.deleted[0]?.events === 1_234);
  expect(gaps().map(({ preview }) => preview)).toEqual([
    'the oldest 1,234 events of demo@example were deleted to make room: the recording had reached its limit',
  ]);
  send({ type: 'query', query: { tabId: 99, text: '', selection: null } });
  expect(gaps()).toEqual([]);
});

/** A conversation that goes on, one segment a message. */
const talk = (ids: readonly number[]): StoredSegment[] =>
  ids.map((id) => conversation(id, 2, [`"m${id}"`], { firstSeq: id, open: id === 1 }));

const span = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** One hundred messages, of which every tenth says so. */
function tens(): StoredSegment[] {
  return [
    conversation(
      1,
      2,
      span(1, 100).map((n) => JSON.stringify({ type: n % 10 === 0 ? 'ten' : 'one', n })),
    ),
  ];
}

test('the selected row stays where it is in view: filtered, unfiltered, in another order', async () => {
  const { store, start, send, until, summary, held, look, shown, selected, rows } = setUp();
  store.segments = tens();
  await start();
  const index = rows().findIndex(({ preview }) => preview.includes('"n":50}'));
  const key = rows()[index]?.key ?? '';
  send({ type: 'select', key, locate: false });
  look(index - 3, index + 4);
  let [position, { gone }] = [index, held.state];
  const stays = (): number => {
    const now = selected()?.index ?? -1;
    expect(held.state.gone - gone).toBe(position - now);
    expect(held.state.rowAt(now)?.key).toBe(key);
    [position, gone] = [now, held.state.gone];
    return now;
  };
  send({ type: 'query', query: { ...EVERYTHING, text: 'type:ten' } });
  expect(summary()?.visible).toBe(10);
  expect(stays()).toBe(4);
  // All that is in view came with the news.
  expect(shown(1, 8)).toHaveLength(7);
  send({ type: 'query', query: EVERYTHING });
  expect(stays()).toBe(index);
  send({ type: 'sort', sort: { column: 'size', descending: true } });
  const sizes = rows().map(({ bytes }) => bytes ?? -1);
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  look(stays() - 3, position + 4);
  store.segments.push(
    conversation(2, 2, ['"a long text beside the others"'], { firstSeq: 101, open: false }),
  );
  send({ type: 'changed', what: 'segments' });
  await until((each) => each?.messages === 101);
  expect(rows()[0]?.preview).toContain('a long text');
  send({ type: 'sort', sort: BY_TIME });
  expect(stays()).toBe(index);
  send({ type: 'sort', sort: { column: 'time', descending: true } });
  const times = rows().map(({ at }) => at);
  expect(times).toEqual([...times].sort((a, b) => b - a));
});

test('what a filter hides gives way to what is nearest, and has its place again', async () => {
  const { store, start, send, held, look, selected, rows } = setUp();
  store.segments = tens();
  await start();
  const index = rows().findIndex(({ preview }) => preview.includes('"n":54}'));
  send({ type: 'select', key: rows()[index]?.key ?? '', locate: false });
  look(index - 3, index + 4);
  const { gone } = held.state;
  send({ type: 'query', query: { ...EVERYTHING, text: 'type:ten' } });
  expect(selected()?.index).toBeNull();
  // The sixth ten stands where it was.
  expect(held.state.gone - gone).toBe(index - 5);
  send({ type: 'query', query: EVERYTHING });
  expect(held.state.gone).toBe(gone);
  expect(selected()?.index).toBe(index);
});

test('a list that follows is told its newest rows with the news, and no more often than that', async () => {
  const { store, start, send, until, look, shown, posted, held } = setUp();
  store.segments = tens();
  await start();
  look(held.state.count - 20, held.state.count, true);
  const before = posted.length;
  store.segments.push(conversation(2, 2, ['1', '2', '3'], { firstSeq: 101, open: false }));
  send({ type: 'changed', what: 'segments' });
  await until((each) => each?.messages === 103);
  const { count } = held.state;
  expect(shown(count - 20, count)).toHaveLength(20);
  expect(shown(count - 1, count)[0]?.preview).toBe('3');
  look(count - 20, count, true);
  expect(posted.slice(before).filter(({ type }) => type === 'rows')).toEqual([]);
});

test('a list that follows is not told again of rows that it knows: what came since waits for the news', async () => {
  const { store, start, send, look, posted, held, session } = setUp();
  store.segments = tens();
  await start();
  const { count } = held.state;
  look(count - 20, count, true);
  const before = posted.length;
  store.segments.push(conversation(2, 2, ['1', '2', '3'], { firstSeq: 101, open: false }));
  send({ type: 'changed', what: 'segments' });
  expect(await session.whileStill('all', async ({ model }) => model.totals.messages)).toBe(103);
  send({ type: 'rows', from: count - 20, to: count, follows: true, byHand: false });
  expect(posted.slice(before).filter(({ type }) => type === 'rows')).toEqual([]);
});

test('of places that are asked for in one go the first is told at once, and then the last alone', async () => {
  const { store, start, look, posted, held } = setUp();
  store.segments = tens();
  await start();
  const before = posted.length;
  const told = () =>
    posted.slice(before).flatMap((message) => (message.type === 'rows' ? [message.listing] : []));
  for (const from of [10, 30, 50, 70]) look(from, from + 5);
  expect(told().map(({ from }) => from)).toEqual([10]);
  await vi.waitFor(() => {
    expect(held.state.rowAt(70)).toBeDefined();
  });
  expect(told().map(({ from }) => from)).toEqual([10, 70]);
  look(30, 35);
  await vi.waitFor(() => {
    expect(held.state.rowAt(34)).toBeDefined();
  });
});

test('a new order is shown from its start, unless something in view was chosen', async () => {
  const { store, start, send, look, held, selected, shown } = setUp();
  store.segments = tens();
  await start();
  const { count } = held.state;
  look(count - 20, count, true);
  send({ type: 'sort', sort: { column: 'latency', descending: true } });
  expect(held.state.gone).toBe(count - 20);
  send({ type: 'sort', sort: BY_TIME });
  look(count - 20, count, true);
  const key = await vi.waitFor(() => {
    const [row] = shown(count - 5, count - 4);
    if (row === undefined) throw new Error(`no row ${count - 5} has been told`);
    return row.key;
  });
  send({ type: 'select', key, locate: false });
  look(count - 20, count, true);
  const { gone } = held.state;
  send({ type: 'sort', sort: { column: 'type', descending: false } });
  expect(held.state.gone - gone).toBe(count - 5 - (selected()?.index ?? -1));
});

test('a time is found in every order and under every filter', async () => {
  const { store, start, send, last, rows } = setUp();
  store.segments = tens();
  await start();
  for (const text of ['', 'type:ten', 'n:no-such']) {
    for (const column of ['time', 'size', 'ends'] as const) {
      send({ type: 'query', query: { ...EVERYTHING, text } });
      send({ type: 'sort', sort: { column, descending: true } });
      for (const at of [0, 2_500, 2_507, 2_999, 9_999]) {
        send({ type: 'locate', at });
        const found = rows()[last('located')?.position ?? -1];
        const distances = rows().map((row) => Math.abs(row.at - at));
        if (distances.length > 0) {
          expect(Math.abs((found?.at ?? NaN) - at)).toBe(Math.min(...distances));
        }
      }
    }
  }
});

test('payloads that are not held are searched, shown and looked into all the same', async () => {
  // No more than one segment's text is held at a time.
  const { store, start, send, until, held, rows, last, posted } = setUp(1);
  for (let id = 1; id <= 60; id += 1) {
    const texts = [JSON.stringify({ word: id % 7 === 0 ? 'Needle' : 'hay', id })];
    store.segments.push(conversation(id, 2, texts, { firstSeq: id, open: id === 1 }));
  }
  await start();
  const found = (): number[] =>
    rows().map(({ preview }) => Number(/"id":(\d+)/.exec(preview)?.[1]));
  for (const text of ['needle', '/"Needle"/', 'payload.word:needle', 'payload.id:7..56 needle']) {
    send({ type: 'query', query: { ...EVERYTHING, text } });
    await until((each) => each?.query.text === text && each.searched === each.rows);
    expect(held.state.count).toBe(8);
    await vi.waitFor(() => expect(found()).toEqual([7, 14, 21, 28, 35, 42, 49, 56]));
    send({ type: 'query', query: { ...EVERYTHING, text: `-(${text}) is:message` } });
    await until((each) => each?.visible === 52);
  }
  send({ type: 'query', query: { ...EVERYTHING, text: 'needle' } });
  await until((each) => each?.visible === 8);
  const key = rows()[0]?.key ?? '';
  send({ type: 'detail', key, withPayload: true });
  await vi.waitFor(() =>
    expect(last('detail')?.detail?.payload?.text).toBe('{"word":"Needle","id":7}'),
  );
  // Previews, once told, do not come and go.
  const before = posted.length;
  store.segments.push(conversation(61, 2, ['"more"'], { firstSeq: 61, open: false }));
  send({ type: 'changed', what: 'segments' });
  await until((each) => each?.messages === 61);
  const later = posted
    .slice(before)
    .flatMap((each) => ('listing' in each ? each.listing.rows : []));
  expect(later.filter(({ preview }) => preview === '')).toEqual([]);
});

const DROPPED = {
  extension: 'demo@example',
  bytes: 9,
  since: 1,
  until: 1,
  reason: 'limit',
} as const;

test('what the store has deleted goes here too, and what is looked at stays in place', async () => {
  const { store, start, send, until, summary, posted, held, look, shown, selected, rows, last } =
    setUp();
  store.segments = talk(span(1, 100));
  store.dropped = [{ ...DROPPED, events: 1 }];
  await start();
  const preview = '"m71"';
  const all = rows();
  const index = all.findIndex((row) => row.preview === preview);
  const key = all[index]?.key ?? '';
  send({ type: 'select', key, locate: false });
  look(index - 5, index + 5);
  const inView = shown(index - 5, index + 5).map((row) => row.key);
  const before = posted.length;

  // The first segment leaves its outline.
  store.segments = [conversation(1, 2, []), ...store.segments.slice(50)];
  store.dropped = [{ ...DROPPED, events: 101 }];
  send({ type: 'changed', what: 'contexts' });
  await until((each) => each?.messages === 50);
  const { gone } = held.state;
  expect(gone).toBe(50);
  expect(summary()?.connections).toBe(1);
  expect(selected()).toEqual({ key, index: index - gone });
  expect(shown(index - 5 - gone, index + 5 - gone).map((row) => row.key)).toEqual(inView);
  // Nothing was shown in between but all of it, before or after.
  const counts = posted
    .slice(before)
    .flatMap((message) => (message.type === 'summary' ? [message.summary.visibleMessages] : []));
  expect(counts.filter((count) => count !== 100 && count !== 50)).toEqual([]);

  store.segments.push(...talk([101]));
  send({ type: 'changed', what: 'segments' });
  await until((each) => each?.messages === 51);
  send({ type: 'detail', key, withPayload: true });
  await vi.waitFor(() => expect(last('detail')?.detail?.payload?.text).toBe(preview));
});

test('what is held stays in proportion to what is stored, however long it goes on', async () => {
  const { store, start, send, until, summary } = setUp();
  await start();
  let dropped = 0;
  let most = 0;
  for (let id = 1; id <= 400; id += 1) {
    store.segments.push(...talk([id]));
    const old = store.segments.length - 40;
    for (const { count } of store.segments.splice(0, Math.max(0, old))) dropped += count;
    store.dropped = dropped === 0 ? [] : [{ ...DROPPED, events: dropped }];
    if (id % 5 > 0) continue;
    send({ type: 'changed', what: 'segments' });
    const newest = (): number => summary()?.messages ?? 0;
    await until(() => newest() >= Math.min(id, 40));
    most = Math.max(most, newest());
  }
  expect(most).toBeLessThan(80);
  await until((each) => (each?.messages ?? 0) < 60);
});

test('contexts that the store has forgotten go when they are many', async () => {
  const { store, start, send, until, tree } = setUp();
  const crowd = span(10, 2_000).map((tab) => contentScript(tab));
  store.contexts.push(...crowd);
  store.segments = talk([1]);
  await start();
  store.contexts = store.contexts.filter((context) => !crowd.slice(0, 1_500).includes(context));
  send({ type: 'changed', what: 'contexts' });
  await until((each) => each?.contexts === store.contexts.length);
  await vi.waitFor(() => expect(tree()[0]?.contexts).toHaveLength(store.contexts.length));
});

test('a clear while it is read anew begins with nothing', async () => {
  const { store, start, send, until, summary } = setUp();
  store.segments = talk(span(1, 200));
  await start();
  store.segments = store.segments.slice(150);
  store.dropped = [{ ...DROPPED, events: 300 }];
  send({ type: 'changed', what: 'contexts' });
  store.segments = [conversation(201, 2, ['1'])];
  store.dropped = [];
  store.recording = { ...store.recording, id: 2 };
  send({ type: 'changed', what: 'cleared' });
  await until((each) => each?.messages === 1);
  expect(summary()).toMatchObject({ connections: 1, deleted: [] });
});

test('notices come with the recording', async () => {
  const { store, start, last } = setUp();
  store.notices.push({ id: 1, at: 5, severity: 'error', text: 'refused', extensionId: 'x@y' });
  await start();
  expect(last('notices')?.notices).toEqual([
    { id: 1, at: 5, severity: 'error', text: 'refused', extension: 'x@y', count: 1 },
  ]);
});

test('a message is compared with the last of its type and way before it, or with any other', async () => {
  const { store, start, send, rows, last } = setUp();
  const texts = ['{"type":"a","n":1}', '{"type":"b"}', '{"type":"a","n":2}'];
  store.segments.push(conversation(1, 2, texts));
  store.segments.push(conversation(2, 3, ['{"type":"a","n":9}']));
  await start();
  const key = (part: string) => rows().find((row) => row.preview.includes(part))?.key ?? '';
  const compared = async (of: string, base: string) => {
    send({ type: 'compare', key: of, base });
    await vi.waitFor(() => expect(last('compared')).toMatchObject({ key: of, base }));
    return last('compared')?.found;
  };
  expect((await compared(key('"n":2'), 'previous'))?.payload?.text).toBe(texts[0]);
  expect(await compared(key('"n":1'), 'previous')).toBeNull();
  expect((await compared(key('"n":1'), key('"b"')))?.row.messageType).toBe('b');
  expect(await compared(key('"n":1'), 'message gone')).toBeNull();
});

test('tells what it finds, marks the rows, and filters for them, but for what is silenced', async () => {
  const { store, start, summary, until, rows, send, last } = setUp();
  store.segments.push(conversation(4, 2, ['{"type":"hi"}'], { listeners: 0 }));
  await start();
  await vi.waitFor(() => {
    expect(summary()?.findings).toEqual({ error: 0, warning: 1, info: 0, silenced: 0 });
  });
  expect(rows().filter(({ finding }) => finding === 'warning')).toHaveLength(1);
  send({ type: 'findings', wanted: true });
  const [finding] = last('findings')?.findings ?? [];
  expect(finding).toMatchObject({
    rule: 'unheard-messages',
    extension: 'Demo',
    connection: 'port-2',
    silenced: null,
  });
  const key = rows().find((row) => row.finding)?.key ?? '';
  expect(finding?.about).toEqual([key]);

  send({ type: 'query', query: { ...EVERYTHING, text: 'is:finding' } });
  expect(rows().map((row) => row.key)).toEqual([key]);
  send({ type: 'silence', silenced: [finding?.key ?? ''] });
  await until((each) => each?.findings?.silenced === 1 && each.visible === 0);
  expect(last('findings')?.findings[0]?.silenced).toBe('finding');
  send({ type: 'silence', silenced: ['unheard-messages'] });
  await until((each) => each?.findings?.silenced === 1);
  expect(last('findings')?.findings[0]?.silenced).toBe('rule');
  send({ type: 'silence', silenced: [] });
  await until((each) => each?.findings?.warning === 1 && each.visible === 1);

  send({ type: 'detail', key, withPayload: false });
  await vi.waitFor(() => {
    expect(last('detail')?.detail?.findings?.map(({ rule }) => rule)).toEqual(['unheard-messages']);
  });
});

test('rows in view have the colour of the first rule that finds them, else of their connection', async () => {
  const { store, send, start, rows, until } = setUp();
  store.segments.push(conversation(1, 2, ['{"type":"a"}', '{"type":"b","n":3}', '{"type":"c"}']));
  await start();
  const rule = { id: 1, name: '', colour: 'red', on: true } as const;
  const colour = (rules: readonly Partial<ColourRule>[], byConnection = false): void =>
    send({
      type: 'colours',
      colouring: {
        rules: rules.map((each) => ({ ...rule, query: '', ...each })),
        byConnection,
      },
    });
  const colours = () =>
    rows().flatMap(({ kind, messageType, colour: told }) =>
      kind === 'message'
        ? [`${messageType} ${told?.colour ?? '-'} ${told?.label ?? ''}`.trim()]
        : [],
    );
  expect(colours()).toEqual(['a -', 'b -', 'c -']);
  colour([
    { query: 'type:a', on: false },
    { query: 'type:', name: 'broken' },
    { query: 'size:many type:c', name: 'half broken' },
    { query: '  ', name: 'empty' },
    { query: 'payload.n:>2', colour: 'blue', name: 'n' },
    { query: 'type:a OR type:b', colour: 'teal' },
  ]);
  expect(colours()).toEqual(['a teal type:a OR type:b', 'b blue n', 'c -']);
  // What is no key may be text, and is looked for.
  colour([{ query: 'nonsense:3 OR type:c', name: 'doubtful' }]);
  expect(colours()).toEqual(['a -', 'b -', 'c red doubtful']);
  colour([{ query: 'type:a' }], true);
  expect(colours()).toEqual(['a red type:a', 'b red #1', 'c red #1']);
  // A rule that looks at the connection says something else when that has changed.
  colour([{ query: 'is:open type:c', colour: 'green' }]);
  expect(colours()).toEqual(['a -', 'b -', 'c green is:open type:c']);
  const script = contentScript(2);
  store.segments.push({
    id: 2,
    recording: 1,
    count: 1,
    payload: '',
    runs: [
      {
        context: script.key,
        count: 1,
        events: writeRun([['disconnected', 1, 3000, 'self', null, 0, 3, 0]]),
      },
    ],
  });
  send({ type: 'changed', what: 'segments' });
  await until((each) => (each?.rows ?? 0) > 4);
  await vi.waitFor(() => expect(colours()).toEqual(['a -', 'b -', 'c -']));
  colour([]);
  expect(colours()).toEqual(['a -', 'b -', 'c -']);
});

test('a rule that looks into a payload colours the row when its text has been read', async () => {
  const { store, send, start, rows } = setUp(10);
  store.segments.push(
    conversation(1, 2, [`{"n":1,"long":"${'x'.repeat(50)}"}`]),
    conversation(2, 2, [`{"n":2,"long":"${'y'.repeat(50)}"}`], { firstSeq: 2, open: false }),
  );
  await start();
  const rule: ColourRule = { id: 1, name: '', query: 'payload.n:1', colour: 'red', on: true };
  send({ type: 'colours', colouring: { rules: [rule], byConnection: false } });
  await vi.waitFor(() =>
    expect(
      rows().flatMap(({ kind, colour }) => (kind === 'message' ? [colour?.colour] : [])),
    ).toEqual(['red', undefined]),
  );
});
