/** Which accepted ports belong to which opened port. */

import { describe, expect, it } from 'vitest';
import { draw, fold, tell } from './fixture.js';

function told(text: string): string[] {
  return tell(fold(draw(text)));
}

const DOCUMENT = `
  context cs content-script tab=1 frame=0 contextId=7 url=https://a.example/
  context us user-script tab=1 frame=0 contextId=7 url=https://a.example/
  context usw user-script world=w tab=1 frame=0 contextId=7 url=https://a.example/
  context bg background
`;

describe('matching', () => {
  it('tells a document’s content script and user script worlds apart, which share a contextId', () => {
    expect(
      told(`${DOCUMENT}
        100 cs opens 1 "port"
        100 us opens 1 "port"
        100 usw opens 1 "port"
        101 bg accepts 1 "port" from usw
        101 bg accepts 2 "port" from cs
        101 bg accepts 3 "port" from us
      `),
    ).toEqual(['port: cs#1 → bg#2', 'port: us#1 → bg#3', 'port: usw#1 → bg#1']);
  });

  it('falls back to the document, then to tab, frame and URL', () => {
    expect(
      told(`
        context doc user-script tab=1 frame=0 contextId=none document=d1 url=https://a.example/
        context spot content-script tab=2 frame=3 contextId=none url=https://b.example/
        context bg background
        100 doc opens 1 "port"
        100 spot opens 1 "port"
        101 bg accepts 1 "port" from spot
        102 bg accepts 2 "port" from doc
      `),
    ).toEqual(['port: doc#1 → bg#2', 'port: spot#1 → bg#1']);
  });

  it('finds a relayed context without contextId by what else the browser said', () => {
    const drawn = draw(`
      context us user-script tab=1 frame=0 contextId=9 document=d1 url=https://a.example/
      context bg background
      100 us opens 1 "port"
      101 bg accepts 1 "port" from us
    `);
    const contexts = drawn.contexts.map((stored) =>
      stored.kind === 'user-script' ? { ...stored, contextId: null } : stored,
    );
    expect(tell(fold({ ...drawn, contexts }))).toEqual(['port: us#1 → bg#1']);
  });

  it('takes the page that was there at the time when one URL was loaded twice', () => {
    expect(
      told(`
        context first content-script tab=1 frame=0 contextId=none started=50 url=https://a.example/
        context second content-script tab=1 frame=0 contextId=none started=500 url=https://a.example/
        context bg background
        100 first opens 1 "port"
        101 bg accepts 1 "port" from first
        600 second opens 1 "port"
        601 bg accepts 2 "port" from second
      `),
    ).toEqual(['port: first#1 → bg#1', 'port: second#1 → bg#2']);
  });

  it('gives one connect() to every page that listens, and to each once', () => {
    expect(
      told(`${DOCUMENT}
        context popup page
        100 cs opens 1 "port"
        101 bg accepts 1 "port" from cs
        102 popup accepts 1 "port" from cs
        200 cs opens 2 "port"
        201 bg accepts 2 "port" from cs
        202 popup accepts 2 "port" from cs
      `),
    ).toEqual(['port: cs#1 → bg#1, popup#1', 'port: cs#2 → bg#2, popup#2']);
  });

  it('keeps the order when connects follow each other faster than they arrive', () => {
    expect(
      told(`${DOCUMENT}
        100 cs opens 1 "port"
        100 cs opens 2 "port"
        101 cs opens 3 "port"
        120 bg accepts 1 "port" from cs
        121 bg accepts 2 "port" from cs
        122 bg accepts 3 "port" from cs
      `),
    ).toEqual(['port: cs#1 → bg#1', 'port: cs#2 → bg#2', 'port: cs#3 → bg#3']);
  });

  it('does not give a page that opened late what others accepted before', () => {
    expect(
      told(`${DOCUMENT}
        context popup page started=4000
        100 cs opens 1 "port"
        101 bg accepts 1 "port" from cs
        5000 cs opens 2 "port"
        5001 bg accepts 2 "port" from cs
        5002 popup accepts 1 "port" from cs
      `),
    ).toEqual(['port: cs#1 → bg#1', 'port: cs#2 → bg#2, popup#1']);
    expect(
      told(`${DOCUMENT}
        context popup page started=4000
        100 cs opens 1 "port"
        101 bg accepts 1 "port" from cs
        5002 popup accepts 1 "port" from cs
      `),
    ).toEqual(['port: cs#1 → bg#1', 'port: ? → popup#1']);
  });

  it('does not give an accept to an open that failed', () => {
    const error = 'Could not establish connection. Receiving end does not exist.';
    expect(
      told(`${DOCUMENT}
        100 cs opens 1 "port"
        101 cs opens 2 "port"
        102 bg accepts 1 "port" from cs
        103 cs closed 2 "${error}"
      `),
    ).toEqual(['port: cs#1 → bg#1', `port: cs#2 → ? · failed (${error})`]);
  });

  it('lets the open be earlier than the start of the event page it woke', () => {
    expect(
      told(`
        context cs content-script tab=1 frame=0
        context bg background started=900
        100 cs opens 1 "port"
        950 bg accepts 1 "port" from cs
      `),
    ).toEqual(['port: cs#1 → bg#1']);
  });

  it('allows for clocks that differ by a few milliseconds, and for any where order alone decides', () => {
    const at = (accepted: number, number = 1) =>
      told(`${DOCUMENT}
        100 cs opens ${number} "port"
        ${accepted} bg accepts 1 "port" from cs
      `);
    expect(at(97, 2)).toEqual(['port: cs#2 → bg#1']);
    // What was accepted can be port 1, of which nothing is known.
    expect(at(80, 2)).toEqual(['port: ? → bg#1', 'port: cs#2 → ?']);
    expect(at(80)).toEqual(['port: cs#1 → bg#1']);
    expect(at(900_000)).toEqual(['port: cs#1 → bg#1']);
  });

  it('goes by the order of backgrounds that followed each other, where clocks were put back', () => {
    const lives = (orders: readonly number[]) =>
      told(`
        context cs content-script tab=1 frame=0
        context first background order=${orders[0]} started=7200000
        context second background order=${orders[1]} started=3600000
        context third background order=${orders[2]} started=50
        7200100 cs opens 1 "port"
        7200110 first accepts 1 "port" from cs
        7300100 cs opens 2 "port"
        7300200 cs opens 3 "port"
        3700110 second accepts 1 "port" from cs
        3700220 second accepts 2 "port" from cs
        7400100 cs opens 4 "port"
        200100 third accepts 1 "port" from cs
      `);
    expect(lives([1, 2, 3])).toEqual([
      'port: cs#1 → first#1',
      'port: cs#2 → second#1',
      'port: cs#3 → second#2',
      'port: cs#4 → third#1',
    ]);
    expect(lives([1, 3, 2])).toContain('port: cs#2 → third#1');
  });

  it('keeps acceptors together whose clocks differ, where order alone decides', () => {
    const together = (ahead: number) =>
      told(`
        context cs content-script tab=1 frame=0
        context bg background
        context popup page
        100 cs opens 1 "port"
        ${101 + ahead} bg accepts 1 "port" from cs
        102 popup accepts 1 "port" from cs
        200 cs opens 2 "port"
        ${201 + ahead} bg accepts 2 "port" from cs
        202 popup accepts 2 "port" from cs
      `);
    for (const ahead of [0, -50, 2_000, -2_000, 3_600_000]) {
      const pair = (n: number) => (ahead > 1 ? `popup#${n}, bg#${n}` : `bg#${n}, popup#${n}`);
      const lines = [`port: cs#1 → ${pair(1)}`, `port: cs#2 → ${pair(2)}`];
      expect(together(ahead).sort(), String(ahead)).toEqual(lines);
    }
  });

  it('delivers tabs.connect to the named tab and frame alone', () => {
    expect(
      told(`
        context bg background
        context top content-script tab=1 frame=0
        context inner content-script tab=1 frame=4
        context other content-script tab=2 frame=0
        100 bg opens 1 "port" via tabs.connect tab=1
        101 top accepts 1 "port" from bg
        101 inner accepts 1 "port" from bg
        200 bg opens 2 "port" via tabs.connect tab=1 frame=4
        200 bg opens 3 "port" via tabs.connect tab=2
        201 inner accepts 2 "port" from bg
        201 other accepts 1 "port" from bg
      `),
    ).toEqual(['port: bg#1 → inner#1, top#1', 'port: bg#2 → inner#2', 'port: bg#3 → other#1']);
  });

  it('delivers runtime.connect to the named extension alone', () => {
    expect(
      told(`
        context cs content-script tab=1 frame=0
        context bg background
        context far background extension=far@example
        100 cs opens 1 "port"
        100 cs opens 2 "port" extension=far@example
        101 bg accepts 1 "port" from cs
        101 far accepts 1 "port" from cs via onConnectExternal
      `),
    ).toEqual(['port: cs#1 → bg#1', 'port: cs#2 → far#1']);
  });

  it('does not match different names, nor a context with itself', () => {
    expect(
      told(`${DOCUMENT}
        100 cs opens 1 "one"
        101 bg accepts 1 "two" from cs
        102 bg opens 2 "three"
        103 bg accepts 3 "three" from bg
      `),
    ).toEqual(['one: cs#1 → ?', 'two: ? → bg#1', 'three: bg#2 → ?', 'three: ? → bg#3']);
  });

  it('skips an open whose acceptance was lost', () => {
    expect(
      told(`${DOCUMENT}
        100 cs opens 1 "port"
        300 cs opens 2 "port"
        301 bg accepts 2 "port" from cs
      `),
    ).toEqual(['port: cs#1 → ?', 'port: cs#2 → bg#2']);
  });

  it('keeps acceptors of an opener that is not instrumented together by time and place', () => {
    expect(
      told(`
        context bg background
        context popup page
        context one content-script tab=1 frame=0
        context two content-script tab=2 frame=0
        context cs content-script tab=3
        101 bg accepts 1 "port" from cs
        102 popup accepts 1 "port" from cs
        103 bg accepts 2 "port" from cs
        104 popup accepts 2 "port" from cs
        201 one accepts 1 "tabs" from bg
        202 two accepts 1 "tabs" from bg
      `),
    ).toEqual([
      'port: ? → bg#1, popup#1',
      'port: ? → bg#2, popup#2',
      'tabs: ? → one#1',
      'tabs: ? → two#1',
    ]);
  });

  it('matches when the contexts are learnt of last', () => {
    const drawn = draw(`${DOCUMENT}
      101 bg accepts 1 "port" from cs
      100 cs opens 1 "port"
      102 cs posts 1 "a"
      103 bg gets 1 "a"
    `);
    const model = fold({ contexts: [], facts: drawn.facts });
    expect(tell(model)).toContain('port: ? → bg#1');
    model.addContexts(drawn.contexts);
    expect(tell(model)).toEqual(['port: cs#1 → bg#1', '  > 1 cs "a" → bg']);
  });
});
