import { describe, expect, test } from 'vitest';
import { Exchanges } from '../../../../src/model/decoders/exchanges.js';
import type { Model } from '../../../../src/model/index.js';
import { draw, fold } from '../fixture.js';

const CONTEXTS = `
  context cs content-script tab=1 frame=0 contextId=7 url=https://a.example/
  context bg background
  100 cs opens 1 "rpc"
  101 bg accepts 1 "rpc" from cs
`;

/** @returns for each message, in order of rows: what it says, what was called, and its other half's payload */
function pairs(model: Model): string[] {
  const exchanges = new Exchanges();
  return [...model.rows].flatMap((row, index) => {
    const exchange = exchanges.at(index, model);
    if (row.kind !== 'message') return [];
    if (exchange === null) return [`${row.message.preview ?? ''} is no call`];
    const { decoded, method, other, after, failed } = exchange;
    const half = other === null ? 'alone' : `with ${other.preview ?? ''} ${String(after)} ms`;
    return [`${decoded.role} ${method ?? '?'} ${half}${failed ? ' failed' : ''}`];
  });
}

describe('a call and its answer', () => {
  test('find each other by number, whatever lies between them', () => {
    const model = fold(
      draw(`
      ${CONTEXTS}
      200 cs posts 1 {"msgId":1,"channel":"c","msg":{"what":"first"}}
      201 bg gets 1 {"msgId":1,"channel":"c","msg":{"what":"first"}}
      202 cs posts 1 {"msgId":2,"channel":"c","msg":{"what":"second"}}
      203 bg gets 1 {"msgId":2,"channel":"c","msg":{"what":"second"}}
      204 cs posts 1 {"type":"other"}
      205 bg gets 1 {"type":"other"}
      210 bg posts 1 {"msgId":2,"msg":2}
      211 cs gets 1 {"msgId":2,"msg":2}
      230 bg posts 1 {"msgId":1,"msg":1}
      231 cs gets 1 {"msgId":1,"msg":1}
    `),
    );
    expect(pairs(model)).toEqual([
      'request first with {"msgId":1,"msg":1} 30 ms',
      'request second with {"msgId":2,"msg":2} 8 ms',
      '{"type":"other"} is no call',
      'response second with {"msgId":2,"channel":"c","msg":{"what":"second"}} 8 ms',
      'response first with {"msgId":1,"channel":"c","msg":{"what":"first"}} 30 ms',
    ]);
  });

  test('stay alone where the other half is not recorded, or the number is used anew', () => {
    const model = fold(
      draw(`
      ${CONTEXTS}
      200 cs posts 1 {"jsonrpc":"2.0","id":1,"method":"lost"}
      300 cs posts 1 {"jsonrpc":"2.0","id":1,"method":"again"}
      310 bg posts 1 {"jsonrpc":"2.0","id":1,"error":{"code":1}}
      320 bg posts 1 {"jsonrpc":"2.0","id":9,"result":1}
    `),
    );
    expect(pairs(model)).toEqual([
      'request lost alone',
      'request again with {"jsonrpc":"2.0","id":1,"error":{"code":1}} 10 ms failed',
      'response again with {"jsonrpc":"2.0","id":1,"method":"again"} 10 ms failed',
      'response ? alone',
    ]);
  });

  test('are of one connection and of opposite directions', () => {
    const model = fold(
      draw(`
      ${CONTEXTS}
      150 cs opens 2 "other"
      151 bg accepts 2 "other" from cs
      200 cs posts 1 {"jsonrpc":"2.0","id":1,"method":"ask"}
      201 bg posts 1 {"jsonrpc":"2.0","id":1,"method":"askBack"}
      202 bg posts 2 {"jsonrpc":"2.0","id":1,"result":"elsewhere"}
      203 cs posts 1 {"jsonrpc":"2.0","id":1,"result":"back"}
      204 bg posts 1 {"jsonrpc":"2.0","id":1,"result":"there"}
    `),
    );
    expect(pairs(model)).toEqual([
      'request ask with {"jsonrpc":"2.0","id":1,"result":"there"} 4 ms',
      'request askBack with {"jsonrpc":"2.0","id":1,"result":"back"} 2 ms',
      'response ? alone',
      'response askBack with {"jsonrpc":"2.0","id":1,"method":"askBack"} 2 ms',
      'response ask with {"jsonrpc":"2.0","id":1,"method":"ask"} 4 ms',
    ]);
  });

  test('find each other where clocks make the answer a little earlier', () => {
    const model = fold(
      draw(`
      ${CONTEXTS}
      200 cs posts 1 {"jsonrpc":"2.0","id":1,"method":"ask"}
      198 bg posts 1 {"jsonrpc":"2.0","id":1,"result":1}
    `),
    );
    expect(pairs(model)).toEqual([
      'response ask with {"jsonrpc":"2.0","id":1,"method":"ask"} 0 ms',
      'request ask with {"jsonrpc":"2.0","id":1,"result":1} 0 ms',
    ]);
  });
});
