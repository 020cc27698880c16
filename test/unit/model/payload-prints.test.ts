/** What tells payloads apart once their texts are not held any more. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Hasher } from '../../../src/model/payload-prints.js';

function hashes(text: string, from = 0, to = text.length): readonly [number, number] {
  const hasher = new Hasher();
  hasher.look(text, from, to);
  return [hasher.hash, hasher.hash2];
}

const texts = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.json(),
);

it('is the same wherever the text stands, whatever stands around it', () => {
  fc.assert(
    fc.property(texts, texts, texts, (before, text, after) => {
      const around = before + text + after;
      expect(hashes(around, before.length, before.length + text.length)).toEqual(hashes(text));
      expect(hashes(`\u{1f9ed}${text}\u00e4`, 2, 2 + text.length)).toEqual(hashes(text));
    }),
  );
});

it('is another for another text of the same length, in both hashes', () => {
  const seen = [new Map<number, string>(), new Map<number, string>()];
  for (const unit of ['0', 'a', '\u00e9', '\u4e00']) {
    for (let n = 0; n < 2_000; n += 1) {
      const text = `{"n":"${unit}${String(n).padStart(5, '0')}"}`;
      for (const [which, hash] of hashes(text).entries()) {
        expect(seen[which]?.get(hash)).toBe(undefined);
        seen[which]?.set(hash, text);
      }
    }
  }
});

it('goes on with the next text as if there had been none before', () => {
  const hasher = new Hasher();
  for (const text of ['{"a":1}', '{"\u00e4":2}', 'x'.repeat(1_000), '', '{"a":1}']) {
    hasher.look(text, 0, text.length);
    expect([hasher.hash, hasher.hash2]).toEqual(hashes(text));
  }
});
