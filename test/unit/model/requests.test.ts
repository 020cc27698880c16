/** Which arrivals belong to which `sendMessage()`, who won, and how it ended. */

import { describe, expect, it } from 'vitest';
import { Model } from '../../../src/model/index.js';
import { draw, fold, segmentOf, short } from './fixture.js';
import { tellRequests } from './request-fixture.js';

function told(text: string): string[] {
  return tellRequests(fold(draw(text)));
}

const STAGE = `
  context cs content-script tab=1 frame=0 contextId=7 url=https://a.example/
  context us user-script tab=1 frame=0 contextId=7 url=https://a.example/
  context cs2 content-script tab=2 frame=0 contextId=8 url=https://a.example/
  context bg background
  context popup page
  context other background extension=other@example
`;

const NOBODY = '"Could not establish connection. Receiving end does not exist."';

describe('a request', () => {
  it('is a call, its arrival, the listener’s answer and the reply', () => {
    const model = fold(
      draw(`${STAGE}
        100 cs asks 1 {"type":"hi"}
        102 bg hears 1 from cs {"type":"hi"}
        102 bg returns 1 1 true
        110 bg answers 1 1 sendResponse {"ok":1}
        112 cs replied 1 {"ok":1}
      `),
    );
    expect(tellRequests(model)).toEqual(['cs?1 {"type":"hi"} → bg@1 ⇒ replied {"ok":1} by bg@1/1']);
    expect(model.totals).toMatchObject({ requests: 1, messages: 0, connections: 0, bytes: 21 });
    const [request] = model.requests.values();
    expect(request).toMatchObject({
      api: 'runtime.sendMessage',
      messageType: 'hi',
      preview: '{"type":"hi"}',
      sentAt: 100,
      settledAt: 112,
      reply: { at: 112, preview: '{"ok":1}' },
      receipts: [
        {
          api: 'runtime.onMessage',
          at: 102,
          listeners: 1,
          accounts: [
            {
              listener: 1,
              returned: { at: 102, what: 'true', error: null },
              answers: [{ at: 110, how: 'sendResponse' }],
              rejected: null,
            },
          ],
        },
      ],
    });
    expect([...model.requestsOf('demo@example\nbg')]).toEqual([request]);
    expect([...model.requestsOf('demo@example\ncs')]).toEqual([request]);
    expect([...model.requestsOf('demo@example\npopup')]).toEqual([]);
    expect(model.contexts.get('demo@example\nbg')?.requests).toBe(1);
  });

  it('is won by whoever said what the sender got, however far clocks disagree', () => {
    const ahead = (by: number, outcome: string) =>
      told(`${STAGE}
        100 cs asks 1 {"type":"hi"}
        ${102 + by} bg hears 1 from cs listeners=2 {"type":"hi"}
        ${102 + by} bg returns 1 1 promise
        ${102 + by} bg returns 1 2 promise
        ${104 + by} bg answers 1 2 promise {"ok":1}
        ${108 + by} bg rejects 1 1 "no"
        105 cs ${outcome}
      `);
    for (const by of [0, 2_000, -2_000, 3_600_000]) {
      expect(ahead(by, 'replied 1 {"ok":1}')).toEqual([
        'cs?1 {"type":"hi"} → bg@1 ⇒ replied {"ok":1} by bg@1/2',
      ]);
      expect(ahead(by, 'failed 1 "no"')).toEqual([
        'cs?1 {"type":"hi"} → bg@1 ⇒ failed (no) by bg@1/1',
      ]);
    }
    // By less than the sender waited, too.
    expect(
      told(`${STAGE}
        100 cs asks 1 {"type":"hi"}
        122 bg hears 1 from cs {"type":"hi"}
        122 bg returns 1 1 true
        418 bg answers 1 1 sendResponse {"ok":1}
        400 cs replied 1 {"ok":1}
      `),
    ).toEqual(['cs?1 {"type":"hi"} → bg@1 ⇒ replied {"ok":1} by bg@1/1']);
    // Somebody else has said so: after the message arrived here it took longer than the sender waited.
    expect(
      told(`${STAGE}
        100 cs asks 1 {"type":"hi"}
        9000102 bg hears 1 from cs {"type":"hi"}
        9000102 bg returns 1 1 true
        9000202 bg answers 1 1 sendResponse {"ok":1}
        105 cs replied 1 {"ok":1}
      `),
    ).toEqual(['cs?1 {"type":"hi"} → bg@1 ⇒ replied {"ok":1}']);
  });

  it('is one for all who listened; the first answer wins, the others came late', () => {
    expect(
      told(`${STAGE}
        100 cs asks 1 {"n":1}
        101 bg hears 1 from cs listeners=2 {"n":1}
        101 bg returns 1 1 nothing
        101 bg returns 1 2 promise
        102 popup hears 1 from cs {"n":1}
        102 popup returns 1 1 true
        103 popup answers 1 1 sendResponse {"from":"popup"}
        104 cs replied 1 {"from":"popup"}
        108 bg answers 1 2 promise {"from":"bg"}
      `),
    ).toEqual(['cs?1 {"n":1} → bg@1, popup@1 ⇒ replied {"from":"popup"} by popup@1/1']);
  });

  it('names as winner who said what the sender heard, when two answered in one millisecond', () => {
    expect(
      told(`${STAGE}
        100 cs asks 1 {"n":1}
        101 bg hears 1 from cs {"n":1}
        101 popup hears 1 from cs {"n":1}
        102 bg answers 1 1 promise {"from":"bg"}
        102 popup answers 1 1 promise {"from":"popup"}
        103 cs replied 1 {"from":"popup"}
      `),
    ).toEqual(['cs?1 {"n":1} → bg@1, popup@1 ⇒ replied {"from":"popup"} by popup@1/1']);
  });

  it('is unanswered when all listeners renounced', () => {
    const text = `${STAGE}
      100 cs asks 1 {"n":1}
      101 bg hears 1 from cs {"n":1}
      101 bg returns 1 1 nothing
    `;
    expect(told(text)).toEqual(['cs?1 {"n":1} → bg@1 ⇒ unanswered']);
    expect(told(`${text}\n102 cs replied 1`)).toEqual(['cs?1 {"n":1} → bg@1 ⇒ unanswered']);
  });

  it('ignores what a listener answers after it renounced, or answered, or gave a promise', () => {
    expect(
      told(`${STAGE}
        100 cs asks 1 {"n":1}
        101 bg hears 1 from cs {"n":1}
        101 bg returns 1 1 nothing
        101 bg answers 1 1 sendResponse {"too":"late"}
        102 cs replied 1
        200 cs asks 2 {"n":2}
        201 bg hears 2 from cs {"n":2}
        201 bg answers 2 1 sendResponse {"first":1}
        201 bg answers 2 1 sendResponse {"second":1}
        201 bg returns 2 1 nothing
        202 cs replied 2 {"first":1}
        300 cs asks 3 {"n":3}
        301 bg hears 3 from cs {"n":3}
        301 bg returns 3 1 promise
        302 bg answers 3 1 sendResponse {"no":1}
        400 cs asks 4 {"n":4}
        401 bg hears 4 from cs {"n":4}
        401 bg answers 4 1 sendResponse {"no":1}
        401 bg returns 4 1 promise
        402 bg answers 4 1 promise {"yes":1}
        403 cs replied 4 {"yes":1}
      `),
    ).toEqual([
      'cs?1 {"n":1} → bg@1 ⇒ unanswered',
      'cs?2 {"n":2} → bg@2 ⇒ replied {"first":1} by bg@2/1',
      'cs?3 {"n":3} → bg@3 ⇒ waiting',
      'cs?4 {"n":4} → bg@4 ⇒ replied {"yes":1} by bg@4/1',
    ]);
  });

  it('waits while a listener that promised an answer has not given it', () => {
    expect(
      told(`${STAGE}
        100 cs asks 1 {"n":1}
        101 bg hears 1 from cs {"n":1}
        101 bg returns 1 1 promise
      `),
    ).toEqual(['cs?1 {"n":1} → bg@1 ⇒ waiting']);
  });

  it('is replied to with undefined when a listener says so', () => {
    expect(
      told(`${STAGE}
        100 cs asks 1 {"n":1}
        101 bg hears 1 from cs {"n":1}
        102 bg answers 1 1 promise
        103 cs replied 1
      `),
    ).toEqual(['cs?1 {"n":1} → bg@1 ⇒ replied -1 by bg@1/1']);
  });

  it('fails with what a listener threw or its promise was rejected with', () => {
    expect(
      told(`${STAGE}
        100 cs asks 1 {"n":1}
        101 bg hears 1 from cs {"n":1}
        101 bg returns 1 1 promise
        102 bg rejects 1 1 "no such thing"
        103 cs failed 1 "Error: no such thing"
        200 cs asks 2 {"n":2}
        201 bg hears 2 from cs {"n":2}
        201 bg returns 2 1 threw "oops"
        202 cs failed 2 "oops"
      `),
    ).toEqual([
      'cs?1 {"n":1} → bg@1 ⇒ failed (Error: no such thing) by bg@1/1',
      'cs?2 {"n":2} → bg@2 ⇒ failed (oops) by bg@2/1',
    ]);
  });

  it('has no winner when the promised answer was garbage-collected', () => {
    const gone = '"Promised response from onMessage listener went out of scope"';
    expect(
      told(`${STAGE}
        100 cs asks 1 {"n":1}
        101 bg hears 1 from cs {"n":1}
        101 bg returns 1 1 true
        500 cs failed 1 ${gone}
      `),
    ).toEqual([`cs?1 {"n":1} → bg@1 ⇒ failed (${gone.slice(1, -1)})`]);
  });

  it('is unheard when nobody listened, and failed when the listener went away', () => {
    expect(
      told(`${STAGE}
        100 cs asks 1 {"n":1}
        101 cs failed 1 ${NOBODY}
        200 cs asks 2 {"n":1}
        201 bg hears 1 from cs {"n":1}
        201 bg returns 1 1 true
        900 cs failed 2 ${NOBODY}
        1000 cs asks 3 {"n":3}
        1001 cs failed 3
      `),
    ).toEqual([
      `cs?1 {"n":1} → nobody ⇒ unheard (${NOBODY.slice(1, -1)})`,
      `cs?2 {"n":1} → bg@1 ⇒ failed (${NOBODY.slice(1, -1)})`,
      'cs?3 {"n":3} → nobody ⇒ failed',
    ]);
  });

  it('to a native application arrives nowhere that we could see', () => {
    expect(
      told(`${STAGE}
        100 bg asks 1 via runtime.sendNativeMessage app=org.example {"n":1}
        101 popup hears 1 from bg {"n":1}
        140 bg replied 1 {"ok":1}
      `),
    ).toEqual(['bg?1 {"n":1} → nobody ⇒ replied {"ok":1}', '? {"n":1} → popup@1 ⇒ waiting']);
  });
});

describe('matching', () => {
  it('keeps tabs apart, and content scripts from user scripts', () => {
    expect(
      told(`${STAGE}
        100 cs asks 1 {"n":1}
        100 us asks 1 {"n":1}
        100 cs2 asks 1 {"n":1}
        101 bg hears 1 from cs2 {"n":1}
        101 bg hears 2 from us {"n":1}
        101 bg hears 3 from cs {"n":1}
        200 bg asks 1 via tabs.sendMessage tab=2 {"n":2}
        200 bg asks 2 via tabs.sendMessage tab=1 {"n":2}
        202 cs hears 1 from bg {"n":2}
        202 cs2 hears 1 from bg {"n":2}
      `),
    ).toEqual([
      'cs?1 {"n":1} → bg@3 ⇒ waiting',
      'us?1 {"n":1} → bg@2 ⇒ waiting',
      'cs2?1 {"n":1} → bg@1 ⇒ waiting',
      'bg?1 {"n":2} → cs2@1 ⇒ waiting',
      'bg?2 {"n":2} → cs@1 ⇒ waiting',
    ]);
  });

  it('joins by order what says the same, and by what is said what comes out of turn', () => {
    expect(
      told(`${STAGE}
        100 cs asks 1 {"n":1}
        100 cs asks 2 {"n":2}
        101 cs asks 3 {"n":1}
        110 bg hears 1 from cs {"n":1}
        110 bg hears 2 from cs {"n":2}
        111 bg hears 3 from cs {"n":1}
      `),
    ).toEqual([
      'cs?1 {"n":1} → bg@1 ⇒ waiting',
      'cs?2 {"n":2} → bg@2 ⇒ waiting',
      'cs?3 {"n":1} → bg@3 ⇒ waiting',
    ]);
  });

  it('knows another extension by whom the sender named', () => {
    expect(
      told(`${STAGE}
        100 bg asks 1 extension=other@example {"n":1}
        101 other hears 1 from bg via onMessageExternal {"n":1}
        101 popup hears 1 from bg {"n":1}
      `),
    ).toEqual(['bg?1 {"n":1} → other@1 ⇒ waiting', '? {"n":1} → popup@1 ⇒ waiting']);
  });

  it('does not give an arrival to a call that was settled long before', () => {
    expect(
      told(`${STAGE}
        100 cs asks 1 {"n":1}
        101 bg hears 1 from cs {"n":1}
        102 cs replied 1 {"ok":1}
        30000 bg hears 2 from cs {"n":1}
      `),
    ).toEqual(['cs?1 {"n":1} → bg@1 ⇒ replied {"ok":1}', '? {"n":1} → bg@2 ⇒ waiting']);
  });

  it('knows a payload that the copy made plain', () => {
    expect(
      told(`${STAGE}
        100 cs asks 1 rich [{"a":1,"b":2},1,[3],"two"]
        101 bg hears 1 from cs {"a":1,"b":["two"]}
        200 cs asks 2 rich [["Map",1,2],"a","b"]
        201 bg hears 2 from cs {}
      `),
    ).toEqual([
      'cs?1 [{"a":1,"b":2},1,[3],"two"] → bg@1 ⇒ waiting',
      'cs?2 [["Map",1,2],"a","b"] → nobody ⇒ waiting',
      '? {} → bg@2 ⇒ waiting',
    ]);
  });

  it('puts together what several pages heard of a sender that is not instrumented', () => {
    expect(
      told(`${STAGE}
        context ghost content-script tab=9 contextId=99
        100 bg hears 1 from ghost {"n":1}
        101 popup hears 1 from ghost {"n":1}
        101 popup answers 1 1 promise {"ok":1}
        102 bg hears 2 from ghost {"n":1}
      `).map((line) => line.replace('ghost', '')),
    ).toEqual([
      '? {"n":1} → bg@1, popup@1 ⇒ replied {"ok":1} by popup@1/1',
      '? {"n":1} → bg@2 ⇒ waiting',
    ]);
  });
});

describe('what is missing', () => {
  it('leaves a reply without its call, and an answer without its arrival, standing alone', () => {
    expect(
      told(`${STAGE}
        100 cs replied 4 {"ok":1}
        200 bg answers 6 2 promise {"ok":2}
      `),
    ).toEqual(['(cs?4) → nobody ⇒ replied {"ok":1}', '? → bg@6 ⇒ replied {"ok":2} by bg@6/2']);
  });

  it('changes nothing when a segment is folded twice', () => {
    const drawn = draw(`${STAGE}
      100 cs asks 1 {"n":1}
      101 bg hears 1 from cs {"n":1}
      102 bg answers 1 1 promise {"ok":1}
    `);
    const model = fold(drawn);
    const before = tellRequests(model);
    model.addSegment(segmentOf(1, drawn.facts));
    expect(tellRequests(model)).toEqual(before);
  });

  it('is forgotten with the rest', () => {
    const model = fold(draw(`${STAGE}\n100 cs asks 1 {"n":1}`));
    model.clear();
    expect([model.requests.size, model.totals.requests, model.rows.length]).toEqual([0, 0, 0]);
  });

  it('moves to the sender’s request when the sender reports later', () => {
    const drawn = draw(`${STAGE}
      101 bg hears 1 from cs {"n":1}
      102 popup hears 1 from cs {"n":1}
      100 cs asks 1 {"n":1}
    `);
    const model = new Model();
    model.addContexts(drawn.contexts);
    model.addSegment(segmentOf(1, drawn.facts.slice(0, 2)));
    expect(tellRequests(model)).toEqual(['? {"n":1} → bg@1, popup@1 ⇒ waiting']);
    model.addSegment(segmentOf(2, drawn.facts.slice(2)));
    expect(tellRequests(model)).toEqual(['cs?1 {"n":1} → bg@1, popup@1 ⇒ waiting']);
    expect([...model.requests.keys()].map(short)).toEqual(['cs?1']);
  });
});
