/** Requests and native connections in the filter, in the terminal's lines and in the trace. */

import { expect, it } from 'vitest';
import { messageLine, tabScope, traceLines } from '../../../src/model/index.js';
import { draw, fold, passing } from './fixture.js';

const model = fold(
  draw(`
    context cs content-script tab=1 frame=0 contextId=7 url=https://shop.example/cart
    context else content-script tab=2 frame=0 contextId=8 url=https://else.example/
    context bg background
    100 cs asks 1 {"type":"total"}
    101 bg hears 1 from cs listeners=2 {"type":"total"}
    101 bg returns 1 1 promise
    101 bg returns 1 2 true
    103 bg answers 1 2 sendResponse {"sum":"Größe"}
    104 cs replied 1 {"sum":"Größe"}
    110 bg rejects 1 1 "nobody listens any more"
    200 bg asks 1 via tabs.sendMessage tab=2 {"type":"blink"}
    201 bg failed 1 "Could not establish connection. Receiving end does not exist."
    300 cs asks 2 {"type":"wait"}
    400 bg asks 2 via runtime.sendNativeMessage app=org.example.keys {"cmd":"get"}
    420 bg failed 2
  `),
);

it('finds requests by question, reply, API, state, errors and ends', () => {
  const found = (text: string) =>
    [...model.rows].filter(passing(text, model)).map(({ kind, at }) => `${at} ${kind}`);
  expect(found('GRÖSSE')).toEqual([]);
  expect(found('größe')).toEqual(['100 request']);
  expect(found('total replied')).toEqual(['100 request']);
  expect(found('listens')).toEqual(['100 request']);
  expect(found('one-off unheard')).toEqual(['200 request']);
  expect(found('tabs.sendMessage blink')).toEqual(['200 request']);
  expect(found('org.example.keys')).toEqual(['400 request']);
  expect(found('request cart')).toEqual(['100 request', '300 request']);
});

it('tells each request in one line, with what became of it', () => {
  const lines = [...model.rows].flatMap((row) =>
    row.kind === 'request' ? [messageLine(model, row, 100)] : [],
  );
  expect(lines).toEqual([
    '   +0.000s  content-script shop.example/cart → background  runtime.sendMessage  total  16 B  {"type":"total"}  ⇒ {"sum":"Größe"} (4 ms)',
    '   +0.100s  background → nobody  tabs.sendMessage  blink  16 B  {"type":"blink"}  ⇒ (nobody listened) (1 ms)',
    '   +0.200s  content-script shop.example/cart → unknown  runtime.sendMessage  wait  15 B  {"type":"wait"}  ⇒ (no reply yet)',
    '   +0.300s  background → application org.example.keys  runtime.sendNativeMessage  get  13 B  {"cmd":"get"}  ⇒ (failed) (20 ms)',
  ]);
});

it('writes a request as one line of the trace, with the account of each listener', () => {
  const options = { recordedAt: 100, browser: 'firefox/153.7', porthole: '0.1.0' };
  const requests = [...traceLines(model, options)].filter(({ kind }) => kind === 'request');
  expect(requests.map((line) => 'id' in line && line.id)).toEqual(['r1', 'r2', 'r3', 'r4']);
  expect(requests[0]).toEqual({
    kind: 'request',
    id: 'r1',
    api: 'runtime.sendMessage',
    target: {},
    from: 'c2',
    sentAt: 0,
    bytes: 16,
    payload: { type: 'total' },
    deliveries: [
      {
        context: 'c1',
        api: 'runtime.onMessage',
        at: 1,
        listeners: 2,
        accounts: [
          {
            listener: 1,
            returned: { at: 1, what: 'promise' },
            answers: [],
            rejected: { at: 10, error: 'nobody listens any more' },
          },
          {
            listener: 2,
            returned: { at: 1, what: 'true' },
            answers: [{ at: 3, how: 'sendResponse', bytes: 17, payload: { sum: 'Größe' } }],
            rejected: null,
          },
        ],
      },
    ],
    state: 'replied',
    settledAt: 4,
    reply: { at: 4, from: 'c1', bytes: 17, payload: { sum: 'Größe' } },
    error: null,
    winner: { context: 'c1', listener: 2 },
  });
  expect(requests[1]).toMatchObject({ target: { tabId: 2 }, state: 'unheard', deliveries: [] });
  expect(requests[3]).toMatchObject({ state: 'failed', error: null, settledAt: 320, reply: null });
});

it('belong to a tab with any of their ends, also one that reports nothing', () => {
  const inTab = (tabId: number) =>
    [...model.rows].flatMap((row) =>
      row.kind === 'request' && tabScope(tabId, model).request(row.request) ? [row.at] : [],
    );
  expect(inTab(1)).toEqual([100, 300]);
  expect(inTab(2)).toEqual([200]);
});

it('a native connection is with its application, which accepts nothing and answers all the same', () => {
  const native = fold(
    draw(`
      context bg background
      100 bg opens 1 "keys" via runtime.connectNative app=org.example.keys
      101 bg posts 1 {"n":1}
      120 bg gets 1 {"n":2}
      130 bg closed 1 "the application has exited"
      200 bg opens 2 "gone" via runtime.connectNative app=org.example.gone
      201 bg closed 2 "No such native application org.example.gone"
    `),
  );
  expect([...native.connections.values()].map(({ state }) => state)).toEqual(['closed', 'failed']);
  const lines = [...native.rows].map((row) => messageLine(native, row, 100)).slice(1);
  expect(lines[1]).toBe(
    '   +0.001s  background → application org.example.keys  "keys"  7 B  {"n":1}',
  );
  expect(lines[2]).toContain('application org.example.keys → background');
});
