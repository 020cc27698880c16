import { parse, stringify } from 'devalue';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createRedactor,
  REDACTED,
  REDACTED_KEYS,
  RICH_REDUCERS,
  RICH_REVIVERS,
  RichError,
  type PayloadForm,
  type Redactor,
} from '../../../src/protocol/index.js';

const codec = { parse: (text: string): unknown => parse(text, RICH_REVIVERS), stringify };
const redact = createRedactor(REDACTED_KEYS, codec) as Redactor;

const json = (value: unknown): unknown => {
  const redacted = redact('json', JSON.stringify(value));
  return redacted === null ? null : JSON.parse(redacted.text);
};
const rich = (value: unknown): unknown => {
  const redacted = redact('rich', stringify(value, RICH_REDUCERS));
  return redacted === null ? null : codec.parse(redacted.text);
};

test.each<[string, unknown, unknown]>([
  ['a key', { password: 'hunter2', user: 'a' }, { password: REDACTED, user: 'a' }],
  ['part of a key', { accessToken: 1, n: 1 }, { accessToken: REDACTED, n: 1 }],
  ['upper case', { AUTHORIZATION: 'Bearer x' }, { AUTHORIZATION: REDACTED }],
  ['deep inside', [{ a: [{ 'Set-Cookie': ['a', 'b'] }] }], [{ a: [{ 'Set-Cookie': REDACTED }] }]],
  ['a whole object', { secret: { a: { b: 1 } } }, { secret: REDACTED }],
  [
    'a list of headers',
    [
      { name: 'Cookie', value: 'a=b' },
      { name: 'Accept', value: '*/*' },
    ],
    [
      { name: 'Cookie', value: REDACTED },
      { name: 'Accept', value: '*/*' },
    ],
  ],
])('%s', (_, value, expected) => {
  expect(json(value)).toEqual(expected);
  expect(rich(value)).toEqual(expected);
});

test('what names none of the keys, or has them as values only, stays as it is', () => {
  for (const value of [{ user: 'a' }, 'password', ['token'], { name: 'password' }, 5, null]) {
    expect(json(value)).toBeNull();
    expect(rich(value)).toBeNull();
  }
  expect(redact('unreadable', '{"password":1}')).toBeNull();
});

test('Maps, Sets, cycles, errors and dates keep their shape', () => {
  const value: Record<string, unknown> = {
    map: new Map<unknown, unknown>([
      ['token', 'x'],
      ['n', new Date(5)],
      [{ secret: 1 }, 2],
    ]),
    set: new Set([{ password: 'p' }]),
    error: new RangeError('of a token'),
    bytes: new Uint8Array([1, 2]),
  };
  value['self'] = value;
  const seen = rich(value) as typeof value;
  expect([...(seen['map'] as Map<unknown, unknown>)]).toEqual([
    ['token', REDACTED],
    ['n', new Date(5)],
    [{ secret: REDACTED }, 2],
  ]);
  expect([...(seen['set'] as Set<unknown>)]).toEqual([{ password: REDACTED }]);
  expect(seen['error']).toMatchObject({ name: 'RangeError', message: 'of a token' });
  expect(seen['error']).toBeInstanceOf(RichError);
  expect(seen['bytes']).toEqual(new Uint8Array([1, 2]));
  expect(seen['self']).toBe(seen);
});

test.each<[PayloadForm, string]>([
  ['json-preview', '{"a":1,"password":"hun'],
  ['rich-preview', '[{"password":1},"hun'],
  ['json', '{"password":'],
  ['rich', '[{"password":'],
  ['json', `{"password":1,"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
])('a %s text that cannot be read goes whole', (form, text) => {
  const redacted = redact(form, text);
  expect(redacted?.form).toBe('unreadable');
  expect(redacted?.text).not.toContain('hun');
});

test('what is redacted once stays as it is, and no secret is left, whatever the payload', () => {
  const key = fc.constantFrom(
    'password',
    'idToken',
    'x-cookie',
    'SECRET_',
    'user',
    'name',
    'value',
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constant('plain'),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, fc.oneof(tie('tree'), fc.constant('hunter2')), { maxKeys: 3 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      for (const seen of [json(value), rich(value)]) {
        if (seen === null) continue;
        const text = JSON.stringify(seen);
        expect(text).not.toMatch(/"(password|idToken|x-cookie|SECRET_)":(?!"\[redacted)/);
        expect(json(seen)).toEqual(seen);
      }
    }),
  );
});

test('keys of one’s own; none is nothing to do', () => {
  const own = createRedactor([' Pin. ', ''], codec) as Redactor;
  expect(own('json', '{"pin.code":1,"pinx":2}')?.text).toBe(`{"pin.code":"${REDACTED}","pinx":2}`);
  expect(createRedactor(['', ' '], codec)).toBeNull();
});
