/** Requests and native connections in the panel: rows, tree, selection, and the account in words. */
import { expect, test } from 'vitest';
import { outlineLines, selectionNames, selectionOf } from '../../../devtools/arithmetic/outline.js';
import { viewDetail } from '../../../devtools/worker/detail-view.js';
import { selectionMembership } from '../../../devtools/worker/membership.js';
import { buildTree } from '../../../devtools/worker/outline.js';
import { viewRow } from '../../../devtools/worker/row-view.js';
import type { Detail, RowView } from '../../../devtools/worker-protocol.js';
import { draw, fold } from '../model/fixture.js';

const EVERYTHING = { context: () => true, connection: () => true, request: () => true };

const model = fold(
  draw(`
    context cs content-script tab=1 frame=0 contextId=7 url=https://shop.example/cart
    context bg background
    context popup page
    100 cs asks 1 {"type":"total"}
    101 bg hears 1 from cs listeners=3 {"type":"total"}
    101 bg returns 1 1 nothing
    101 bg answers 1 1 sendResponse {"too":"late"}
    101 bg returns 1 2 promise
    102 popup hears 1 from cs {"type":"total"}
    102 popup answers 1 1 sendResponse {"sum":3}
    102 popup returns 1 1 nothing
    104 cs replied 1 {"sum":3}
    150 bg rejects 1 2 "cancelled"
    200 cs asks 2 {"n":2}
    201 cs failed 2 "Could not establish connection. Receiving end does not exist."
    300 cs asks 3 {"n":3}
    400 bg replied 9 {"lost":true}
    500 bg opens 1 "keys" via runtime.connectNative app=org.example.keys
    501 bg posts 1 {"n":1}
    502 bg gets 1 {"n":2}
    503 bg closed 1
  `),
);

function detailAt(at: number): Detail {
  const row = [...model.rows].find((each) => each.at === at && each.kind !== 'lifecycle');
  if (row === undefined) throw new Error(`no row at ${at}`);
  return viewDetail(row, null, null, model, 0);
}

function rowAt(at: number): RowView {
  return detailAt(at).row;
}

test('a row shows ends, API, type, size, time to the reply, question and reply', () => {
  expect(rowAt(100)).toMatchObject({
    kind: 'request',
    direction: 'request',
    from: { kind: 'content-script' },
    to: { kind: 'background, page' },
    connection: 'sendMessage',
    port: null,
    messageType: 'total',
    bytes: 16,
    latency: 4,
    preview: '{"type":"total"}',
    outcome: '{"sum":3}',
    flag: null,
  });
  expect(rowAt(200)).toMatchObject({ to: { kind: 'nobody' }, flag: 'unheard', latency: 1 });
  expect(rowAt(300)).toMatchObject({ to: null, flag: 'waiting', outcome: '', latency: null });
  expect(rowAt(400)).toMatchObject({ preview: '', outcome: '{"lost":true}', bytes: null });
});

test('the account says what each listener did, who won, who was late and who was ignored', () => {
  const { request, note } = detailAt(100);
  expect(note).toBeNull();
  const told = request?.receipts.map(({ context, latency, listeners, silent }) => ({
    context,
    latency,
    silent,
    listeners: listeners.map(({ listener, won, steps }) => [
      `${listener}${won ? ' won' : ''}`,
      ...steps.map(({ since, text, said, race }) =>
        [`+${since}`, text, said, race].filter((part) => part !== null).join(' | '),
      ),
    ]),
  }));
  expect(told).toEqual([
    {
      context: 'background',
      latency: 1,
      silent: 1,
      listeners: [
        [
          '1',
          '+1 | returned, without an answer to come',
          '+1 | answered by sendResponse() | {"too":"late"} | ignored',
        ],
        ['2', '+1 | returned a promise', '+50 | its promise was rejected | cancelled | late'],
      ],
    },
    {
      context: 'page popup.html',
      latency: 2,
      silent: 0,
      listeners: [['1 won', '+2 | answered by sendResponse() | {"sum":3} | won', '+2 | returned']],
    },
  ]);
});

test('what was not recorded is said to be so', () => {
  const { payload, note, request } = detailAt(400);
  expect(payload).toMatchObject({ form: 'unreadable' });
  expect(note).toBe('The call was not recorded: only what came after it was seen.');
  expect(request).toMatchObject({ sentAt: null, replyAt: 400, receipts: [] });
});

test('the tree has a place for them in each context, and counts each once in the extension', () => {
  const tree = buildTree(model, EVERYTHING);
  expect(tree[0]?.messages).toBe(6);
  const contexts = tree[0]?.contexts.map(({ kind, requests, messages }) => [
    kind,
    requests,
    messages,
  ]);
  expect(contexts).toEqual([
    ['background', 2, 4],
    ['page', 1, 1],
    ['content-script', 3, 3],
  ]);
  const lines = outlineLines(tree, new Set());
  const line = lines.find(({ kind }) => kind === 'requests');
  if (line === undefined) throw new Error('there is no place for requests');
  expect(line).toMatchObject({ depth: 2, count: 2 });
  expect(selectionOf(line)).toEqual({ kind: 'requests', key: 'demo@example\nbg' });
  expect(selectionNames(tree, selectionOf(line))?.name).toBe('background');
});

test('selected, they are all that is shown of the context', () => {
  const { key } = [...model.contexts.values()].find(({ kind }) => kind === 'page') ?? { key: '' };
  const shown = selectionMembership({ kind: 'requests', key }, model);
  const at = [...model.rows].flatMap((row) =>
    row.kind === 'request' && shown.request(row.request) ? [row.at] : [],
  );
  expect(at).toEqual([100]);
  expect(shown.context(key)).toBe(false);
});

test('a native connection names its application at the other end, and misses no delivery there', () => {
  const application = { kind: 'application', rest: 'org.example.keys' };
  expect(rowAt(501)).toMatchObject({ to: application, flag: null });
  expect(rowAt(502)).toMatchObject({ from: application, to: { kind: 'background' }, flag: null });
  expect(detailAt(500).note).toBe('Connected to the native application org.example.keys.');
  expect(detailAt(502).note).toBeNull();
  expect(detailAt(503).note).toBe(
    'closed by the native application org.example.keys, or because it ended',
  );
});

test('every row of the model can be drawn', () => {
  for (const row of model.rows) expect(viewRow(row, model, 0).at).toBe(row.at);
});
