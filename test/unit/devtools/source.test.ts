/** The way from a frame to its source: which files are asked for, and what is shown when there is less than hoped for. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileFrame, sourceName } from '../../../devtools/arithmetic/stack.js';
import { createFiles, type FileResult, type NoFile } from '../../../devtools/state/files.js';
import { loadSource, type LoadedSource } from '../../../devtools/state/source.js';
import type { MapLookup } from '../../../devtools/source-maps.js';
import { lookUp } from '../../../devtools/worker/source-map.js';
import type { FromPanel } from '../../../src/protocol/index.js';

const ROOT = 'moz-extension://1234-demo/';
const SCRIPT = `${ROOT}js/a.js`;
const FRAMES = [
  `post@${SCRIPT}:1:1`,
  `other@${ROOT}js/b.js:1:1`,
  `@${SCRIPT}:2:3`,
  'f@https://example.test/page.js:1:1',
];
const MAP = {
  version: 3,
  sources: ['../src/a.ts'],
  sourcesContent: ['let original;\n\n\n  four();'],
  names: [],
  mappings: 'AAAA;AAGE',
};

interface Loaded {
  readonly source: LoadedSource;
  readonly asked: readonly string[];
  readonly lookups: readonly MapLookup[];
}

/** @param files texts by URL, or why there is none */
async function load(
  files: Readonly<Record<string, string | { readonly fault: NoFile }>>,
  tooSlow = false,
): Promise<Loaded> {
  const asked: string[] = [];
  const lookups: MapLookup[] = [];
  const frame = fileFrame(FRAMES[0] ?? '');
  if (frame === null) throw new Error('no frame');
  const source = await loadSource(
    {
      readFile(extensionId, url) {
        expect(extensionId).toBe('demo@example');
        asked.push(url);
        const file = files[url] ?? { fault: 'not-found' as const };
        return Promise.resolve(
          typeof file === 'string' ? { text: file, fault: null } : { text: null, ...file },
        );
      },
      async lookUp(lookup) {
        lookups.push(lookup);
        if (tooSlow) return null;
        const text = lookup.map.startsWith('data:')
          ? await (await fetch(lookup.map)).text()
          : lookup.map;
        return lookUp(text, lookup.mapUrl, lookup.places);
      },
    },
    'demo@example',
    FRAMES,
    frame,
    () => undefined,
  );
  return { source, asked, lookups };
}

const naming = (url: string): string => `post();\n\n//# sourceMappingURL=${url}`;

describe('an original', () => {
  test('comes with the map that the script names, for all frames of the script', async () => {
    const { source, asked } = await load({
      [SCRIPT]: naming('maps/a.js.map?v=1'),
      [`${ROOT}js/maps/a.js.map?v=1`]: JSON.stringify({ ...MAP, sources: ['../../src/a.ts'] }),
    });
    expect(source).toMatchObject({
      generated: { source: SCRIPT, line: 1, column: 1 },
      original: { source: `${ROOT}src/a.ts`, line: 1, column: 1, text: MAP.sourcesContent[0] },
      noOriginal: null,
    });
    if (source.kind !== 'loaded') throw new Error(source.kind);
    expect([...source.places].map(([frame, { line, column }]) => [frame, line, column])).toEqual([
      [FRAMES[0], 1, 1],
      [FRAMES[2], 4, 3],
    ]);
    expect(asked).toEqual([SCRIPT, `${ROOT}js/maps/a.js.map?v=1`]);
  });

  test('comes with the map inside the script', async () => {
    const data = `data:application/json;base64,${btoa(JSON.stringify(MAP))}`;
    const { source, asked } = await load({ [SCRIPT]: naming(data) });
    expect(source).toMatchObject({ original: { source: `${ROOT}src/a.ts` } });
    expect(asked).toEqual([SCRIPT]);
  });

  test('comes with the map beside the script, when that names none', async () => {
    const { source } = await load({ [SCRIPT]: 'post();', [`${SCRIPT}.map`]: JSON.stringify(MAP) });
    expect(source).toMatchObject({ original: { text: MAP.sourcesContent[0] } });
  });

  test('is a file of the extension, when the map does not hold it', async () => {
    const { source, asked } = await load({
      [SCRIPT]: naming('a.js.map'),
      [`${ROOT}js/a.js.map`]: JSON.stringify({ ...MAP, sourcesContent: undefined }),
      [`${ROOT}src/a.ts`]: 'shipped',
    });
    expect(source).toMatchObject({ original: { text: 'shipped' } });
    expect(asked).toHaveLength(3);
  });
});

describe('what ran, and why there is no original', () => {
  const map = `${ROOT}js/a.js.map`;
  const script = { [SCRIPT]: naming('a.js.map') };
  test.each<[string, Parameters<typeof load>[0], object]>([
    ['no map at all', { [SCRIPT]: 'post();' }, { kind: 'no-map' }],
    ['a map that is not there', script, { kind: 'missing-map', map, fault: 'not-found' }],
    [
      'a map that cannot be read now',
      { ...script, [map]: { fault: 'asleep' } },
      { kind: 'missing-map', map, fault: 'asleep' },
    ],
    [
      'a map that is none',
      { ...script, [map]: '<html>' },
      { kind: 'bad-map', map, why: 'no-json' },
    ],
    [
      'a map inside the script that is none',
      { [SCRIPT]: naming('data:,nothing') },
      { kind: 'bad-map', map: '', why: 'no-json' },
    ],
    [
      'a script that is its own map',
      { [SCRIPT]: naming('a.js') },
      { kind: 'bad-map', map: SCRIPT, why: 'no-json' },
    ],
    [
      'a map that does not know the place',
      { ...script, [map]: JSON.stringify({ ...MAP, mappings: ';AAAA' }) },
      { kind: 'unmapped', map },
    ],
    [
      'an original that is nowhere',
      {
        ...script,
        [map]: JSON.stringify({ ...MAP, sourcesContent: [], sources: ['https://x.example/a.ts'] }),
      },
      { kind: 'no-text', place: { source: 'https://x.example/a.ts', line: 1, column: 1 } },
    ],
  ])('%s', async (_, files, noOriginal) => {
    const { source, asked } = await load(files);
    expect(source).toMatchObject({
      kind: 'loaded',
      generated: { source: SCRIPT, line: 1, column: 1 },
      original: null,
      noOriginal,
    });
    expect(asked.every((url) => url.startsWith(ROOT))).toBe(true);
  });

  test('a map that takes too long', async () => {
    const { source } = await load({ ...script, [map]: JSON.stringify(MAP) }, true);
    expect(source).toMatchObject({ noOriginal: { kind: 'bad-map', why: 'too-slow' } });
  });
});

test('a script that does not come is not searched for a map', async () => {
  const { source, asked } = await load({ [SCRIPT]: { fault: 'asleep' } });
  expect(source).toEqual({ kind: 'failed', fault: 'asleep' });
  expect(asked).toEqual([SCRIPT]);
});

test('whatever scripts and maps name, files of the extension alone are asked for', async () => {
  const reference = fc.oneof(
    fc.constantFrom(
      'https://x.example/a.map',
      '//x.example/a.map',
      'moz-extension://other/a.map',
      'moz-extension:a.map',
      'file:///etc/passwd',
      'blob:x',
      '../../../a.map',
      '/a.map',
      '\\\\x\\a',
      'http://[',
      'moz-extension://1234-demo@x.example/a.map',
      'moz-extension://1234-demo:80/a.map',
    ),
    fc.string({ minLength: 1 }).map((text) => text.replaceAll(/\s/g, '_') || '_'),
  );
  await fc.assert(
    fc.asyncProperty(reference, reference, async (mapUrl, original) => {
      const map = JSON.stringify({ ...MAP, sourcesContent: [], sources: [original] });
      const everywhere = new Proxy({ [SCRIPT]: naming(mapUrl) } as Record<string, string>, {
        get: (files, url: string) => files[url] ?? map,
      });
      const { asked } = await load(everywhere);
      for (const url of asked) expect(url.startsWith(ROOT), url).toBe(true);
    }),
  );
});

describe('frames that lead to a file', () => {
  test('name one of an extension', () => {
    expect(fileFrame(`f@${SCRIPT}:3:14`)).toMatchObject({ url: SCRIPT, line: '3', column: '14' });
  });
  test.each([
    'f@https://example.test/a.js:1:1',
    'f@user-script:x:1:1',
    `f@${SCRIPT} line 3 > eval:1:1`,
    `f@${ROOT}${'x'.repeat(5_000)}:1:1`,
    'native code',
    '',
  ])('%s does not', (frame) => {
    expect(fileFrame(frame)).toBeNull();
  });
  test('and are called without where that is', () => {
    expect(sourceName(SCRIPT)).toBe('js/a.js');
    expect(sourceName('webpack://app/./src/a.ts')).toBe('src/a.ts');
    expect(sourceName('webpack:///src/a.ts')).toBe('src/a.ts');
    expect(sourceName('https://x.example/a.ts')).toBe('https://x.example/a.ts');
    expect(sourceName(`${ROOT}\u202ea.js`)).toBe('\\u202ea.js');
  });
});

describe('files asked of the background', () => {
  function setUp() {
    const sent: FromPanel[] = [];
    const files = createFiles((command) => sent.push(command));
    const progress: number[] = [];
    const read = async (url: string): Promise<FileResult> =>
      await files.read('demo@example', url, (done) => progress.push(done));
    return { sent, files, progress, read };
  }

  test('come in pieces, several at once', async () => {
    const { sent, files, progress, read } = setUp();
    const both = Promise.all([read('a'), read('b')]);
    expect(sent).toEqual([
      { type: 'read-file', ask: 1, extensionId: 'demo@example', url: 'a' },
      { type: 'read-file', ask: 2, extensionId: 'demo@example', url: 'b' },
    ]);
    files.take({ type: 'file', ask: 1, text: 'one ', length: 8 });
    files.take({ type: 'file', ask: 2, text: '', length: 0 });
    files.take({ type: 'file', ask: 1, text: 'more', length: 8 });
    files.take({ type: 'file', ask: 1, text: 'late', length: 8 });
    files.take({ type: 'file', ask: 9, text: 'nobody’s', length: 8 });
    expect(await both).toEqual([
      { text: 'one more', fault: null },
      { text: '', fault: null },
    ]);
    expect(progress).toEqual([0.5]);
  });

  test('or do not come', async () => {
    const { files, read } = setUp();
    const first = read('a');
    files.take({ type: 'no-file', ask: 1, fault: 'foreign' });
    expect(await first).toEqual({ text: null, fault: 'foreign' });
    const second = read('b');
    files.take({ type: 'file', ask: 2, text: 'half', length: 8 });
    files.lost();
    expect(await second).toEqual({ text: null, fault: 'unreachable' });
  });
});
