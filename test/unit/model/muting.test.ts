/** Which events a mute rule keeps out, and which terms it may have. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileMute, type Expected, type Muteable } from '../../../src/model/muting.js';

function event(change: Partial<Muteable> & { said?: string } = {}): Muteable {
  const { said = '{"type":"ping"}', ...rest } = change;
  return {
    kind: 'message',
    names: ['sync'],
    extension: ['demo@example', 'Demo'],
    direction: 'out',
    form: 'json',
    bytes: said.length,
    text: () => said,
    ...rest,
  };
}

const passes = (query: string, change?: Parameters<typeof event>[0]): boolean => {
  const { passes: test, errors } = compileMute(query);
  expect(errors).toEqual([]);
  return test?.(event(change)) ?? false;
};

test.each([
  ['name:=sync', true],
  ['port:syn', true],
  ['name:=other', false],
  ['type:ping', true],
  ['type:/^P/i -name:other', true],
  ['type:pong OR name:s?nc', true],
  ['ext:=demo@example', true],
  ['ext:Demo type:=ping', true],
  ['ext:other', false],
  ['dir:out', true],
  ['dir:in', false],
  ['size:>10', true],
  ['size:>1k', false],
  ['is:message', true],
  ['is:request', false],
  ['NOT is:request', true],
])('%s: %s', (query, expected) => {
  expect(passes(query)).toBe(expected);
});

test('one-off messages have no port, and may name a native application', () => {
  const request = { kind: 'request', names: [], direction: 'request' } as const;
  expect(passes('type:ping', request)).toBe(true);
  expect(passes('name:sync', request)).toBe(false);
  expect(passes('-name:sync', request)).toBe(true);
  expect(passes('dir:request is:request', request)).toBe(true);
  expect(passes('name:=app', { ...request, names: ['app'] })).toBe(true);
});

test('what is on a port that nothing is known of is recorded, whatever the rule says of ports', () => {
  const unknown = { names: null, direction: null };
  expect(passes('-name:other', unknown)).toBe(false);
  expect(passes('type:ping OR dir:out', unknown)).toBe(false);
  expect(passes('type:ping', unknown)).toBe(true);
});

test('reads the types of payloads that JSON cannot say, and of envelopes', () => {
  expect(
    passes('type:=ping', {
      form: 'rich',
      said: '[{"type":1,"at":2},"ping",["Date","2020-01-01T00:00:00.000Z"]]',
    }),
  ).toBe(true);
  expect(passes('type:=getUser', { said: '{"jsonrpc":"2.0","id":1,"method":"getUser"}' })).toBe(
    true,
  );
  expect(passes('type:=12', { said: '{"type":1.2e1}' })).toBe(true);
  expect(passes('type:=PING')).toBe(true);
  expect(passes('type:"a \\"b"', { said: JSON.stringify({ type: 'a "b' }) })).toBe(true);
  expect(passes('type:x', { form: 'unreadable', said: 'type x' })).toBe(false);
  expect(passes('type:x', { form: 'rich', said: 'damaged' })).toBe(false);
});

describe('what cannot be known there', () => {
  test.each([
    ['login', 'login'],
    ['nonsense:3', 'nonsense:3'],
    ['/lo+gin/', '/lo+gin/'],
    ['from:background', 'from:background'],
    ['type:ping ctx:page', 'ctx:page'],
    ['type:ping -(name:a OR payload.user.id:7)', 'payload.user.id:7'],
    ['latency:>50ms', 'latency:>50ms'],
    ['age:<10s', 'age:<10s'],
    ['is:undelivered', 'is:undelivered'],
    ['has:reply', 'has:reply'],
    ['tab:3', 'tab:3'],
  ])('%s is an error that names %s', (query, term) => {
    const { passes: test, errors } = compileMute(query);
    expect(test).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toContain('is not known where messages are recorded');
    expect(query.slice(errors[0]?.from, errors[0]?.to)).toBe(term);
  });

  test('what is wrong with the language is told as in the filter', () => {
    const { passes: test, errors } = compileMute('size:many type:ping');
    expect(test).toBeNull();
    expect(errors[0]?.message).toContain('is no number');
  });

  test('a rule that asks for nothing mutes nothing', () => {
    expect(compileMute('  ')).toEqual({ passes: null, errors: [] });
  });
});

describe('what passes before its payload is known', () => {
  const term = fc.constantFrom(
    'name:=sync',
    'name:other',
    'type:ping',
    'type:=pong',
    'ext:demo',
    'dir:out',
    'dir:in',
    'size:>10',
    'is:message',
    'is:request',
  );
  const query = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      term,
      fc.tuple(tie('node'), tie('node')).map((parts) => `(${parts.join(' ')})`),
      fc.tuple(tie('node'), tie('node')).map((parts) => `(${parts.join(' OR ')})`),
      tie('node').map((part) => `NOT (${part})`),
    ),
  })).node;
  const expected = fc.record<Expected>({
    kind: fc.constantFrom('message', 'request'),
    names: fc.constantFrom(null, [], ['sync'], ['other', 'sync']),
    extension: fc.constant(['demo@example']),
    direction: fc.constantFrom('out', 'in', null),
  });
  const SAID = ['{"type":"ping"}', '{"type":"pong"}', '"ping"', '1', '{"type":"ping","n":123456}'];

  test('passes whatever that is', () => {
    let sure = 0;
    fc.assert(
      fc.property(query, expected, (asked, known) => {
        const { passes } = compileMute(asked);
        if (passes?.(known) !== true) return;
        sure += 1;
        for (const form of ['json', 'json-preview', 'unreadable'] as const) {
          for (const said of SAID) {
            const whole = { ...known, form, bytes: said.length, text: () => said };
            expect(passes(whole)).toBe(true);
          }
        }
      }),
      { numRuns: 1_000 },
    );
    expect(sure).toBeGreaterThan(100);
  });

  test.each([
    ['name:=sync', true],
    ['name:=sync OR type:ping', true],
    ['type:ping OR name:=sync', true],
    ['name:=sync type:ping', false],
    ['type:ping', false],
    ['-type:ping', false],
    ['-name:other dir:out', true],
    ['NOT (name:other size:>1k)', true],
    ['NOT (name:sync size:>1k)', false],
  ])('%s: %s', (asked, verdict) => {
    const { form: _, bytes: _bytes, text: _text, ...known } = event();
    expect(compileMute(asked).passes?.(known)).toBe(verdict);
  });
});
