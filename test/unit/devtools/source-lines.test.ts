import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  searchSource,
  sourceRows,
  tokenAt,
  type SourceRows,
} from '../../../devtools/arithmetic/source-lines.js';
import { sourceMapUrl } from '../../../devtools/arithmetic/source-map-url.js';

/** Half a character. */
const LONELY = /\p{Surrogate}/u;

const all = (rows: SourceRows) => Array.from({ length: rows.count }, (_, index) => rows.at(index));

describe('a source as rows', () => {
  test('has its lines, however they end, also an empty last one', () => {
    expect(all(sourceRows('a\nbb\r\nc\rd\u2028e\u2029\n')).map(({ text }) => text)).toEqual([
      'a',
      'bb',
      'c',
      'd',
      'e',
      '',
      '',
    ]);
    expect(all(sourceRows(''))).toEqual([{ line: 1, column: 1, text: '' }]);
  });

  test('cuts the lines of a machine into pieces, and finds the one that holds a column', () => {
    const rows = sourceRows(`short\n${'x'.repeat(1000)}\nend`);
    expect(all(rows).map(({ line, text }) => [line, text.length])).toEqual([
      [1, 5],
      ...Array.from({ length: 8 }, () => [2, 120]),
      [2, 40],
      [3, 3],
    ]);
    expect(rows.lines).toBe(3);
    for (const column of [1, 120, 121, 959, 1000]) {
      const row = rows.at(rows.indexOf(2, column));
      expect(row.line).toBe(2);
      expect(column).toBeGreaterThanOrEqual(row.column);
      expect(column).toBeLessThan(row.column + row.text.length);
    }
    expect(rows.at(rows.indexOf(3, 1)).text).toBe('end');
  });

  test('answers for places that are not there with the nearest', () => {
    const rows = sourceRows('a\nb');
    expect(rows.indexOf(0, 0)).toBe(0);
    expect(rows.indexOf(1, 99)).toBe(0);
    expect(rows.indexOf(99, 1)).toBe(1);
    expect(rows.indexOf(1e21, 1)).toBe(1);
  });

  test('loses no character, and cuts through none', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '😀', '\ud800', 'x'.repeat(150)) });
    fc.assert(
      fc.property(text, (source) => {
        const rows = all(sourceRows(source));
        const lines = source.split('\n');
        expect(Math.max(...rows.map(({ line }) => line))).toBe(lines.length);
        for (const [index, line] of lines.entries()) {
          const pieces = rows.filter((row) => row.line === index + 1);
          expect(pieces.map((row) => row.text).join('')).toBe(line);
          let column = 1;
          for (const piece of pieces) {
            expect(piece.column).toBe(column);
            column += piece.text.length;
          }
          if (!LONELY.test(line)) {
            expect(pieces.some((piece) => LONELY.test(piece.text))).toBe(false);
          }
        }
      }),
    );
  });

  test('what stands at a column is a word or one character', () => {
    expect(tokenAt('port.postMessage(x)', 5)).toEqual([5, 16]);
    expect(tokenAt('a😀b', 1)).toEqual([1, 3]);
    expect(tokenAt('ab', 9)).toEqual([9, 9]);
  });
});

describe('where a script says that its source map is', () => {
  test.each([
    ['code();\n//# sourceMappingURL=a.js.map', 'a.js.map'],
    ['code();\n//@ sourceMappingURL=old.map\n\n', 'old.map'],
    ['code();\r\n//# sourceMappingURL=a.js.map\r\n// the end', 'a.js.map'],
    ['body {}\n/*# sourceMappingURL=a.css.map */', 'a.css.map'],
    ['//# sourceMappingURL=first.map\n//# sourceMappingURL=last.map', 'last.map'],
    ['//# sourceMappingURL=above.map\ncode();', null],
    ['const text = "//# sourceMappingURL=text.map";', null],
    ['code(); //# sourceMappingURL=beside.map', null],
    ['//# sourceMappingURL=', null],
    ['', null],
  ])('%j', (script, url) => {
    expect(sourceMapUrl(script)).toBe(url);
  });

  test('also of megabytes, at once', () => {
    const data = `data:application/json;base64,${'A'.repeat(5_000_000)}`;
    const script = `${'x'.repeat(5_000_000)}\n//# sourceMappingURL=${data}\n`;
    const began = performance.now();
    expect(sourceMapUrl(script)).toBe(data);
    expect(sourceMapUrl('//\n'.repeat(1_000_000))).toBeNull();
    expect(sourceMapUrl(' '.repeat(5_000_000))).toBeNull();
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('a search in a source', () => {
  const search = (source: string, wanted: string, most = 1_000): number[] => {
    const work = searchSource(source, sourceRows(source), wanted, most);
    for (;;) {
      const step = work.next();
      if (step.done === true) return step.value;
    }
  };

  test('finds the rows in which the text begins, whatever its capitals, each once', () => {
    expect(search('one\nTwo two\nthree', 'two')).toEqual([1]);
    expect(search('a.b\na+b\n(a.b)', 'A.B')).toEqual([0, 2]);
    expect(search('a\nb', '')).toEqual([]);
    expect(search('x\n'.repeat(9), 'x', 3)).toEqual([0, 1, 2]);
  });

  test('finds what stands across the pieces of a long line, and across pieces of work', () => {
    const line = `${'-'.repeat(118)}needle${'-'.repeat(10_000)}`;
    expect(search(line, 'needle')).toEqual([0]);
    for (const before of [4_090, 4_095, 4_096, 8_190]) {
      const source = `${'-'.repeat(before)}needle\n`;
      const rows = sourceRows(source);
      expect(search(source, 'Needle')).toEqual([rows.indexAt(before)]);
    }
  });

  test('finds in each line what is in it', () => {
    const lines = fc.array(fc.string({ unit: fc.constantFrom('a', 'B', '(', '*', ' ') }));
    const wanted = fc.string({ unit: fc.constantFrom('a', 'b', '(', '*'), minLength: 1 });
    fc.assert(
      fc.property(lines, wanted, (all, text) => {
        const expected = all.flatMap((line, index) =>
          line.toLowerCase().includes(text) ? [index] : [],
        );
        expect(search(all.join('\n'), text)).toEqual(expected);
      }),
    );
  });
});
