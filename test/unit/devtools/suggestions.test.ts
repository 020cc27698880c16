/** What the filter field offers, keeps, and what cells stand for. */

import { expect, it, test } from 'vitest';
import { cellTerms, withTerm } from '../../../devtools/arithmetic/cell-terms.js';
import { forgetFilter, keepFilter, keptFilters } from '../../../devtools/state/kept-filters.js';
import { suggest } from '../../../devtools/state/suggestions.js';
import { viewRow } from '../../../devtools/worker/row-view.js';
import { placeAt, ValueCounter } from '../../../src/model/query/index.js';
import { text } from '../../../src/texts/index.js';
import { draw, fold, passing } from '../model/fixture.js';

const model = fold(
  draw(`
    context cs content-script tab=1 frame=0 contextId=7 url=https://shop.example/cart
    context bg background
    100 cs opens 1 ""
    101 bg accepts 1 "" from cs
    102 cs posts 1 {"type":"add more"}
    103 bg gets 1 {"type":"add more"}
    104 cs posts 1 {"type":"add"}
    105 cs posts 1 {"type":"add"}
    120 cs asks 1 {"type":"sum"}
    130 bg gap 3 buffer-full
  `),
);

function countsOf(key: 'type' | 'tab' | 'is' | 'from') {
  const counter = new ValueCounter(key, model);
  // No time at all: it comes to its end all the same.
  while (!counter.take(model.rows, -1));
  return counter.values();
}

/** `|` is the caret. */
function offered(drawn: string) {
  const caret = drawn.indexOf('|');
  const text = drawn.replace('|', '');
  const place = placeAt(text, caret);
  const known = place?.key === 'type' || place?.key === 'is' ? countsOf(place.key) : [];
  return suggest(text, place, known, []).map(
    ({ text: next, caret: at, rows }) =>
      `${next.slice(0, at)}|${next.slice(at)}${rows === null ? '' : ` ${rows}`}`,
  );
}

it.each([
  ['la|', ['latency:|']],
  ['a -t|', ['a -type:|', 'a -to:|', 'a -time:|', 'a -tab:|']],
  ['type:|', ['type:=add | 2', 'type:="add more" | 1', 'type:=sum | 1']],
  ['type:=mo| x', ['type:="add more"| x 1']],
  ['type:"add m|', ['type:="add more" | 1']],
  ['is:un|', ['is:undelivered | 2', 'is:unheard | 0', 'is:unanswered | 0']],
  ['size:|', ['size:>1k |', 'size:>100k |', 'size:<100 |']],
  ['time:|', ['time:14:03 |', 'time:14:03:10..14:03:12 |', 'time:>14:03 |']],
  ['size:>1|', []],
  ['payload.a:|', []],
  ['12|', []],
])('%s', (drawn, expected) => {
  expect(offered(drawn)).toEqual(expected);
});

it('counts rows, not ends', () => {
  expect(countsOf('tab')).toEqual([{ value: '1', rows: 6 }]);
  expect(countsOf('from')[0]).toEqual({ value: 'content-script shop.example/cart', rows: 6 });
});

test('every term of a cell finds its row', () => {
  for (const row of model.rows) {
    const view = viewRow(row, model, 0);
    for (const column of [null, 'ends', 'connection', 'type', 'size', 'latency', 'time']) {
      for (const term of cellTerms(view, column)) {
        expect([term, passing(term, model)(row)]).toEqual([term, true]);
      }
    }
  }
});

test('a port that is named as those without a name are shown is not taken for one of them', () => {
  const shown = text('end_no_name');
  const named = fold(
    draw(`
      context cs content-script tab=1
      context bg background
      100 cs opens 1 ""
      101 bg accepts 1 "" from cs
      102 cs opens 2 "${shown}"
      103 bg accepts 2 "${shown}" from cs
    `),
  );
  const views = [...named.rows]
    .filter(({ kind }) => kind === 'opened')
    .map((row) => viewRow(row, named, 0));
  expect(views.map(({ connection }) => connection)).toEqual([shown, shown]);
  expect(views.flatMap((view) => cellTerms(view, 'connection'))).toEqual([
    'name:=""',
    `name:="${shown}"`,
  ]);
});

test('a term is added to the whole query', () => {
  expect(withTerm(' ', 'b')).toBe('b');
  expect(withTerm('a ', '-b')).toBe('a -b');
  expect(withTerm('a OR c', 'b')).toBe('(a OR c) b');
});

test('filters are kept: the last used, and those with a name; rubbish is not', () => {
  const stored = new Map<string, string>();
  const shelf = {
    load: (key: string) => stored.get(key) ?? null,
    save: (key: string, value: string) => void stored.set(key, value),
  };
  for (let n = 0; n < 20; n += 1) keepFilter(shelf, null, `used ${n}`);
  keepFilter(shelf, null, 'used 15');
  keepFilter(shelf, null, '  ');
  keepFilter(shelf, 'Zed', 'z');
  keepFilter(shelf, 'Mine', 'a');
  keepFilter(shelf, 'Mine', 'b');
  const texts = keptFilters(shelf).map(({ text }) => text);
  expect(texts.slice(0, 4)).toEqual(['b', 'z', 'used 15', 'used 19']);
  expect(texts).toHaveLength(10);
  forgetFilter(shelf, { name: 'Mine', text: 'b' });
  expect(keptFilters(shelf)[0]).toEqual({ name: 'Zed', text: 'z' });
  stored.set('filters', '{"name"');
  expect(keptFilters(shelf)).toEqual([]);
  stored.set('filters', '[1,{"name":2,"text":""},{"name":null,"text":"ok"}]');
  expect(keptFilters(shelf)).toEqual([{ name: null, text: 'ok' }]);
});
