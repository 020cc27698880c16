/** Messages that a page in the back/forward cache was not told of. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draw, fold, tell, type Drawn } from './fixture.js';
import { everything, foldMixed, mixes } from './mixing.js';

const OPEN = `
  context cs content-script tab=1 frame=0
  context bg background
  100 cs opens 1 "port"
  101 bg accepts 1 "port" from cs
  110 bg posts 1 "a"
  111 cs gets 1 "a"
`;

/** @returns the same whichever end reports first */
function told(text: string): string[] {
  const drawn = draw(OPEN + text);
  const [cs, bg] = drawn.contexts.map(({ key }) => key);
  const first = tell(fold(drawn));
  for (const order of [
    [cs, bg],
    [bg, cs],
  ]) {
    const facts = [...drawn.facts].sort(
      (x, y) => order.indexOf(x.context) - order.indexOf(y.context),
    );
    expect(tell(fold({ ...drawn, facts }))).toEqual(first);
  }
  return first;
}

describe('after a visit to the back/forward cache', () => {
  it('joins with the post that says the same, past those nobody was told of', () => {
    expect(
      told(`
        120 cs frozen
        130 bg posts 1 "b"
        140 bg posts 1 "c"
        150 cs thawed
        160 bg posts 1 "d"
        161 cs gets 1 "d"
        162 cs posts 1 "x"
        163 bg gets 1 "x"
      `),
    ).toEqual([
      'port: cs#1 → bg#1',
      '  < 1 bg "a" → cs',
      '  < 2 bg "b" → nobody',
      '  < 3 bg "c" → nobody',
      '  < 4 bg "d" → cs',
      '  > 1 cs "x" → bg',
    ]);
  });

  it('joins messages that all say the same by their time', () => {
    expect(
      told(`
        120 cs frozen
        130 bg posts 1 "a"
        140 bg posts 1 "a"
        150 cs thawed
        160 bg posts 1 "a"
        161 cs gets 1 "a"
        170 bg posts 1 "a"
        171 cs gets 1 "a"
      `),
    ).toEqual([
      'port: cs#1 → bg#1',
      '  < 1 bg "a" → cs',
      '  < 2 bg "a" → nobody',
      '  < 3 bg "a" → nobody',
      '  < 4 bg "a" → cs',
      '  < 5 bg "a" → cs',
    ]);
  });

  it('takes what was posted just before the thaw and delivered after it', () => {
    expect(
      told(`
        120 cs frozen
        130 bg posts 1 "b"
        148 bg posts 1 "c"
        149 bg posts 1 "d"
        150 cs thawed
        151 cs gets 1 "c"
        152 cs gets 1 "d"
      `),
    ).toEqual([
      'port: cs#1 → bg#1',
      '  < 1 bg "a" → cs',
      '  < 2 bg "b" → nobody',
      '  < 3 bg "c" → cs',
      '  < 4 bg "d" → cs',
    ]);
  });

  it('counts on when nothing was dropped, and from each thaw anew', () => {
    expect(
      told(`
        120 cs frozen
        130 cs thawed
        140 bg posts 1 "b"
        141 cs gets 1 "b"
        150 cs frozen
        155 bg posts 1 "c"
        160 cs thawed
        161 cs frozen
        165 bg posts 1 "d"
        170 cs thawed
        180 bg posts 1 "e"
        181 cs gets 1 "e"
      `),
    ).toEqual([
      'port: cs#1 → bg#1',
      '  < 1 bg "a" → cs',
      '  < 2 bg "b" → cs',
      '  < 3 bg "c" → nobody',
      '  < 4 bg "d" → nobody',
      '  < 5 bg "e" → cs',
    ]);
  });

  it('does the same for a page that accepted the connection', () => {
    expect(
      tell(
        fold(
          draw(`
            context cs content-script tab=1 frame=0
            context bg background
            100 bg opens 1 "port" via tabs.connect to tab=1
            101 cs accepts 1 "port" from bg
            120 cs frozen
            130 bg posts 1 "a"
            140 cs thawed
            150 bg posts 1 "b"
            151 cs gets 1 "b"
          `),
        ),
      ),
    ).toEqual(['port: bg#1 → cs#1', '  > 1 bg "a" → nobody', '  > 2 bg "b" → cs']);
  });
});

interface Visits {
  readonly steps: readonly ('freeze' | 'thaw' | 'post' | 'lost')[];
  /** How many different things are said; 0: each post says something else. */
  readonly words: number;
}

const visits: fc.Arbitrary<Visits> = fc.record({
  steps: fc.array(fc.constantFrom('freeze', 'thaw', 'post', 'post', 'post', 'lost'), {
    maxLength: 40,
  }),
  words: fc.constantFrom(0, 1, 2, 3),
});

/** @returns what both ends report, and the key of each delivery with the number of its post */
function drawVisits({ steps, words }: Visits): { drawn: Drawn; posts: Map<number, number> } {
  const lines = [];
  const posts = new Map<number, number>();
  let isFrozen = false;
  let seq = 1;
  let delivered = 1;
  let at = 200;
  for (const step of steps) {
    at += 20;
    if (step === 'freeze' || step === 'thaw') {
      if (isFrozen === (step === 'freeze')) continue;
      isFrozen = step === 'freeze';
      lines.push(`${at} cs ${isFrozen ? 'frozen' : 'thawed'}`);
      continue;
    }
    seq += 1;
    const text = JSON.stringify(words === 0 ? seq : seq % words);
    // A post that was made and delivered, and whose report was lost.
    if (step === 'post') lines.push(`${at} bg posts 1 seq=${seq} ${text}`);
    if (isFrozen) continue;
    delivered += 1;
    posts.set(delivered, seq);
    lines.push(`${at + 1} cs gets 1 seq=${delivered} ${text}`);
  }
  return { drawn: draw(OPEN + lines.join('\n')), posts };
}

describe('after any visits to the back/forward cache', () => {
  const streamsOf = ({ contexts, facts }: Drawn) => ({
    contexts,
    streams: contexts.map(({ key }) => facts.filter(({ context }) => context === key)),
  });

  it('the order of reports says nothing', () => {
    fc.assert(
      fc.property(visits, mixes(), mixes(), (all, one, other) => {
        const streams = streamsOf(drawVisits(all).drawn);
        expect(everything(foldMixed(streams, one))).toEqual(everything(foldMixed(streams, other)));
      }),
      { numRuns: 300 },
    );
  });

  it('joins each delivery with its own post, where no two posts say the same', () => {
    fc.assert(
      fc.property(visits, mixes(), ({ steps }, mix) => {
        const { drawn, posts } = drawVisits({
          steps: steps.map((step) => (step === 'lost' ? 'post' : step)),
          words: 0,
        });
        const model = foldMixed(streamsOf(drawn), mix);
        const joined = new Map<number, number>();
        for (const row of model.rows) {
          if (row.kind !== 'message') continue;
          for (const { seq } of row.message.deliveries) joined.set(seq, row.message.seq);
        }
        for (const [delivery, post] of posts) expect(joined.get(delivery)).toBe(post);
      }),
      { numRuns: 300 },
    );
  });
});
