/** The texts: each one that is asked for is there and has its places filled, and each one there is asked for. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseSync } from 'vite';
import messages from '../../public/_locales/en/messages.json' with { type: 'json' };
import { counted, pieces, text, useTextFiles, type TextFile } from '../../src/texts/index.js';

const ENGLISH: TextFile = messages;
const KEYS = Object.keys(ENGLISH);
const PLURAL = /_(?:zero|one|two|few|many|other)$/;

describe('texts', () => {
  afterAll(() => useTextFiles([ENGLISH]));

  /** A language with more plurals than English has, and a file that lacks most texts. */
  const polish: TextFile = {
    language: { message: 'pl' },
    row_one: { message: '{count} wiersz' },
    row_few: { message: '{count} wiersze' },
    row_other: { message: '{count} wierszy' },
    toolbar_clear: { message: 'Wyczyść' },
  };

  it('come in the person’s language, and in English where nobody has translated them', () => {
    useTextFiles([polish, ENGLISH]);
    expect(text('toolbar_clear')).toBe('Wyczyść');
    expect(text('toolbar_record')).toBe('Record');
    expect([1, 2, 5, 22].map((n) => counted('row', n))).toEqual([
      '1 wiersz',
      '2 wiersze',
      '5 wierszy',
      '22 wiersze',
    ]);
    expect(counted('gap', 2)).toBe('2 gaps');
  });

  it('are filled with what is given as it is, braces and dollar signs included', () => {
    useTextFiles([ENGLISH]);
    expect(text('toolbar_shown', { shown: '{all} $&', all: 7 })).toBe('{all} $& of 7');
    expect(counted('row', 12_345)).toBe('12,345 rows');
    expect(pieces('toolbar_shown')).toEqual(['', 'shown', ' of ', 'all', '']);
  });
});

/** A text that the code asks for by name, and the names of what it fills in; null where that is no object literal. */
interface Use {
  readonly where: string;
  readonly key: string;
  readonly filled: readonly string[] | null;
  /** Names that are filled by what asks. */
  readonly itself: readonly string[];
}

/** As much of a syntax tree's node as is looked at. */
interface Node {
  readonly type: string;
  readonly [name: string]: unknown;
}

const sources = ['src', 'devtools'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name)),
);
const literals = new Set<string>();
const uses: Use[] = [];
for (const file of sources) {
  const code = readFileSync(file, 'utf8');
  const { program } = parseSync(file, code);
  const asking = askingNames(program.body as unknown as Node[]);
  visit(program as unknown as Node, (node) => {
    if (node.type === 'Literal' && typeof node['value'] === 'string') literals.add(node['value']);
    const use = useOf(node, asking);
    if (use === null) return;
    const where = `${file}:${code.slice(0, node['start'] as number).split('\n').length}`;
    const { itself } = use;
    for (const key of stringsIn(use.key)) {
      uses.push({ where, key, filled: namesIn(use.filled), itself });
    }
  });
}

describe('what the code asks for', () => {
  it('is looked at', () => expect(uses.length).toBeGreaterThan(50));

  it('has each name in braces filled, and fills nothing else', () => {
    const wrong = uses.flatMap(({ where, key, filled, itself }) => {
      if (filled === null) return [];
      const texts = [key, `${key}_one`, `${key}_other`].flatMap((name) => ENGLISH[name] ?? []);
      if (texts.length === 0) return [`${where}: there is no ${key}`];
      const names = new Set(texts.flatMap(({ message }) => namesOf(message)));
      const missing = [...names].filter((name) => !filled.includes(name) && !itself.includes(name));
      const unknown = filled.filter((name) => !names.has(name));
      return [
        ...missing.map((name) => `${where}: {${name}} of ${key} is not filled`),
        ...unknown.map((name) => `${where}: there is no {${name}} in ${key}`),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it('is all that there is', () => {
    const manifest = readFileSync('manifest.json', 'utf8');
    const unused = KEYS.filter(
      (key) =>
        key !== 'language' &&
        !literals.has(key) &&
        !literals.has(key.replace(PLURAL, '')) &&
        !manifest.includes(`__MSG_${key}__`),
    );
    expect(unused).toEqual([]);
  });
});

describe('the English file', () => {
  it('has keys that Firefox takes, and no dollar signs that it would fill', () => {
    expect(KEYS.filter((key) => !/^[a-z][a-z0-9_]*$/i.test(key))).toEqual([]);
    expect(KEYS.filter((key) => /\$(?:\w+\$|\d|\$)/.test(ENGLISH[key]?.message ?? ''))).toEqual([]);
  });

  it('has no empty text', () => {
    expect(KEYS.filter((key) => (ENGLISH[key]?.message ?? '').trim() === '')).toEqual([]);
  });

  it('has all plurals of what is counted', () => {
    const forms = new Intl.PluralRules('en').resolvedOptions().pluralCategories;
    const names = KEYS.filter((key) => key.endsWith('_one')).map((key) => key.slice(0, -4));
    const incomplete = names.filter((name) =>
      forms.some((form) => !(`${name}_${form}` in ENGLISH)),
    );
    expect(incomplete).toEqual([]);
  });
});

function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const child of Object.values(node).flat()) {
    if (typeof child === 'object' && child !== null && 'type' in child) visit(child as Node, see);
  }
}

/** @returns what `text` and `counted` are called in a module */
function askingNames(statements: readonly Node[]): ReadonlyMap<unknown, unknown> {
  const specifiers = statements
    .filter(({ type }) => type === 'ImportDeclaration')
    .filter(({ source }) => String((source as Node)['value']).endsWith('/texts/index.js'))
    .flatMap(({ specifiers: named }) => named as Node[]);
  return new Map(
    specifiers
      .map(
        ({ local, imported }) =>
          [(local as Node)['name'], (imported as Node | undefined)?.['name']] as const,
      )
      .filter(([, name]) => name === 'text' || name === 'counted'),
  );
}

/** How a node asks for a text. */
interface Asking {
  readonly key: Node;
  readonly filled: Node | undefined;
  readonly itself: readonly string[];
}

/** @returns null when the node asks for no text */
function useOf(node: Node, asking: ReadonlyMap<unknown, unknown>): Asking | null {
  if (node.type === 'CallExpression') {
    const [key, second, third] = node['arguments'] as Node[];
    const name = asking.get((node['callee'] as Node)['name']);
    if (key === undefined || name === undefined) return null;
    return name === 'text'
      ? { key, filled: second, itself: [] }
      : { key, filled: third, itself: ['count'] };
  }
  if (node.type !== 'JSXOpeningElement' || (node['name'] as Node)['name'] !== 'Sentence')
    return null;
  const values = (node['attributes'] as Node[]).map(
    (attribute) => [(attribute['name'] as Node)['name'], attribute['value'] as Node] as const,
  );
  const value = (wanted: string): Node | undefined => values.find(([name]) => name === wanted)?.[1];
  const key = value('id');
  if (key === undefined) return null;
  return { key, filled: value('parts')?.['expression'] as Node | undefined, itself: [] };
}

/** @returns the strings that an expression can be, by any of its branches */
function stringsIn(node: Node): string[] {
  if (node.type === 'Literal') return [String(node['value'])];
  if (node.type === 'JSXExpressionContainer') return stringsIn(node['expression'] as Node);
  if (node.type !== 'ConditionalExpression') return [];
  return [...stringsIn(node['consequent'] as Node), ...stringsIn(node['alternate'] as Node)];
}

/** @returns the names of an object literal; null where they cannot be told */
function namesIn(node: Node | undefined): string[] | null {
  if (node === undefined) return [];
  if (node.type !== 'ObjectExpression') return null;
  const properties = node['properties'] as Node[];
  if (properties.some(({ type }) => type !== 'Property')) return null;
  return properties.map((property) => String((property['key'] as Node)['name']));
}

function namesOf(message: string): string[] {
  return [...message.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? []);
}
