/** Places looked up in source maps: those of a real bundler, those of the format, and those of somebody who means no good. */

import fc from 'fast-check';
import { build } from 'vite';
import { beforeAll, describe, expect, test } from 'vitest';
import { lookUp, type Lookup, type Place } from '../../../devtools/worker/source-map.js';
import { fixturePath } from '../../e2e/support/session.js';

const URL = 'moz-extension://demo/js/a.js.map';
const FIRST: Place = { line: 1, column: 1 };

/** `a.ts`, its first character at the script's first, its fourth line at the script's second. */
const SIMPLE = {
  version: 3,
  sources: ['../src/a.ts'],
  sourcesContent: ['let a;\n'],
  names: [],
  mappings: 'AAAA;AAGE',
};

const find = (map: unknown, places: readonly Place[] = [FIRST]): Lookup =>
  lookUp(typeof map === 'string' ? map : JSON.stringify(map), URL, places);

const why = (map: unknown, places?: readonly Place[]): string => {
  const lookup = find(map, places);
  return lookup.kind === 'found' ? `found ${JSON.stringify(lookup.originals)}` : lookup.why;
};

describe('the map of a bundler', () => {
  let code = '';
  let map = '';

  beforeAll(async () => {
    const root = fixturePath('mapped');
    const bundle = await build({
      configFile: false,
      logLevel: 'warn',
      root,
      build: {
        write: false,
        minify: true,
        sourcemap: true,
        rolldownOptions: { input: `${root}/src/content.ts`, output: { format: 'iife' } },
      },
    });
    const { output } = bundle as {
      output: { code?: string; fileName: string; source?: unknown }[];
    };
    code = output.find((file) => file.code !== undefined)?.code ?? '';
    map = String(output.find((file) => file.fileName.endsWith('.map'))?.source);
  });

  test('leads from what ran to what was written', () => {
    const column = code.indexOf('postMessage') + 1;
    const lookup = find(map, [{ line: 1, column }, FIRST]);
    if (lookup.kind !== 'found') throw new Error(lookup.why);
    const [place] = lookup.originals;
    expect(place?.source).toMatch(/\/src\/greeting\.ts$/);
    const line = lookup.content?.split('\n')[(place?.line ?? 0) - 1];
    expect(line?.slice((place?.column ?? 0) - 1)).toMatch(/^postMessage\(\{ type/);
  });
});

describe('a map', () => {
  test('is asked for places from 1, and its sources are where they are to it', () => {
    expect(find(SIMPLE, [FIRST, { line: 2, column: 9 }])).toEqual({
      kind: 'found',
      originals: [
        { source: 'moz-extension://demo/src/a.ts', line: 1, column: 1 },
        { source: 'moz-extension://demo/src/a.ts', line: 4, column: 3 },
      ],
      content: 'let a;\n',
    });
  });

  test('may have a root for its sources, and a line before the JSON', () => {
    const rooted = { ...SIMPLE, sourceRoot: 'webpack://app/', sources: ['./src/a.ts', null] };
    expect(find(`)]}'\n${JSON.stringify(rooted)}`)).toMatchObject({
      originals: [{ source: 'webpack://app/src/a.ts' }],
      content: 'let a;\n',
    });
  });

  test('without the sources’ texts leads to the place alone', () => {
    for (const sourcesContent of [undefined, [], [null]]) {
      expect(find({ ...SIMPLE, sourcesContent })).toMatchObject({ kind: 'found', content: null });
    }
  });

  test('says nothing of places that it does not tell of', () => {
    expect(find({ ...SIMPLE, mappings: ';AAAA' })).toMatchObject({ originals: [null] });
    expect(find({ ...SIMPLE, mappings: 'A' })).toMatchObject({ originals: [null] });
    const nowhere = [0, -1, 1.5, Number.NaN, 1e21].map((n) => ({ line: n, column: n }));
    expect(find(SIMPLE, [FIRST, ...nowhere])).toMatchObject({
      originals: [{ line: 1 }, null, null, null, null, null],
    });
  });

  test('of sections: each place belongs to the last that does not begin after it', () => {
    const section = (line: number, column: number, source: string) => ({
      offset: { line, column },
      map: { ...SIMPLE, sources: [source], sourcesContent: [source] },
    });
    const map = {
      version: 3,
      sections: [section(0, 5, 'b'), section(0, 9, 'c'), section(3, 0, 'd')],
    };
    const places = [
      { line: 1, column: 5 },
      { line: 1, column: 6 },
      { line: 1, column: 10 },
      { line: 2, column: 1 },
      { line: 4, column: 2 },
    ];
    const lookup = find(map, [...places].reverse());
    if (lookup.kind !== 'found') throw new Error(lookup.why);
    const names = lookup.originals.map((place) => place && `${place.source.at(-1)}${place.line}`);
    expect(names.reverse()).toEqual([null, 'b1', 'c1', 'c4', 'd1']);
    expect(lookup.content).toBe('d');
  });
});

describe('what is no map', () => {
  test.each([
    ['a script', 'let a = 1;\n//# sourceMappingURL=itself.js', 'no-json'],
    ['nothing', '', 'no-json'],
    ['half a map', JSON.stringify(SIMPLE).slice(0, 40), 'no-json'],
    ['a list', [SIMPLE], 'no-map'],
    ['null', 'null', 'no-map'],
    ['of another version', { ...SIMPLE, version: 2 }, 'no-map'],
    ['without mappings', { ...SIMPLE, mappings: undefined }, 'no-map'],
    ['with mappings already decoded', { ...SIMPLE, mappings: [[[0, 0, 0, 0]]] }, 'no-map'],
    ['with sources of the wrong kind', { ...SIMPLE, sources: [{ toString: 1 }] }, 'no-map'],
    ['with sections that are none', { version: 3, sections: {} }, 'no-map'],
    ['with sections of the wrong kind', { version: 3, sections: [null, 1, 'x', []] }, 'no-map'],
    [
      'with sections that begin nowhere',
      { version: 3, sections: [{ offset: { line: -1, column: 0 }, map: SIMPLE }] },
      'no-map',
    ],
  ])('%s', (_, map, fault) => {
    expect(why(map)).toBe(fault);
  });

  test('sections in sections, a thousand deep', () => {
    let map: unknown = SIMPLE;
    for (let depth = 0; depth < 1_000; depth += 1) {
      map = { version: 3, sections: [{ offset: { line: 0, column: 0 }, map }] };
    }
    expect(why(map)).toBe('no-map');
  });

  test('what the library would take for its own', () => {
    const forged = { ...SIMPLE, _decodedMemo: { lastKey: 1 }, _decoded: [[[0, 0, 66, 6]]] };
    expect(find(forged)).toMatchObject({ originals: [{ line: 1, column: 1 }] });
  });
});

describe('what is too much', () => {
  const began = (): (() => number) => {
    const start = process.cpuUsage();
    return () => {
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1_000;
    };
  };

  test('lines without end, mappings without end, sections without end', () => {
    const spent = began();
    expect(why({ ...SIMPLE, mappings: ';'.repeat(3_000_000) })).toBe('too-long');
    expect(why({ ...SIMPLE, mappings: 'A,'.repeat(7_000_000) })).toBe('too-long');
    expect(why(`{"version":3,"sections":[${'0,'.repeat(200_000)}0]}`)).toBe('too-long');
    expect(spent()).toBeLessThan(8_000);
  });

  test('sections that begin a billion lines on cost nothing', () => {
    const far = { offset: { line: 1e9, column: 1e9 }, map: SIMPLE };
    const map = { version: 3, sections: [{ ...far, offset: { line: 0, column: 0 } }, far] };
    const spent = began();
    expect(find(map, [FIRST, { line: 1e9 + 1, column: 1e9 + 1 }])).toMatchObject({
      originals: [{ line: 1 }, { line: 1 }],
    });
    expect(spent()).toBeLessThan(1_000);
  });

  test('thousands of sections are looked through, and only those asked for are decoded', () => {
    const sections = Array.from({ length: 20_000 }, (_, line) => ({
      offset: { line: line * 2, column: 0 },
      map: { ...SIMPLE, mappings: line === 7_000 ? 'AAAA' : 'A'.repeat(200) },
    }));
    const spent = began();
    expect(find({ version: 3, sections }, [{ line: 14_001, column: 1 }])).toMatchObject({
      originals: [{ line: 1 }],
    });
    expect(spent()).toBeLessThan(5_000);
  });
});

test('a mapping that leads before the first line of its original says nothing', () => {
  const map = JSON.stringify({ ...SIMPLE, mappings: 'AADA' });
  expect(lookUp(map, URL, [{ line: 1, column: 1 }])).toMatchObject({ originals: [null] });
});

test('whatever a map holds, there is an answer, of the right kinds', () => {
  const odd = fc.oneof(
    fc.constantFrom<unknown>(null, 3, -1, 1e308, '', '../../..', 'AAAA', [], {}, [null], ['a', 1]),
    fc.jsonValue({ maxDepth: 3 }),
    fc.string({ unit: fc.constantFrom('A', 'g', '/', ',', ';', 'D', '+', '\u00e9', 'z') }),
  );
  const keys = fc.constantFrom(
    'version',
    'sources',
    'sourcesContent',
    'names',
    'mappings',
    'sourceRoot',
    'sections',
    '__proto__',
  );
  const changed = fc
    .dictionary(keys, odd, { maxKeys: 3 })
    .map((change) => ({ ...SIMPLE, ...change }));
  const maps = fc.oneof(
    changed.map((map) => JSON.stringify(map)),
    fc
      .array(
        fc.record({ offset: fc.oneof(odd, fc.constant({ line: 0, column: 0 })), map: changed }),
      )
      .map((sections) => JSON.stringify({ version: 3, sections })),
    fc.json(),
    fc.string(),
  );
  const places = fc.array(fc.record({ line: fc.nat(20), column: fc.nat(20) }), { minLength: 1 });
  fc.assert(
    fc.property(maps, places, (map, asked) => {
      const lookup = lookUp(map, URL, asked);
      if (lookup.kind === 'unusable') {
        expect(['no-json', 'no-map', 'too-long']).toContain(lookup.why);
        return;
      }
      expect(lookup.originals).toHaveLength(asked.length);
      expect(lookup.content === null || typeof lookup.content === 'string').toBe(true);
      for (const place of lookup.originals) {
        if (place === null) continue;
        expect(typeof place.source).toBe('string');
        expect(Number.isSafeInteger(place.line) && place.line > 0).toBe(true);
        expect(Number.isSafeInteger(place.column) && place.column > 0).toBe(true);
      }
    }),
    { numRuns: 1_000 },
  );
});
