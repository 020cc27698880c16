/** What queries find: by example, and against an evaluator that looks at the table's cells. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { viewRow } from '../../../../devtools/worker/row-view.js';
import { Concerned, findingsOf } from '../../../../src/model/findings/index.js';
import type { Row } from '../../../../src/model/types.js';
import type { Node, Test } from '../../../../src/model/query/ast.js';
import { compileQuery } from '../../../../src/model/query/evaluate.js';
import { parseQuery } from '../../../../src/model/query/parser.js';
import { patternTest } from '../../../../src/model/query/patterns.js';
import { draw, fold, passing } from '../fixture.js';
import { queries } from './arbitrary.js';

const NOW = 1_000;

const model = fold(
  draw(`
    context cs content-script tab=1 frame=0 contextId=7 url=https://shop.example/cart
    context us user-script world=greasy tab=2 frame=4 contextId=8 url=https://else.example/
    context bg background
    context far background extension=far@example
    100 cs opens 1 "basket"
    101 bg accepts 1 "basket" from cs
    102 cs posts 1 {"type":"add","item":{"name":"Größe (L)","count":3,"tags":["a","b"]},"on":true,"none":null}
    115 bg gets 1 {"type":"add","item":{"name":"Größe (L)","count":3,"tags":["a","b"]},"on":true,"none":null}
    120 bg posts 1 {"type":"total","sum":13}
    121 cs gets 1 listeners=0 {"type":"total","sum":13}
    125 bg posts 1 {"type":"addAll"}
    330 cs gets 1 {"type":"addAll"}
    335 cs refused 1 "DataCloneError" "f"
    340 bg posts 1 rich [{"when":1,"\\u006f\\u006e":3,"big":2},["Date","1970-01-01T00:00:00.000Z"],["BigInt","5"],false]
    350 us opens 1 "nobody-home"
    351 us closed 1 "Receiving end does not exist."
    360 us opens 2 "porthole"
    361 bg accepts 2 "porthole" from us
    362 bg closes 2
    370 bg opens 3 "native" via runtime.connectNative app=org.example.app
    371 bg posts 3 {"type":"add"}
    400 cs asks 1 {"type":"sum"}
    401 bg hears 1 from cs listeners=1 {"type":"sum"}
    401 bg returns 1 1 promise
    403 bg answers 1 1 promise {"sum":7}
    404 cs replied 1 {"sum":7}
    410 bg asks 1 via tabs.sendMessage tab=2 {"type":"blink"}
    411 bg failed 1 "Could not establish connection. Receiving end does not exist."
    420 us asks 1 {"type":"wait"}
    450 bg gap 3 buffer-full
  `),
);

const found = (query: string) =>
  [...model.rows].filter(passing(query, model, NOW)).map(({ kind, at }) => `${at} ${kind}`);

describe('finds', () => {
  it.each([
    ['type:add', ['102 message', '125 message', '371 message']],
    ['type:=add', ['102 message', '371 message']],
    ['type:*all', ['125 message']],
    ['type:/^t/', ['120 message']],
    ['name:basket is:message size:>20', ['102 message', '120 message', '340 message']],
    ['port:native', ['370 opened', '371 message']],
    ['name:org.example', ['370 opened', '371 message']],
    ['is:native -is:connection', ['371 message']],
    ['from:shop.example dir:out', ['102 message', '335 message']],
    ['to:nobody', ['350 opened', '351 closed', '410 request']],
    ['to:background is:request', ['400 request']],
    [
      'ctx:user-script -is:lifecycle is:connection',
      ['350 opened', '351 closed', '360 opened', '362 closed'],
    ],
    ['world:greasy is:request', ['420 request']],
    ['tab:2 is:request', ['410 request', '420 request']],
    ['frame:4 is:request', ['420 request']],
    ['ext:far', ['0 lifecycle']],
    ['api:tabs', ['410 request']],
    ['api:onUserScript', ['360 opened', '362 closed']],
    ['latency:>=10ms', ['102 message', '125 message']],
    ['is:slow', ['125 message']],
    ['age:<=600ms', ['400 request', '410 request', '420 request', '450 gap']],
    ['is:error', ['335 message', '351 closed', '410 request']],
    ['is:undelivered', ['340 message']],
    ['is:unheard', ['120 message', '410 request']],
    ['is:waiting OR is:refused', ['335 message', '420 request']],
    ['is:failed', ['351 closed']],
    ['is:open is:connection', ['100 opened', '370 opened']],
    ['is:closed name:porthole', ['360 opened', '362 closed']],
    ['is:gap', ['450 gap']],
    ['has:error', ['335 message', '351 closed', '410 request']],
    ['has:reply', ['400 request']],
    ['payload.item.name:größe', ['102 message']],
    ['payload.item.count:3', ['102 message']],
    ['payload.item.count:>2 payload.item.count:<=3', ['102 message']],
    ['payload.item.tags.1:b', ['102 message']],
    ['payload.on:true', ['102 message']],
    ['payload.none:null', ['102 message']],
    ['payload.item:*', ['102 message']],
    ['payload.sum:3', []],
    ['payload.sum:1*', ['120 message']],
    ['payload.big:>4', ['340 message']],
    ['payload.on:false', ['340 message']],
    ['payload:f', ['335 message', '340 message']],
    ['reply.sum:7', ['400 request']],
    ['(type:add OR type:total) -dir:in', ['102 message', '371 message']],
    ['größe', ['102 message']],
  ])('%s', (query, expected) => {
    expect(found(query)).toEqual(expected);
  });
});

it('bounds what a slow pattern is tried on', () => {
  const test = patternTest({ source: 'a.*b.*c.*d', flags: '' });
  const text = 'abc'.repeat(20_000);
  const start = performance.now();
  expect(test(text)).toBe(false);
  expect(performance.now() - start).toBeLessThan(5_000);
  expect(test(`${'x'.repeat(9_000)}a.b.c.d`)).toBe(true);
});

/** The same asked of the table's cells, without any care for speed. */
function naive(node: Node, row: Row): boolean {
  const view = viewRow(row, model, 0);
  const message = view.kind === 'message' || view.kind === 'request';
  switch (node.kind) {
    case 'and':
      return node.parts.map((part) => naive(part, row)).every(Boolean);
    case 'or':
      return node.parts.map((part) => naive(part, row)).some(Boolean);
    case 'not':
      return !naive(node.part, row);
    case 'text':
      return message && view.preview.toLowerCase().includes(node.text.toLowerCase());
    case 'field':
      switch (node.key) {
        case 'type':
          return view.messageType !== '' && fits(node.test, view.messageType);
        case 'name': {
          if (view.from?.kind === 'lifecycle') return false;
          const names =
            row.kind === 'message' || row.kind === 'opened' || row.kind === 'closed'
              ? [view.connection]
              : [];
          if (view.connection === 'native') names.push('org.example.app');
          return names.some((each) => fits(node.test, each));
        }
        case 'from':
          return view.from !== null && fits(node.test, view.from.label);
        case 'to':
          return view.to !== null && fits(node.test, view.to.label);
        case 'size':
          return view.bytes !== null && fits(node.test, view.bytes);
        case 'latency':
          return view.latency !== null && fits(node.test, Math.max(0, view.latency));
        case 'age':
          return fits(node.test, NOW - row.at);
        case 'dir':
          return node.test.how === 'word' && view.direction === node.test.word;
        case 'is':
          return node.test.how === 'word' && isIt(node.test.word, row);
        default:
          throw new Error(`no cell for ${node.key}`);
      }
    default:
      throw new Error(`no cell for a ${node.kind}`);
  }
}

function isIt(word: string, row: Row): boolean {
  const view = viewRow(row, model, 0);
  const message = row.kind === 'message' || row.kind === 'request';
  const name =
    row.kind === 'message' || row.kind === 'opened' || row.kind === 'closed'
      ? view.connection
      : null;
  switch (word) {
    case 'message':
    case 'request':
    case 'lifecycle':
    case 'gap':
      return view.kind === word;
    case 'connection':
      return view.kind === 'opened' || view.kind === 'closed';
    case 'error':
      return (
        view.flag === 'refused' ||
        view.flag === 'failed' ||
        (view.kind === 'request' && view.flag === 'unheard')
      );
    case 'failed':
      return view.flag === 'failed';
    case 'slow':
      return message && (view.latency ?? 0) > (row.kind === 'request' ? 1_000 : 100);
    case 'replied':
      return row.kind === 'request' && view.flag === null;
    case 'open':
      return name === 'basket' || name === 'native';
    case 'closed':
      return name === 'porthole' || name === 'nobody-home';
    case 'native':
      return name === 'native';
    default:
      return message && view.flag === word;
  }
}

function fits(test: Test, value: string | number): boolean {
  const said = String(value).toLowerCase();
  switch (test.how) {
    case 'contains':
      return said.includes(test.text.toLowerCase());
    case 'equals':
      return said === test.text.toLowerCase();
    case 'glob':
      return new RegExp(`^${test.text.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'is').test(
        said,
      );
    case 'regex':
      return new RegExp(test.pattern.source, test.pattern.flags).test(String(value));
    case 'range': {
      const [low, high] = [test.low ?? -Infinity, test.high ?? Infinity];
      const number = Number(value);
      return test.exclusive ? number > low && number < high : number >= low && number <= high;
    }
    case 'word':
      throw new Error('a word is not for a value');
  }
}

it('finds what an evaluator finds that looks at the cells', () => {
  const rows = [...model.rows];
  fc.assert(
    fc.property(queries(), (node) => {
      const passes = compileQuery(node, model, NOW);
      for (const row of rows) expect([row.at, passes(row)]).toEqual([row.at, naive(node, row)]);
    }),
    { numRuns: 5_000 },
  );
});

it('finds what belongs to ports that are opened again and again, messages and all', () => {
  const port = (n: number): string => `
    ${100 + n} cs opens ${n} "poll"
    ${101 + n} bg accepts ${n} "poll" from cs
    ${102 + n} cs posts ${n} {"type":"tick"}
    ${103 + n} bg gets ${n} {"type":"tick"}`;
  const leaking = fold(
    draw(`
      context cs content-script https://shop.example/
      context bg background
      ${Array.from({ length: 12 }, (_, n) => port(n + 1)).join('')}
      200 cs opens 13 "kept"
      201 bg accepts 13 "kept" from cs`),
  );
  const { has } = new Concerned(findingsOf(leaking, 60_000));
  const { node } = parseQuery('is:leaked');
  const rows = [...leaking.rows].filter(compileQuery(node, leaking, 60_000, has));
  expect(rows.filter(({ kind }) => kind === 'opened')).toHaveLength(12);
  expect(rows.filter(({ kind }) => kind === 'message')).toHaveLength(12);
});
