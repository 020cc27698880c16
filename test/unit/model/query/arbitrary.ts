/** Queries made up: as text full of what means something, and as what they say. */

import fc from 'fast-check';
import type { Node, Test } from '../../../../src/model/query/ast.js';
import { KEYS } from '../../../../src/model/query/keys.js';

/** Text that is nearly a query. */
export function pieces(): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.constantFrom(
      '(',
      ')',
      '-',
      ' ',
      ' ',
      ' ',
      '"',
      '\\',
      '/',
      ':',
      '=',
      '<',
      '>',
      '..',
      '*',
      '?',
    ),
    fc.constantFrom(
      'AND',
      'OR',
      'NOT',
      'a',
      'b',
      'ms',
      'k',
      '1',
      '2.5',
      '1e3',
      'payload.',
      'reply',
      '.a',
    ),
    fc.constantFrom(...Object.keys(KEYS).map((key) => `${key}:`)),
    fc.constantFrom('error', 'out', '/a+/i', '[', '{2,}', 'u', 'é'),
  );
  return fc.array(piece, { maxLength: 14 }).map((parts) => parts.join(''));
}

const WORDS = ['add', 'total', 'Größe', 'port', 'a', 'background', 'sh?p', 'AND', 'x y', '"', ''];

function textTests(): fc.Arbitrary<Test> {
  const text = fc.constantFrom(...WORDS);
  return fc.oneof(
    fc.record({ how: fc.constantFrom('contains' as const, 'equals' as const), text }),
    fc.record({
      how: fc.constant('glob' as const),
      text: fc.constantFrom('*', 'a*', '*a*l', '??d', '*g*'),
    }),
    fc.record({
      how: fc.constant('regex' as const),
      pattern: fc.constantFrom({ source: '^a', flags: '' }, { source: 'T.t', flags: 'i' }),
    }),
  );
}

/** @param most of the numbers */
function ranges(most: number): fc.Arbitrary<Test> {
  const number = fc.nat({ max: most });
  return fc.oneof(
    number.map((low) => ({ how: 'range' as const, low, high: null, exclusive: true })),
    number.map((high) => ({ how: 'range' as const, low: null, high, exclusive: false })),
    fc.tuple(number, number).map(([a, b]) => ({
      how: 'range' as const,
      low: Math.min(a, b),
      high: Math.max(a, b),
      exclusive: false,
    })),
  );
}

function words(key: 'is' | 'dir' | 'has'): fc.Arbitrary<Node> {
  return fc
    .constantFrom(...Object.keys(KEYS[key].words))
    .map((word) => ({ kind: 'field', key, test: { how: 'word', word } }));
}

function field(key: keyof typeof KEYS, tests: fc.Arbitrary<Test>): fc.Arbitrary<Node> {
  return tests.map((test) => ({ kind: 'field', key, test }));
}

/** What a query says that is answered by the table's cells alone. */
export function queries(): fc.Arbitrary<Node> {
  return combined(
    fc.oneof(
      fc
        .constantFrom('add', 'TOTAL', 'Größe', 'no such')
        .map((text): Node => ({ kind: 'text', text })),
      field('type', textTests()),
      field('name', textTests()),
      field('from', textTests()),
      field('to', textTests()),
      field('size', ranges(60)),
      field('latency', ranges(12)),
      field('age', ranges(500)),
      words('is'),
      words('dir'),
    ),
  );
}

/** What any query says. */
export function anyQueries(): fc.Arbitrary<Node> {
  const texts = (['type', 'name', 'port', 'from', 'to', 'ctx', 'ext', 'api', 'world'] as const).map(
    (key) => field(key, fc.oneof(textTests(), someTexts())),
  );
  const numbers = (['size', 'latency', 'age', 'time', 'tab', 'frame'] as const).map((key) =>
    field(key, ranges(key === 'tab' || key === 'frame' ? 5 : key === 'time' ? 600 : 60)),
  );
  const text = fc
    .constantFrom('add', 'TOTAL', 'Größe', 'message', 'refused', 'clone', '"', '1', 'page', '')
    .map((said): Node => ({ kind: 'text', text: said }));
  const regex = fc
    .constantFrom('^$', 'a.?d', '^\\{', '1$', 'message$')
    .map((source): Node => ({ kind: 'regex', pattern: { source, flags: 'i' } }));
  const path = fc
    .record({
      root: fc.constantFrom('payload' as const, 'reply' as const),
      path: fc.constantFrom([], ['type'], ['item', 'name'], ['sum'], ['n'], ['item', 'tags', '1']),
      test: fc.oneof(textTests(), ranges(20)),
    })
    .map((each): Node => ({ kind: 'path', ...each }));
  const named = (['is', 'dir', 'has'] as const).map(words);
  return combined(fc.oneof(...texts, ...numbers, ...named, text, regex, path));
}

/** Texts that ends have in the recordings that tests make up. */
function someTexts(): fc.Arbitrary<Test> {
  const text = fc.constantFrom(
    'back',
    'nobody',
    'not instr',
    'native',
    'page',
    'script',
    'connect',
  );
  return fc.record({ how: fc.constant('contains' as const), text });
}

function combined(leaf: fc.Arbitrary<Node>): fc.Arbitrary<Node> {
  const { query } = fc.letrec<{ query: Node }>((tie) => ({
    query: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      tie('query').map((part): Node => ({ kind: 'not', part })),
      fc
        .tuple(
          fc.constantFrom('and' as const, 'or' as const),
          fc.array(tie('query'), { minLength: 2, maxLength: 3 }),
        )
        .map(([kind, parts]): Node => ({ kind, parts })),
    ),
  }));
  return query;
}
