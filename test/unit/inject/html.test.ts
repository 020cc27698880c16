import fc from 'fast-check';
import {
  parse,
  serialize,
  defaultTreeAdapter as tree,
  type DefaultTreeAdapterTypes as Tree,
} from 'parse5';
import { describe, expect, it } from 'vitest';
import { insertScript } from '../../../src/inject/html.js';

const SRC = '/porthole-instrumentation/extension-page.js';
const TAG = `<script src="${SRC}"></script>`;

function insert(html: string, syntax: 'html' | 'xhtml' = 'html'): string {
  const result = insertScript(Buffer.from(html, 'utf8'), SRC, syntax);
  if (result.kind !== 'inserted') throw new Error(JSON.stringify(result));
  return Buffer.from(result.bytes).toString('utf8');
}

function scripts(node: Tree.ParentNode): Tree.Element[] {
  return node.childNodes.flatMap((child) => {
    if (!tree.isElementNode(child)) return [];
    return child.tagName === 'script' ? [child] : scripts(child);
  });
}

describe('where the script goes', () => {
  it.each([
    ['<!doctype html><html><head><title>a</title>', '<!doctype html><html><head>|<title>a</title>'],
    [
      '<!DOCTYPE html>\n<HTML>\n<HEAD lang=en>\n<SCRIPT src=a.js>',
      '<!DOCTYPE html>\n<HTML>\n<HEAD lang=en>|\n<SCRIPT src=a.js>',
    ],
    [
      '<!doctype html>\n<!-- c -->\n<script src=a.js></script>',
      '<!doctype html>\n<!-- c -->\n|<script src=a.js></script>',
    ],
    [
      '<html><!-- <head> --><body><script>1</script>',
      '<html><!-- <head> -->|<body><script>1</script>',
    ],
    ['<html></html>', '<html>|</html>'],
    ['<!doctype html>', '<!doctype html>|'],
    ['<script>"<head>"</script>', '|<script>"<head>"</script>'],
    [
      '<html><frameset><frame src=a.html></frameset>',
      '<html>|<frameset><frame src=a.html></frameset>',
    ],
    [
      '<head><base href="https://x.example/"><script src=a.js>',
      '<head>|<base href="https://x.example/"><script src=a.js>',
    ],
    ['</body><script>1</script>', '|</body><script>1</script>'],
    ['<p>text<script>1</script><head>', '|<p>text<script>1</script><head>'],
  ])('%s', (page, expected) => {
    expect(insert(page)).toBe(expected.replace('|', TAG));
  });

  it('keeps a byte order mark first', () => {
    expect(insert('\u{feff}<!doctype html><head>')).toBe(`\u{feff}<!doctype html><head>${TAG}`);
  });

  it('keeps bytes that are no UTF-8', () => {
    const page = Buffer.from('<head><title>\xe9\x80\xff</title>', 'latin1');
    const result = insertScript(page, SRC, 'html');
    if (result.kind !== 'inserted') throw new Error(result.kind);
    expect(Buffer.from(result.bytes).toString('latin1')).toBe(
      `<head>${TAG}<title>\xe9\x80\xff</title>`,
    );
  });

  it('reads only its own part of a shared buffer', () => {
    const shared = Buffer.from('<p><head><title>t</title><p>');
    const result = insertScript(shared.subarray(3, 25), SRC, 'html');
    if (result.kind !== 'inserted') throw new Error(result.kind);
    expect(Buffer.from(result.bytes).toString()).toBe(`<head>${TAG}<title>t</title>`);
  });
});

describe('pages that are left alone', () => {
  it.each([[Buffer.of(0xff, 0xfe, 0x3c, 0)], [Buffer.of(0xfe, 0xff, 0, 0x3c)]])(
    'UTF-16',
    (page) => {
      expect(insertScript(page, SRC, 'html')).toMatchObject({
        kind: 'skipped',
        reason: expect.stringContaining('UTF-16') as string,
      });
    },
  );

  it.each([
    '',
    '<div>template</div>',
    '<li>{{item}}</li>',
    '<template><script></script></template>',
  ])('a fragment without scripts: %s', (page) => {
    expect(insertScript(Buffer.from(page), SRC, 'html')).toEqual({ kind: 'fragment' });
  });
});

describe('the encoding declaration', () => {
  const early = (padding: number, between = ''): string =>
    `<!doctype html><head><!--${'x'.repeat(padding)}-->${between}<meta charset="utf-8"><script>1</script>`;

  it('stays among the bytes that browsers search', () => {
    const page = early(950);
    expect(page.indexOf('<script>')).toBeLessThan(1024);
    const result = insertScript(Buffer.from(page), SRC, 'html');
    expect(result).toEqual({
      kind: 'inserted',
      bytes: Buffer.from(page.replace('<script>', `${TAG}<script>`)),
    });
  });

  it('is left behind the script when it was too late before', () => {
    expect(insert(early(1024))).toMatch(`<head>${TAG}<!--`);
  });

  it.each([
    ['a base', '<base href="https://x.example/">'],
    [
      'a policy that forbids the script',
      '<meta http-equiv=content-security-policy content="script-src \'none\'">',
    ],
    ['another script', '<script>0</script>'],
  ])('is warned about when the script cannot go behind it because of %s', (_, between) => {
    const result = insertScript(Buffer.from(early(930 - between.length, between)), SRC, 'html');
    expect(result).toMatchObject({
      kind: 'inserted',
      warning: expect.stringContaining('<meta charset>') as string,
    });
    if (result.kind !== 'inserted') throw new Error(result.kind);
    expect(Buffer.from(result.bytes).toString()).toContain(`<head>${TAG}`);
  });
});

describe('XHTML', () => {
  const xhtml = 'xmlns="http://www.w3.org/1999/xhtml"';

  it('gets the script into its head', () => {
    expect(
      insert(`<?xml version="1.0"?>\n<html ${xhtml}><head><title/></head></html>`, 'xhtml'),
    ).toBe(`<?xml version="1.0"?>\n<html ${xhtml}><head>${TAG}<title/></head></html>`);
  });

  it.each([
    ['no head', `<html ${xhtml}><body/></html>`],
    ['an empty-element head', `<html ${xhtml}><head/></html>`],
    ['a prefix', `<h:html xmlns:h="http://www.w3.org/1999/xhtml"><h:head></h:head></h:html>`],
    ['no namespace', `<html><head></head></html>`],
  ])('is left alone with %s', (_, page) => {
    expect(insertScript(Buffer.from(page), SRC, 'xhtml').kind).toBe('skipped');
  });
});

const pieces = fc.constantFrom(
  '<!doctype html>',
  '<html>',
  '<head>',
  '</head>',
  '<body class="a">',
  '</body>',
  '</html>',
  '<!-- <head> -->',
  '<!--',
  '-->',
  '<title>t</title>',
  '<title>',
  '<style>',
  '</style>',
  '<script>"<head>"</script>',
  '<script src="a.js">',
  '</script>',
  '<template>',
  '</template>',
  '<table>',
  '<tr>',
  '<p>',
  '</p>',
  '</br>',
  '<br>',
  '<b>',
  '<i>',
  '</b>',
  '<svg>',
  '</svg>',
  '<![CDATA[',
  ']]>',
  '<frameset>',
  '<noscript>',
  '</noscript>',
  '<base href="//x">',
  '<meta charset=utf-8>',
  '<select>',
  '<math>',
  'text',
  ' ',
  '\n',
  '\r\n',
  '\r',
  '\0',
  '"',
  '<',
  '>',
  '\u{e9}',
  '<?pi x="y>z"?>',
  '<plaintext>',
  '<textarea>',
);
const page = fc.oneof(
  fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
  fc
    .tuple(fc.array(pieces, { maxLength: 6 }), fc.string())
    .map(([parts, end]) => parts.join('') + end),
);

describe('any page at all', () => {
  it('differs by the tag alone, and runs it before every other script', () => {
    fc.assert(
      fc.property(page, fc.boolean(), (html, bom) => {
        const before = Buffer.from((bom ? '\u{feff}' : '') + html, 'utf8');
        const copy = Buffer.from(before);
        const result = insertScript(before, SRC, 'html');
        expect(before).toEqual(copy);
        if (result.kind !== 'inserted') return;
        const after = Buffer.from(result.bytes).toString('latin1');
        const found = [...after.matchAll(new RegExp(TAG, 'g'))];
        expect(found).toHaveLength(1);
        expect(after.replace(TAG, '')).toBe(before.toString('latin1'));
        const text = Buffer.from(result.bytes)
          .toString('utf8')
          .replace(/^\u{feff}/u, '');
        const first = scripts(parse(text))[0]!;
        expect(tree.getDocumentMode(parse(text))).toBe(
          tree.getDocumentMode(parse(html.replace(/^\u{feff}/u, ''))),
        );
        expect(first.attrs).toEqual([{ name: 'src', value: SRC }]);
        expect(first.childNodes).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('is instrumented whenever it is a document with a doctype', () => {
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const result = insertScript(Buffer.from(`<!doctype html>${parts.join('')}`), SRC, 'html');
        expect(result.kind).toBe('inserted');
      }),
      { numRuns: 500 },
    );
  });

  it('keeps its tree when it has a head', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 15 }), (parts) => {
        const html = `<!doctype html><html><head>${parts.join('')}`;
        const after = parse(insert(html));
        tree.detachNode(scripts(after)[0]!);
        expect(serialize(after)).toBe(serialize(parse(html)));
      }),
      { numRuns: 500 },
    );
  });
});
