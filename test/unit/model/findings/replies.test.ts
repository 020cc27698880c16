/** Replies that were forgotten, came too late, lost a race, or were cut off. */
import { expect, it } from 'vitest';
import { draw, fold } from '../fixture.js';
import { findingsOf } from '../../../../src/model/findings/index.js';
import { found } from './judge.js';

const START = `
  context cs content-script tab=1 frame=0 contextId=7 url=https://a.example/
  context bg background
  100 cs asks 1 {"type":"load"}`;
const ASKED = `${START}
  101 bg hears 1 from cs {"type":"load"}`;
const TWICE = `${START}
  101 bg hears 1 from cs listeners=2 {"type":"load"}`;

it.each([
  [
    'sendResponse that was garbage-collected',
    `${ASKED}
     101 bg returns 1 1 true
     5000 cs failed 1 "The message port closed: sendResponse went out of scope"`,
    ['error reply-forgotten/returned-true ×1 request cs?1'],
  ],
  [
    'a promise that was garbage-collected',
    `${ASKED}
     101 bg returns 1 1 promise
     5000 cs failed 1 "Promised response from onMessage listener went out of scope"`,
    ['error reply-forgotten/promise ×1 request cs?1'],
  ],
  [
    'true, and no answer for a long time',
    `${ASKED}
     101 bg returns 1 1 true`,
    ['warning reply-pending/returned-true ×1 request cs?1'],
  ],
  [
    'a promise that does not settle',
    `${ASKED}
     101 bg returns 1 1 promise`,
    ['warning reply-pending/promise ×1 request cs?1'],
  ],
  [
    'a promise for which nobody waits any more: the page has gone',
    `${ASKED}
     101 bg returns 1 1 promise
     900 cs unloaded`,
    [],
  ],
  [
    'sendResponse after the listener had returned nothing',
    `${ASKED}
     101 bg returns 1 1 nothing
     102 cs replied 1 rich -1
     300 bg answers 1 1 sendResponse {"ok":1}`,
    ['error reply-too-late/no-true ×1 request cs?1'],
  ],
  [
    'sendResponse in an async listener',
    `${ASKED}
     101 bg returns 1 1 promise
     300 bg answers 1 1 sendResponse {"ok":1}
     301 bg answers 1 1 promise rich -1
     302 cs replied 1 rich -1`,
    ['error reply-too-late/async-listener ×1 request cs?1'],
  ],
  [
    'a listener that answers undefined before the one that knows',
    `${TWICE}
     101 bg returns 1 1 promise
     101 bg returns 1 2 promise
     102 bg answers 1 1 promise rich -1
     300 bg answers 1 2 promise {"ok":1}
     103 cs replied 1 rich -1`,
    ['error reply-race/undefined-won ×1 request cs?1'],
  ],
  [
    'two listeners that know',
    `${TWICE}
     101 bg returns 1 1 promise
     101 bg returns 1 2 promise
     102 bg answers 1 1 promise {"ok":1}
     300 bg answers 1 2 promise {"ok":2}
     103 cs replied 1 {"ok":1}`,
    ['warning reply-race/several ×1 request cs?1'],
  ],
  [
    'a listener that says undefined after the answer',
    `${TWICE}
     101 bg returns 1 1 promise
     101 bg returns 1 2 promise
     102 bg answers 1 1 promise {"ok":1}
     300 bg answers 1 2 promise rich -1
     103 cs replied 1 {"ok":1}`,
    [],
  ],
  [
    'a background that is stopped before it answers',
    `${ASKED}
     101 bg returns 1 1 promise
     3000 bg unloaded
     3001 cs failed 1 "Could not establish connection. Receiving end does not exist."`,
    ['error reply-cut-off/suspended ×1 request cs?1'],
  ],
  [
    'a message that nobody is to answer',
    `${ASKED}
     101 bg returns 1 1 nothing
     102 cs replied 1 rich -1`,
    [],
  ],
  [
    'a listener that rejects: that is an answer',
    `${ASKED}
     101 bg returns 1 1 promise
     102 bg rejects 1 1 "not found"
     103 cs failed 1 "not found"`,
    [],
  ],
])('judges a reply: %s', (_, drawing, expected) => {
  expect(found(drawing)).toEqual(expected);
});

it('waits before it misses an answer, and takes it back when it comes', () => {
  const waiting = `${ASKED}\n101 bg returns 1 1 promise`;
  expect(found(waiting, 5_000)).toEqual([]);
  expect(found(waiting, 20_000)).toHaveLength(1);
  expect(
    found(`${waiting}
      19000 bg answers 1 1 promise {"ok":1}
      19001 cs replied 1 {"ok":1}`),
  ).toEqual([]);
});

it('names who won and who lost', () => {
  const model = fold(
    draw(`${TWICE}
      101 bg returns 1 1 promise
      101 bg returns 1 2 promise
      102 bg answers 1 1 promise rich -1
      300 bg answers 1 2 promise {"ok":1}
      103 cs replied 1 rich -1`),
  );
  const [finding] = findingsOf(model, 60_000);
  expect(finding?.message).toBe(
    'The reply to message “load” from content-script a.example/ is undefined: the answer of listener 2 of background came second.',
  );
  expect(finding?.cause).toMatch(/^Listener 1 of background answered first/);
  expect(finding?.code).toContain('browser.runtime.onMessage.addListener');
  expect(finding?.link).toBe(
    'https://developer.mozilla.org/en-US/docs/Mozilla/Add-ons/WebExtensions/API/runtime/onMessage',
  );
});

it('sees listeners that become more and more', () => {
  const asked = (n: number, listeners: number) => `
    ${n}00 cs asks ${n} {"type":"load"}
    ${n}01 bg hears ${n} from cs listeners=${listeners} {"type":"load"}
    ${n}01 bg returns ${n} 1 nothing
    ${n}02 cs replied ${n} rich -1`;
  const contexts = `
    context cs content-script tab=1 frame=0 contextId=7 url=https://a.example/
    context bg background`;
  const drawing = (each: (n: number) => number): string =>
    contexts + [1, 2, 3, 4, 5, 6].map((n) => asked(n, each(n))).join('');
  expect(found(drawing((n) => 2 * n))).toEqual(['warning listeners-pile-up/event ×1 request cs?1']);
  expect(found(drawing(() => 12))).toEqual([]);
});
