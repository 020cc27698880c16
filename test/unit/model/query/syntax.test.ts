/** Reading and printing queries. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Node } from '../../../../src/model/query/ast.js';
import { KEYS } from '../../../../src/model/query/keys.js';
import { parseQuery } from '../../../../src/model/query/parser.js';
import { printQuery } from '../../../../src/model/query/printer.js';
import { pieces, queries } from './arbitrary.js';

/** The query as it is printed, and what is wrong with it, each with the part it is about. */
function read(text: string) {
  const { node, errors } = parseQuery(text);
  return [
    printQuery(node),
    ...errors.map(({ from, to, message }) => `${text.slice(from, to)} ⇐ ${message}`),
  ];
}

describe('what is asked for', () => {
  it.each([
    ['', ''],
    ['  \n ', ''],
    ['one two', 'one two'],
    ['{"type":"hi there"}', '"{\\"type\\":\\"hi" "there\\"}"'],
    ['"hi \\"there\\" \\\\ \\n"', '"hi \\"there\\" \\\\ \\\\n"'],
    ['connect() f(a)(b)', '"connect()" "f(a)(b)"'],
    ['a AND b', 'a b'],
    ['a b OR c d', 'a b OR c d'],
    ['a (b OR c) d', 'a (b OR c) d'],
    ['-a NOT b -(c d)', '-a -b -(c d)'],
    ['--a', 'a'],
    ['-(-a)', '-(-a)'],
    ['- a', '"-" a'],
    ['and or "AND"', 'and or "AND"'],
    ['type:hello type:"a b" type:=ab', 'type:hello type:"a b" type:=ab'],
    ['type:get* name:a?b', 'type:get* name:a?b'],
    ['type:"get*"', 'type:"get*"'],
    ['type:/^get(All)?$/i /a b/', 'type:/^get(All)?$/i "/a" "b/"'],
    ['/path/to/script.js https://example.org/', '"/path/to/script.js" "https://example.org/"'],
    ['"user:login" 12:30', '"user:login" "12:30"'],
    [
      'size:>1k size:<=2KiB size:10..1MB size:5..',
      'size:>1000 size:<=2048 size:10..1000000 size:>=5',
    ],
    [
      'latency:>50ms latency:1.5s..2m latency:3',
      'latency:>50ms latency:1500ms..120000ms latency:3ms',
    ],
    ['age:<10 age:..2h', 'age:<10000ms age:<=7200000ms'],
    [
      'time:9:05 time:14:03:10..14:03:12 time:>14:03:12.5 time:<14:00',
      'time:09:05:00.000..09:05:59.999 time:14:03:10.000..14:03:12.999 time:>14:03:12.599 time:<14:00:00.000',
    ],
    ['time:14:03:10.123 time:23:59..', 'time:14:03:10.123 time:>=23:59:00.000'],
    ['tab:3 frame:0', 'tab:3 frame:0'],
    ['is:error dir:out has:reply', 'is:error dir:out has:reply'],
    [
      'payload.a.0.b-c:x payload.n:>=2 reply.ok:true payload:*',
      'payload.a.0.b-c:x payload.n:>=2 reply.ok:true payload:*',
    ],
    ['payload.n:2 payload.n:2..2 payload.n:..5', 'payload.n:2 payload.n:2..2 payload.n:<=5'],
    ['name:=""', 'name:=""'],
  ])('%s', (text, printed) => {
    expect(read(text)).toEqual([printed]);
  });
});

describe('what is wrong is told with its place, and the rest applies', () => {
  const words = (key: 'is' | 'dir') => Object.keys(KEYS[key].words).join(', ');
  it.each([
    [
      'size:many a',
      'a',
      'size:many ⇐ “many” is no number such as >1k (units: b, k, kb, m, mb, g, gb, ki, kib, mi, mib).',
    ],
    ['tab:1ms', '', 'tab:1ms ⇐ “1ms” is no number such as 1.'],
    ['size:9..1', '', 'size:9..1 ⇐ This range ends before it begins.'],
    ['size:>1..2', '', 'size:>1..2 ⇐ A range needs no comparison before it.'],
    ['is:undelvered x', 'x', `is:undelvered ⇐ is: knows ${words('is')}.`],
    ['dir:>out', '', 'dir:>out ⇐ dir: cannot be compared.'],
    ['is:toString', '', `is:toString ⇐ is: knows ${words('is')}.`],
    ['type:>a', '', 'type:>a ⇐ type: is text; only numbers can be compared.'],
    ['size:/1/', '', 'size:/1/ ⇐ size: takes no regular expression.'],
    ['type: a', 'a', 'type: ⇐ type: needs a value.'],
    ['payload.a: a', 'a', 'payload.a: ⇐ This needs a value; * is any.'],
    ['a (b', 'a b', '( ⇐ This bracket is not closed.'],
    ['a) b', 'a b', ') ⇐ This bracket closes nothing.'],
    ['a ( ) b', 'a b', '( ) ⇐ The brackets are empty.'],
    ['a OR', 'a', 'OR ⇐ OR needs something on both sides.'],
    ['OR a', 'a', 'OR ⇐ OR needs something on both sides.'],
    ['a AND OR b', 'a OR b', 'AND ⇐ AND needs something on both sides.'],
    ['a -AND b', 'a b', '- ⇐ There is nothing to negate here.'],
    ['type:"a b', 'type:"a b"', '"a b ⇐ This quotation mark is not closed.'],
    ['/a/g', '', '/a/g ⇐ After the closing slash only i, m, s and u can stand.'],
    [
      'b /(a+)+$/',
      'b',
      '/(a+)+$/ ⇐ A repetition of what can match in several ways may take forever.',
    ],
    [
      '/(a|b)*c/',
      '',
      '/(a|b)*c/ ⇐ A repetition of what can match in several ways may take forever.',
    ],
    [
      '/((?:x*)y)+/',
      '',
      '/((?:x*)y)+/ ⇐ A repetition of what can match in several ways may take forever.',
    ],
    ['/.*a.*b.*c.*/', '', '/.*a.*b.*c.*/ ⇐ More than 3 endless repetitions may take forever.'],
  ])('%s', (text, printed, ...wrong) => {
    expect(read(text)).toEqual([printed, ...wrong]);
  });

  it('tells what of a regular expression is wrong', () => {
    expect(read('type:/[/ a')).toEqual([
      'a',
      expect.stringMatching(/^type:\/\[\/ ⇐ Not a regular/),
    ]);
  });

  it('takes harmless repetitions', () => {
    expect(parseQuery('/(ab)+[*+(]+\\(a\\)+(a|b)?a{2,3}(?:get|set)Value/').errors).toEqual([]);
  });

  it('goes no deeper than it can, and reads no longer than it should', () => {
    const { node, errors } = parseQuery(`${'('.repeat(3_000)}a${')'.repeat(3_000)} b`);
    expect(node).toEqual({ kind: 'text', text: 'b' });
    expect(errors.map(({ message }) => message)).toContain(
      'Brackets within brackets go 40 deep at most.',
    );
    expect(parseQuery('a '.repeat(20_000)).errors).toHaveLength(1);
  });
});

describe('a word before a colon that is no key', () => {
  const taken = 'There is no such key, so this is looked for as text.';
  const quotes = 'In quotes it is text for certain.';

  it.each([
    ['latncy:>5', 'latncy:', 'latency:'],
    ['Name:sync', 'Name:', 'name:'],
    ['-types:x', 'types:', 'type:'],
    ['sender:background', 'sender:', 'from:'],
    ['bytes:3', 'bytes:', 'size:'],
    ['extension:x', 'extension:', 'ext:'],
    ['fram:/x/', 'fram:', 'from:, frame:'],
    ['paylod.user.id:7', 'paylod.user.id:', 'payload:'],
  ])('%s is text, and the nearest key is named', (query, doubted, keys) => {
    const sign = query.startsWith('-') ? '-' : '';
    expect(read(query)).toEqual([
      `${sign}"${query.slice(sign.length)}"`,
      `${doubted} ⇐ ${taken} Similar keys: ${keys}. ${quotes}`,
    ]);
  });

  it('is text, and all keys are named where none is near', () => {
    const { node, errors } = parseQuery('nonsense:3 type:a');
    expect(printQuery(node)).toBe('"nonsense:3" type:a');
    expect(errors).toMatchObject([{ from: 0, to: 9, severity: 'warning' }]);
    for (const key of Object.keys(KEYS)) expect(errors[0]?.message).toContain(` ${key}:`);
  });

  it.each([
    'https://example.org:80/a?b=c:d',
    'moz-extension://0000/a.js',
    'about:blank',
    'data:text/html,x',
    'localhost:3000',
    'example.org:8080',
    'C:\\Users',
    '12:30',
    '"nonsense:3"',
    '{"nonsense":3}',
    'Error: Could not establish connection.',
    'Auth::login',
    'a.b:c',
    'background.js:12:5',
    ':x',
  ])('%s is text without a doubt', (query) => {
    expect(parseQuery(query).errors).toEqual([]);
  });

  it('that is quoted is never doubted, whatever it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z.]{1,12}:[a-z0-9:/]{0,8}$/), (word) => {
        expect(parseQuery(`"${word}"`)).toEqual({ node: { kind: 'text', text: word }, errors: [] });
      }),
    );
  });

  it('is looked for as if it were quoted', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[b-z]{9}:[a-z0-9:/]{1,8}$/), (word) => {
        expect(parseQuery(word).node).toEqual(parseQuery(`"${word}"`).node);
      }),
    );
  });
});

describe('any text', () => {
  it('is read without an error thrown, and every error has a place in it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), pieces()), (text) => {
        for (const { from, to, message } of parseQuery(text).errors) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeGreaterThan(from);
          expect(to).toBeLessThanOrEqual(text.length);
          expect(message.length).toBeLessThan(250);
        }
      }),
      { numRuns: 20_000 },
    );
  });

  it('says the same when it is printed and read again', () => {
    const same = (node: Node | null) => {
      const printed = printQuery(node);
      expect({ printed, ...parseQuery(printed) }).toEqual({
        printed,
        node,
        errors: expect.anything(),
      });
      expect(
        parseQuery(printed).errors.filter((each) => !each.message.startsWith('Taken')),
      ).toEqual([]);
    };
    fc.assert(
      fc.property(fc.oneof(fc.string(), pieces()), (text) => same(parseQuery(text).node)),
      { numRuns: 20_000 },
    );
    fc.assert(
      fc.property(queries(), (node) => same(parseQuery(printQuery(node)).node)),
      { numRuns: 5_000 },
    );
  });
});
