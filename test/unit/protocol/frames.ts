/** Frames for fuzzing: one valid message of each kind, and what may stand where it should not. */

import fc from 'fast-check';
import {
  PROTOCOL_VERSION,
  type PortholeEvent,
  type ReportedEvent,
} from '../../../src/protocol/index.js';
import { packEvents } from '../../../src/protocol/wire-form.js';

/** One event of each type, payloads within the first four characters of the batch's payload. */
export const EVENTS: readonly PortholeEvent[] = [
  ['opened', 1, 10, 'runtime.connect', 'port', { extensionId: 'a@b', tabId: 1 }, 0, 0, 0],
  ['accepted', 2, 11, 'runtime.onConnectExternal', 'port', { id: 'a@b', contextId: 8 }, 0, 0],
  ['posted', 1, 12, 1, 0, 'json', 2, 0, 2],
  ['refused', 1, 13, 'DataCloneError', 0, 'json', 2, 0, 2],
  ['delivered', 2, 14, 1, 1, 'json', 2, 2, 2],
  ['disconnected', 1, 15, 'self', null, 0, 1, 1],
  ['sent', 1, 16, 'tabs.sendMessage', { tabId: 1 }, 0, 'json', 2, 0, 2],
  ['replied', 1, 17, 'json', 2, 0, 2],
  ['failed', 2, 18, 'Receiving end does not exist'],
  ['received', 1, 19, 'runtime.onMessage', { id: 'a@b', tabId: 1 }, 1, 'json', 2, 0, 2],
  ['returned', 1, 20, 1, 'promise', null],
  ['answered', 1, 21, 1, 'promise', 'json', 2, 0, 2],
  ['rejected', 1, 22, 1, 'no'],
  ['site', 1, 'at f (a.js:1:1)'],
  ['lifecycle', 23, 'frozen'],
  ['gap', 24, 3, 'buffer-full'],
];

/** What contexts report beside. */
const COUNTED: ReportedEvent = ['counted', -1, 25, 3, 2];

export const HELLO = {
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  uid: 'abcdefgh-1234',
  kind: 'content-script',
  url: 'https://example.test/',
  startedAt: 1.5,
  extensionName: 'Demo',
  extensionVersion: '1.0',
  mutes: true,
};

export const RELAY_HEADER = {
  type: 'relayed',
  sender: { id: 'a@b', url: 'https://example.test/', tabId: 1, frameId: 0, contextId: 8 },
};

export const BATCH = {
  type: 'batch',
  batch: 1,
  ...packEvents([...EVENTS, COUNTED], '"a""b"'),
  values: [new Map([[1, 2]])],
};

/** {@link BATCH}'s events, in their wire form. */
export const WIRE_EVENTS = JSON.parse(BATCH.events) as readonly (readonly unknown[])[];

export const FILES: readonly object[] = [
  { type: 'piece', ask: 1, text: 'let a;', length: 6 },
  { type: 'unread', ask: 2, reason: 'not-found' },
];

export const FROM_PANEL: readonly Record<string, unknown>[] = [
  { type: 'record', on: true },
  { type: 'clear' },
  { type: 'call-sites', on: false },
  { type: 'admit', extensionId: 'a@b', verdict: 'allowed' },
  { type: 'playground-run', tabId: 1, run: { example: 'code', code: '1' } },
  { type: 'playground-post', text: 'hi' },
  { type: 'read-file', ask: 1, extensionId: 'a@b', url: 'moz-extension://x/a.js' },
];

const deep = (depth: number): unknown => {
  let value: unknown = 1;
  for (let n = 0; n < depth; n += 1) value = n % 2 === 0 ? [value] : { value };
  return value;
};

const cyclic: Record<string, unknown> = { type: 'batch' };
cyclic['self'] = cyclic;

/** Anything a structured clone can bring, and more: odd values often, random ones sometimes. */
export const nasty: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>(
      null,
      undefined,
      '',
      0,
      -0,
      -1,
      1.5,
      NaN,
      Infinity,
      2 ** 53,
      1e308,
      true,
      10n,
      Symbol.iterator,
      [],
      {},
      new Date(NaN),
      new Map([['type', 'hello']]),
      new Set([1]),
      new Uint8Array(3),
      /x/,
      '__proto__',
      'constructor',
      '<img src=x onerror=alert(1)>',
      '\u202e\u0000\ud800',
      'x'.repeat(70_000),
      JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}'),
      Object.create(null),
      cyclic,
      deep(5_000),
      '['.repeat(50_000),
      HELLO,
      EVENTS,
    ),
  },
  { weight: 1, arbitrary: fc.anything({ maxDepth: 2, withBigInt: true, withMap: true }) },
);

/** @returns `value` with one of its fields (or a field of a field) changed, removed or added */
export function mutated(value: object): fc.Arbitrary<unknown> {
  const change = fc.record({
    field: fc.nat(),
    inner: fc.nat(),
    how: fc.constantFrom('set', 'set inside', 'remove', 'add'),
    key: fc.constantFrom('__proto__', 'constructor', 'toString', 'extra', '0', 'prototype'),
    by: nasty,
  });
  return change.map(({ field, inner, how, key, by }) => {
    const copy = copyOf(value);
    const keys = Object.keys(copy);
    const name = keys[field % Math.max(1, keys.length)] ?? 'type';
    const target =
      how === 'set inside' && typeof copy[name] === 'object' && copy[name] !== null
        ? (copy[name] = copyOf(copy[name]))
        : copy;
    const innerKeys = Object.keys(target);
    const chosen =
      target === copy ? name : (innerKeys[inner % Math.max(1, innerKeys.length)] ?? key);
    if (how === 'remove') delete copy[name];
    else if (how === 'add')
      Object.defineProperty(copy, key, {
        value: by,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    else target[chosen] = by;
    return copy;
  });
}

function copyOf(value: object): Record<string, unknown> {
  return (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<
    string,
    unknown
  >;
}
