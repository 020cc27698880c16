/** Which deliveries belong to which post. */

import { describe, expect, it } from 'vitest';
import { draw, fold, tell } from './fixture.js';

const CONTEXTS = `
  context cs content-script tab=1 frame=0
  context bg background
  context popup page
`;

function told(text: string): string[] {
  return tell(fold(draw(CONTEXTS + text)));
}

describe('joining', () => {
  it('joins the n-th post with the n-th delivery, both ways', () => {
    expect(
      told(`
        100 cs opens 1 "port"
        101 bg accepts 1 "port" from cs
        102 cs posts 1 "a"
        103 cs posts 1 "b"
        104 bg gets 1 "a"
        105 bg posts 1 "c"
        106 bg gets 1 "b"
        107 cs gets 1 "c"
      `),
    ).toEqual(['port: cs#1 → bg#1', '  > 1 cs "a" → bg', '  > 2 cs "b" → bg', '  < 1 bg "c" → cs']);
  });

  it('joins by number across what was not captured', () => {
    expect(
      told(`
        100 cs opens 1 "port"
        101 bg accepts 1 "port" from cs
        102 cs posts 1 "a"
        103 cs posts 1 seq=4 "d"
        104 bg gets 1 seq=3 "c"
        105 bg gets 1 seq=4 "d"
      `),
    ).toEqual([
      'port: cs#1 → bg#1',
      '  > 1 cs "a" → nobody',
      '  > 4 cs "d" → bg',
      '  > 3 (cs) "c" → bg',
    ]);
  });

  it('makes one message of a post and its deliveries to several acceptors', () => {
    expect(
      told(`
        100 cs opens 1 "port"
        101 bg accepts 1 "port" from cs
        101 popup accepts 1 "port" from cs
        102 cs posts 1 "a"
        103 bg gets 1 "a"
        104 popup gets 1 "a"
      `),
    ).toEqual(['port: cs#1 → bg#1, popup#1', '  > 1 cs "a" → bg, popup']);
  });

  it('tells the posts of several acceptors apart by what they say', () => {
    expect(
      told(`
        100 cs opens 1 "port"
        101 bg accepts 1 "port" from cs
        101 popup accepts 1 "port" from cs
        102 bg posts 1 "b1"
        103 popup posts 1 "p1"
        103.5 bg posts 1 "b2"
        104 cs gets 1 "b1"
        105 cs gets 1 "p1"
        106 cs gets 1 "b2"
      `),
    ).toEqual([
      'port: cs#1 → bg#1, popup#1',
      '  < 1 bg "b1" → cs',
      '  < 1 popup "p1" → cs',
      '  < 2 bg "b2" → cs',
    ]);
  });

  it('gives equal posts of several acceptors out in order of time', () => {
    const model = fold(
      draw(`${CONTEXTS}
        100 cs opens 1 "port"
        101 bg accepts 1 "port" from cs
        101 popup accepts 1 "port" from cs
        102 popup posts 1 "same"
        110 bg posts 1 "same"
        112 cs gets 1 "same"
        113 cs gets 1 "same"
      `),
    );
    const pairs = [...model.rows].flatMap((row) =>
      row.kind === 'message'
        ? [[row.message.postedAt, row.message.deliveries.map(({ at }) => at)]]
        : [],
    );
    expect(pairs).toEqual([
      [102, [112]],
      [110, [113]],
    ]);
  });

  it('passes over an acceptor’s post only where the opener missed one', () => {
    const lines = (delivered: string) =>
      told(`
        100 cs opens 1 "port"
        101 bg accepts 1 "port" from cs
        101 popup accepts 1 "port" from cs
        102 bg posts 1 "x"
        103 bg posts 1 "y"
        ${delivered}
      `);
    expect(lines('104 cs gets 1 seq=2 "y"')).toContain('  < 2 bg "y" → cs');
    expect(lines('104 cs gets 1 seq=1 "y"')).toEqual([
      'port: cs#1 → bg#1, popup#1',
      '  < 1 bg "x" → nobody',
      '  < 2 bg "y" → nobody',
      '  < 1 ? "y" → cs',
    ]);
  });

  it('does not give a delivery to a post that was made after it, though it says the same', () => {
    expect(
      told(`
        100 cs opens 1 "port"
        101 bg accepts 1 "port" from cs
        101 popup accepts 1 "port" from cs
        900 bg posts 1 seq=2 "tick"
        104 cs gets 1 "tick"
        902 cs gets 1 "tick"
      `),
    ).toEqual(['port: cs#1 → bg#1, popup#1', '  < 1 ? "tick" → cs', '  < 2 bg "tick" → cs']);
  });

  it('keeps a delivery alone until its post is reported, then makes one message in one row', () => {
    const drawn = draw(`${CONTEXTS}
      101 bg accepts 1 "port" from cs
      103 bg gets 1 {"type":"hi"}
      100 cs opens 1 "port"
      102 cs posts 1 {"type":"hi"}
    `);
    const early = fold(drawn, drawn.facts.slice(0, 2));
    expect(tell(early)).toEqual(['port: ? → bg#1', '  > 1 ? {"type":"hi"} → bg']);
    const before = [...early.rows].find((row) => row.kind === 'message');
    expect(before).toMatchObject({ at: 103, message: { postedAt: null, messageType: 'hi' } });

    const late = fold(drawn);
    expect(tell(late)).toEqual(['port: cs#1 → bg#1', '  > 1 cs {"type":"hi"} → bg']);
    const rows = [...late.rows].filter((row) => row.kind === 'message');
    expect(rows).toHaveLength(1);
    expect(rows[0]?.at).toBe(102);
  });

  it('joins deliveries of several acceptors to one unknown post', () => {
    expect(
      told(`
        101 bg accepts 1 "port" from cs
        102 popup accepts 1 "port" from cs
        103 bg gets 1 "a"
        104 popup gets 1 "a"
      `),
    ).toEqual(['port: ? → bg#1, popup#1', '  > 1 ? "a" → bg, popup']);
  });

  it('shows a refused post as a message with its error and number 0', () => {
    expect(
      told(`
        100 cs opens 1 "port"
        101 bg accepts 1 "port" from cs
        102 cs refused 1 "DataCloneError" "f"
        103 cs posts 1 "a"
        104 bg gets 1 "a"
      `),
    ).toEqual(['port: cs#1 → bg#1', '  > 0 cs "f" → nobody ! DataCloneError', '  > 1 cs "a" → bg']);
  });

  it('finds a message by any key it has had', () => {
    const model = fold(
      draw(`${CONTEXTS}
        101 bg accepts 1 "port" from cs
        103 bg gets 1 "a"
        100 cs opens 1 "port"
        102 cs posts 1 "a"
        103 cs refused 1 "no" "b"
      `),
    );
    const message = model.message('demo@example\ncs#1>1');
    expect(message?.key).toBe('demo@example\ncs#1>1');
    expect(model.message('demo@example\nbg#1<1')).toEqual(message);
    expect(model.message('demo@example\ncs#1!1')?.error).toBe('no');
    expect(model.message('demo@example\ncs#1>2')).toBeUndefined();
    expect(model.message('nonsense')).toBeUndefined();
  });
});
