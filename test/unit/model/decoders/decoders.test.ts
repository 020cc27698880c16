import fc from 'fast-check';
import { stringify } from 'devalue';
import { describe, expect, test } from 'vitest';
import {
  DECODED_CHARS,
  decodeText,
  decodeValue,
  envelopeType,
} from '../../../../src/model/decoders/index.js';
import { detectMessageType } from '../../../../src/model/message-type.js';
import { RICH_REDUCERS } from '../../../../src/protocol/rich.js';

const name = (value: unknown): string | undefined => decodeValue(value)?.decoder.name;

describe('the decoders', () => {
  test('say nothing about what only looks like an envelope', () => {
    for (const value of [
      null,
      'text',
      [1],
      {},
      { id: 1, type: 'GET' },
      { id: 'a-b', type: 'APPLY', path: ['x'] },
      { type: 'sync' },
      { type: 'deliver', message: 'milk' },
      { msgId: 'text', msg: 1 },
      { msgId: 1, msg: 1, more: true },
      { jsonrpc: '1.0', method: 'x' },
      { jsonrpc: '2.0' },
      { trpc: { id: 1 } },
      { trpc: {}, other: 1 },
      { id: 1, type: 'x', timestamp: 5, extra: 1 },
      Object.create({ jsonrpc: '2.0', method: 'inherited' }) as object,
    ]) {
      expect(name(value), JSON.stringify(value)).toBeUndefined();
    }
  });

  test('never throw, and agree with the quick test on the text’s beginning', () => {
    const word = fc.constantFrom(
      ...['id', 'type', 'path', 'msgId', 'channel', 'msg', 'trpc', 'jsonrpc', 'method', 'message'],
      ...['status', 'value', 'messageID', 'transactionId', 'messageType', 'timestamp', '__proto__'],
    );
    const part = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(
          'APPLY',
          'RAW',
          '2.0',
          'deliver',
          'incoming',
          'message',
          1,
          null,
          'a-1-2-3',
        ),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.array(fc.tuple(word, tie('node')), { maxLength: 5 }).map(Object.fromEntries),
      ),
    })).node;
    fc.assert(
      fc.property(part, (value) => {
        const text = JSON.stringify(value);
        const decoded = decodeText('json', text);
        const quick = envelopeType('json', text);
        if (quick !== undefined) expect(quick.type).toBe(decoded?.method);
        expect(decodeText('rich', stringify(value, RICH_REDUCERS))?.method).toBe(
          decodeValue(value)?.method,
        );
      }),
      { numRuns: 500 },
    );
  });

  test('tell ids apart that JSON-RPC tells apart', () => {
    const id = (value: unknown) => decodeValue({ jsonrpc: '2.0', id: value, method: 'm' });
    expect(id(1)?.id).not.toBe(id('1')?.id);
    expect(id(null)).toMatchObject({ role: 'notice', id: null });
  });

  test('leave a text alone that is cut off or very long', () => {
    const long = JSON.stringify({ channel: 'c', msgId: 1, msg: 'x'.repeat(DECODED_CHARS) });
    expect(decodeText('json', long)).toBeNull();
    expect(decodeText('json-preview', '{"channel":"c","msgId":1')).toBeNull();
    expect(detectMessageType('json', long)).toBeNull();
  });
});

test('uBlock Origin’s messages are called by what they ask for', () => {
  const ask = { channel: 'popupPanel', msgId: 3, msg: { what: 'getPopupData', tabId: 1 } };
  const type = (value: unknown) => detectMessageType('json', JSON.stringify(value));
  expect(type(ask)).toBe('getPopupData');
  expect(type({ channel: 'vapi', msgId: 1, msg: { what: 'extendClient' } })).toBe('extendClient');
  expect(type({ channel: 'contentscript', msgId: 2, msg: ['x'] })).toBe('contentscript');
  expect(decodeValue({ msgId: 3, msg: { tabTitle: 'A' } })).toMatchObject({
    role: 'response',
    id: '3',
  });
});
