/** Extensions made to mislead or to break their reader: archives, folders, manifests. */
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readArchive } from '../../../src/inject/archive.js';
import { readDirectory, writeDirectory } from '../../../src/inject/directory.js';
import { InjectError } from '../../../src/inject/error.js';
import { parseManifest } from '../../../src/inject/manifest.js';
import { rewriteExtension } from '../../../src/inject/rewrite.js';
import { report } from '../../support/counts.js';

function failure(bytes: Uint8Array): string {
  try {
    readArchive(bytes, 'x.xpi');
  } catch (error) {
    expect(error).toBeInstanceOf(InjectError);
    return (error as InjectError).message;
  }
  throw new Error('was read');
}

/** A zip of `files`, with `size` written as the unpacked size of its first entry. */
function misstated(files: Record<string, Uint8Array>, size: number, flags = 0): Uint8Array {
  const bytes = zipSync(files);
  const central = Buffer.from(bytes).indexOf('PK\u0001\u0002', 0, 'latin1');
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(central + 24, size, true);
  view.setUint16(central + 8, flags, true);
  return bytes;
}

describe('archives', () => {
  const bomb = new Uint8Array(8 * 2 ** 20);

  it.each([0, 1, 1_000, 2 ** 20])(
    'a bomb that says it unpacks to %d bytes is refused, not cut off',
    (size) => {
      const message = failure(misstated({ 'bomb.js': bomb }, size));
      expect(message).toContain('bomb.js, which is not what the archive says it is');
    },
  );

  it('many entries that are small by themselves are counted together', () => {
    const part = new Uint8Array(2 ** 20);
    const files = Object.fromEntries(Array.from({ length: 4 }, (_, n) => [`${n}.js`, part]));
    const bytes = zipSync(files);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    let at = -1;
    for (let n = 0; n < 4; n += 1) {
      at = Buffer.from(bytes).indexOf('PK\u0001\u0002', at + 1, 'latin1');
      view.setUint32(at + 24, 300 * 2 ** 20, true);
    }
    expect(failure(bytes)).toContain('1 GiB');
  });

  it('what is damaged or encrypted is refused by name', () => {
    const text = strToU8('x'.repeat(100));
    const damaged = Buffer.from(zipSync({ 'a.js': text }, { level: 0 }));
    damaged[damaged.indexOf('xxx', 0, 'latin1')] = 0x79;
    expect(failure(damaged)).toContain('a.js');
  });

  it('names that differ by case, and names in odd encodings, stay apart', () => {
    const files = {
      'a.js': '1',
      'A.js': '2',
      '\u00e9.js': '3',
      'e\u0301.js': '4',
      '\u202e.js': '5',
    };
    const bytes = zipSync(
      Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])),
    );
    const read = readArchive(bytes, 'x.xpi');
    expect([...read.keys()].sort()).toEqual(Object.keys(files).sort());
  });

  it('a link in an archive comes out as the text it is stored as', () => {
    const bytes = zipSync({ link: [strToU8('/etc/passwd'), { os: 3, attrs: 0o120777 << 16 }] });
    const file = readArchive(bytes, 'x.xpi').get('link');
    expect(Buffer.from(file?.read() ?? []).toString()).toBe('/etc/passwd');
    expect(file?.diskPath).toBeUndefined();
  });

  it(
    '10,000 damaged archives: read whole, or refused by an InjectError',
    { timeout: 60_000 },
    () => {
      const valid = zipSync({
        'manifest.json': strToU8('{}'),
        'a/b.js': strToU8('x'.repeat(300)),
        'c.js': [strToU8('stored'), { level: 0 }],
      });
      const original = readArchive(valid, 'x');
      let refused = 0;
      const change = fc.tuple(fc.nat(valid.length - 1), fc.integer({ min: 0, max: 255 }));
      fc.assert(
        fc.property(fc.array(change, { maxLength: 4 }), fc.nat(valid.length), (changes, cut) => {
          const bytes = valid.slice(0, cut % 5 === 0 ? cut : valid.length);
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          try {
            for (const [path, file] of readArchive(bytes, 'x')) {
              expect(path).not.toMatch(/^\/|\.\.\/|\\|^[a-z]:/i);
              const same = [...original.values()].some(
                (each) => Buffer.compare(each.read(), file.read()) === 0,
              );
              // Content that is none of the three can only come with a checksum changed to fit it.
              expect(same || file.read().length === 0).toBe(true);
            }
          } catch (error) {
            if (!(error instanceof InjectError)) throw error;
            refused += 1;
          }
        }),
        { numRuns: 10_000 },
      );
      console.log(`archives: 10000 damaged, ${refused} refused, the others whole`);
      report('archives', { damaged: 10_000, refused });
    },
  );
});

describe('folders', () => {
  let root: string;
  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'porthole-hostile-')));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('links out, absolute and relative, to files and folders, are left out; loops end', async () => {
    const inside = join(root, 'extension');
    await mkdir(join(inside, 'deep/er'), { recursive: true });
    await mkdir(join(root, 'outside'));
    await writeFile(join(root, 'outside/secret.txt'), 'secret');
    await writeFile(join(inside, 'a.js'), 'a');
    const links = {
      'absolute.txt': join(root, 'outside/secret.txt'),
      'relative.txt': '../outside/secret.txt',
      folder: '../outside',
      'through.txt': 'folder/secret.txt',
      'deep/er/up': '../../..',
      'deep/loop': '.',
      'deep/er/loop': '../..',
      dangling: 'nowhere',
      self: 'self',
    };
    for (const [name, to] of Object.entries(links)) await symlink(to, join(inside, name));
    const { files, warnings } = await readDirectory(inside);
    expect([...files.keys()]).toEqual(['a.js']);
    expect(new Set(warnings.map(({ file }) => file))).toEqual(new Set(Object.keys(links)));
  });

  it('links that multiply folders end in an error, soon', { timeout: 30_000 }, async () => {
    for (let level = 0; level < 20; level += 1) {
      const folder = join(root, `level-${level}`);
      await mkdir(folder);
      for (const name of ['one', 'two', 'three']) {
        await symlink(`../level-${level + 1}`, join(folder, name));
      }
    }
    await mkdir(join(root, 'level-20'));
    await expect(readDirectory(root)).rejects.toThrow(/more than 10,000 folders/);
  });

  it('a file is never written over another', async () => {
    await writeFile(join(root, 'a.js'), 'first');
    const read = (): Uint8Array => strToU8('second');
    await expect(writeDirectory(root, new Map([['a.js', { read }]]))).rejects.toThrow(/EEXIST/);
    await expect(
      writeDirectory(root, new Map([['a.js', { read, diskPath: join(root, 'a.js') }]])),
    ).rejects.toThrow(/EEXIST/);
    expect(await readdir(root)).toEqual(['a.js']);
  });
});

describe('manifests', () => {
  const built = { 'content-script.js': '1', 'user-script.js': '2', 'extension-page.js': '3' };
  const valid: Record<string, unknown> = {
    manifest_version: 3,
    name: 'Demo',
    version: '1.0',
    default_locale: 'en',
    browser_specific_settings: { gecko: { id: 'a@b' } },
    permissions: ['userScripts'],
    optional_permissions: ['tabs'],
    host_permissions: ['<all_urls>'],
    content_scripts: [{ matches: ['<all_urls>'], js: ['a.js'] }],
    background: { scripts: ['b.js'] },
    action: { default_popup: 'p.html' },
    options_ui: { page: 'o.html' },
    sidebar_action: { default_panel: 's.html' },
    devtools_page: 'd.html',
    sandbox: { pages: ['p.html'] },
    content_security_policy: { extension_pages: "script-src 'self'" },
    web_accessible_resources: [{ resources: ['x'], matches: ['<all_urls>'] }],
    user_scripts: { api_script: 'u.js' },
  };
  const deep = JSON.parse(`${'['.repeat(300)}${']'.repeat(300)}`) as unknown;
  const odd = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      0,
      -1,
      '',
      [],
      {},
      [[]],
      [null],
      [{}],
      true,
      deep,
      '../x',
      '/x',
      'a\u0000b',
      '__proto__',
      { page: 1 },
      { scripts: 'b.js' },
      { js: [1] },
    ),
    fc.json().map((text) => JSON.parse(text) as unknown),
  );

  it(
    '5,000 with one field wrong: rewritten, or refused by an InjectError',
    { timeout: 60_000 },
    () => {
      let refused = 0;
      fc.assert(
        fc.property(
          fc.constantFrom(...Object.keys(valid), '__proto__', 'applications'),
          odd,
          fc.boolean(),
          (key, value, second) => {
            const text = JSON.stringify({ ...valid, ...(second ? { manifest_version: 2 } : {}) });
            const broken = text.replace(/^\{/, `{${JSON.stringify(key)}:${JSON.stringify(value)},`);
            // The last of two equal keys counts, so the valid one is taken out.
            const only =
              key in valid
                ? JSON.stringify({ ...(JSON.parse(text) as object), [key]: value })
                : broken;
            const page = { read: () => strToU8('<!doctype html><head>') };
            const files = new Map([
              ['manifest.json', { read: () => strToU8(only) }],
              ...['p.html', 'o.html', 'a.js', 'b.js'].map((name) => [name, page] as const),
            ]);
            try {
              for (const path of rewriteExtension(files, built).files.keys()) {
                expect(path).not.toMatch(/^\/|\.\.\//);
              }
            } catch (error) {
              if (!(error instanceof InjectError)) throw error;
              refused += 1;
            }
          },
        ),
        { numRuns: 5_000 },
      );
      console.log(`manifests: 5000 malformed, ${refused} refused, the others rewritten`);
      report('manifests', { malformed: 5_000, refused });
    },
  );

  it.each([
    ['UTF-16', Buffer.from('\ufeff{"a":1}', 'utf16le'), 'UTF-8'],
    ['Latin-1', Buffer.from('{"name":"\u00e9"}', 'latin1'), 'UTF-8'],
    ['no text', new Uint8Array([0xff, 0xfe, 0xfd]), 'UTF-8'],
    ['nothing', new Uint8Array(), 'is not JSON'],
    ['a hundred thousand brackets', strToU8('['.repeat(100_000)), 'is not JSON'],
    [
      'a list as deep as it likes',
      strToU8(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
      'JSON object',
    ],
    [
      'an object as deep',
      strToU8(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`),
      'nested deeper than 100 levels',
    ],
  ])('says what is wrong with %s', (_, bytes, expected) => {
    expect(() => parseManifest(bytes)).toThrow(InjectError);
    expect(() => parseManifest(bytes)).toThrow(expected);
  });
});
