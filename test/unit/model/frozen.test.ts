/** Messages that a page in the back/forward cache was not told of. */

import { describe, expect, it } from 'vitest';
import { draw, fold, tell } from './fixture.js';

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
