import fc from 'fast-check';
import { strToU8, zipSync, type Zippable } from 'fflate';
import { describe, expect, it } from 'vitest';
import { packArchive, readArchive } from '../../../src/inject/archive.js';
import { InjectError } from '../../../src/inject/error.js';

function failure(bytes: Uint8Array): InjectError {
  try {
    readArchive(bytes, 'x.xpi');
  } catch (error) {
    expect(error).toBeInstanceOf(InjectError);
    return error as InjectError;
  }
  throw new Error('did not throw');
}

/** A zip with one entry whose name is replaced in the bytes by another of the same length. */
function renamed(from: string, to: string): Uint8Array {
  expect(to).toHaveLength(from.length);
  const bytes = Buffer.from(zipSync({ [from]: strToU8('x') }));
  return Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');
}

describe('reading', () => {
  it.each([
    '../evil.js',
    'a/../../evil.js',
    '..',
    '/etc/evil.js',
    '//host/evil.js',
    'C:/evil.js',
    'c:evil.js',
    'a\\..\\evil.js',
    './evil.js',
    'a//evil.js',
    'evil.js\0.png',
    'evil\n.js',
    '../',
  ])('refuses the entry %j by name', (name) => {
    const bytes = renamed('n'.repeat(name.length), name);
    const error = failure(bytes);
    expect(error.message).toContain(JSON.stringify(name.replace(/\/$/, '')));
    expect(error.message).toContain('x.xpi');
  });

  it.each([
    ['text', strToU8('hello')],
    ['nothing', new Uint8Array()],
    ['half an archive', zipSync({ 'a.js': strToU8('x'.repeat(99)) }).subarray(0, 70)],
  ])('says that %s is not a zip archive', (_, bytes) => {
    expect(failure(bytes).message).toMatch(/x\.xpi is not a zip archive, or is damaged/);
  });

  it('refuses a zip bomb by its declared size, without unpacking it', () => {
    const bytes = zipSync({ 'a.js': new Uint8Array(2 ** 20), 'manifest.json': strToU8('{}') });
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const central = Buffer.from(bytes).indexOf('PK\x01\x02', 0, 'latin1');
    view.setUint32(central + 24, 2 ** 30 + 1, true);
    expect(failure(bytes).message).toContain('1 GiB');
  });

  it('refuses two entries of one name', () => {
    const bytes = Buffer.from(zipSync({ 'a.js': strToU8('1'), 'b.js': strToU8('2') }));
    const twice = Buffer.from(bytes.toString('latin1').replaceAll('b.js', 'a.js'), 'latin1');
    expect(failure(twice).message).toContain('two entries named a.js');
  });

  it('refuses what it would lose', () => {
    expect(failure(renamed('n'.repeat(9), '__proto__')).message).toContain('__proto__');
  });

  it('skips folders, and takes names as they are', () => {
    const content: Zippable = {
      'a/': new Uint8Array(),
      'a/\u{e9}..js': strToU8('x'),
      '...': strToU8('y'),
    };
    const files = readArchive(zipSync(content), 'x.xpi');
    expect([...files.keys()]).toEqual(['a/\u{e9}..js', '...']);
  });

  it('never throws anything but an InjectError, whatever the bytes', () => {
    const valid = zipSync({ 'manifest.json': strToU8('{}'), 'a/b.js': strToU8('x'.repeat(300)) });
    const damage = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.integer({ max: 255, min: 0 })));
    fc.assert(
      fc.property(damage, (changes) => {
        const bytes = valid.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          for (const path of readArchive(bytes, 'x').keys()) expect(path).not.toMatch(/^\/|\.\.\//);
        } catch (error) {
          expect(error).toBeInstanceOf(InjectError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('writing', () => {
  it('gives back what it got, and the same bytes each time', () => {
    const path = fc.stringMatching(/^[a-z]{1,4}(\/[a-z]{1,4}\.js)?$/);
    fc.assert(
      fc.property(fc.uniqueArray(path), fc.uint8Array(), (paths, bytes) => {
        const files = new Map(
          paths
            .filter((name) => !paths.some((other) => other.startsWith(`${name}/`)))
            .map((name) => [name, { read: () => bytes }]),
        );
        const packed = packArchive(files);
        expect(packArchive(files)).toEqual(packed);
        const unpacked = readArchive(packed, 'x');
        expect([...unpacked.keys()].sort()).toEqual([...files.keys()].sort());
        for (const file of unpacked.values()) expect([...file.read()]).toEqual([...bytes]);
      }),
    );
  });
});
