import { expect, test } from 'vitest';
import { SegmentTexts } from '../../../devtools/worker/segment-texts.js';
import type { StoredSegment } from '../../../src/protocol/index.js';

/** A store with these segments, of which each text is `size` characters long. */
function store(ids: readonly number[], size = 10) {
  const reads: string[] = [];
  const source = {
    readSegments: (from: number, limit: number) => {
      reads.push(`${from}+${limit}`);
      const found = ids.filter((id) => id >= from).slice(0, limit);
      return Promise.resolve(
        found.map((id) => ({ id, payload: String(id).padEnd(size, '.') }) as StoredSegment),
      );
    },
  };
  return { source, reads };
}

const span = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n);

test('a text that is not at hand is missing, once it is read it is there', async () => {
  const texts = new SegmentTexts(store([4]).source);
  expect(texts.get(4)).toBeUndefined();
  expect([texts.misses, texts.takeMissing(), texts.takeMissing()]).toEqual([1, [4], []]);
  await texts.read(4);
  expect(texts.get(4)?.startsWith('4')).toBe(true);
  expect(texts.takeMissing()).toEqual([]);
});

test('a segment that is not stored is not missed again', async () => {
  const texts = new SegmentTexts(store([5]).source);
  await texts.read(4);
  expect(texts.get(4)).toBeUndefined();
  expect(texts.takeMissing()).toEqual([]);
  await texts.readOn(3);
  expect(texts.get(3)).toBeUndefined();
  expect(texts.takeMissing()).toEqual([]);
});

test('only so many characters are held, those used last', () => {
  const texts = new SegmentTexts(store([]).source, 30);
  for (const id of [1, 2, 3]) texts.put(id, 'x'.repeat(10));
  texts.get(1);
  texts.put(4, 'x'.repeat(10));
  expect([1, 2, 3, 4].map((id) => texts.get(id) !== undefined)).toEqual([true, false, true, true]);
  texts.put(5, 'x'.repeat(99));
  expect([1, 3, 4, 5].map((id) => texts.get(id) !== undefined)).toEqual([
    false,
    false,
    false,
    true,
  ]);
});

test('what the store has dropped is held no longer, and makes room', () => {
  const texts = new SegmentTexts(store([]).source, 30);
  for (const id of [1, 2, 3]) texts.put(id, 'x'.repeat(10));
  // Of the first one its outline has stayed.
  texts.put(1, '');
  texts.keepOnly(new Set([1, 3]));
  texts.put(4, 'x'.repeat(20));
  expect([1, 2, 3, 4].map((id) => texts.get(id) !== undefined)).toEqual([true, false, true, true]);
});

test('whoever goes through all of them finds the next ones on their way', async () => {
  const { source, reads } = store(span(1, 40));
  const texts = new SegmentTexts(source);
  for (const id of span(1, 40)) if (texts.get(id) === undefined) await texts.readOn(id);
  texts.takeMissing();
  for (const id of span(1, 40)) texts.get(id);
  expect(texts.takeMissing()).toEqual([]);
  expect(reads).toEqual(['1+16', '17+16', '33+16']);
});

test('a jump elsewhere, and two who read at the same time', async () => {
  const { source, reads } = store(span(1, 100));
  const texts = new SegmentTexts(source);
  await Promise.all([texts.readOn(3), texts.readOn(5)]);
  expect(reads[0]).toBe('3+16');
  await texts.readOn(80);
  expect(texts.get(80)).toBeDefined();
  expect(texts.get(5)).toBeDefined();
  expect(reads).not.toContain('5+16');
});
