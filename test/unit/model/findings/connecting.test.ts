/** Nobody listens, with the nearest cause; ports that close while somebody counts on them. */
import { expect, it } from 'vitest';
import { draw, fold } from '../fixture.js';
import { findingsOf } from '../../../../src/model/findings/index.js';
import { found } from './judge.js';

const CS = 'context cs content-script tab=1 frame=0 contextId=7 url=https://a.example/';
const NOBODY = '"Could not establish connection. Receiving end does not exist."';

it('says nothing of a conversation in which all is well', () => {
  expect(
    found(`
      ${CS}
      context bg background
      100 cs opens 1 "port"
      101 bg accepts 1 "port" from cs
      102 cs posts 1 {"type":"hi"}
      103 bg gets 1 {"type":"hi"}
      104 bg posts 1 {"type":"hello"}
      105 cs gets 1 {"type":"hello"}
      110 cs asks 1 {"type":"sum"}
      111 bg hears 1 from cs {"type":"sum"}
      111 bg returns 1 1 promise
      113 bg answers 1 1 promise {"sum":7}
      114 cs replied 1 {"sum":7}
      120 cs closes 1
      121 bg closed 1
    `),
  ).toEqual([]);
});

it.each([
  [
    'no-listener',
    `${CS}
     context bg background
     100 cs opens 1 "port"
     101 cs closed 1 ${NOBODY}`,
    'error nobody-listens/no-listener ×1 closed cs#1',
  ],
  [
    'a listener that is added too late',
    `${CS}
     context bg background
     100 cs opens 1 "port"
     101 cs closed 1 ${NOBODY}
     500 cs opens 2 "port"
     501 bg accepts 1 "port" from cs`,
    'error nobody-listens/listener-late ×1 closed cs#1',
  ],
  [
    'one that was late for a one-off message',
    `${CS}
     context bg background
     100 cs asks 1 {"type":"hi"}
     101 cs failed 1 ${NOBODY}
     300 cs asks 2 {"type":"hi"}
     301 bg hears 1 from cs {"type":"hi"}
     301 bg returns 1 1 nothing
     302 cs replied 2 rich -1`,
    'error nobody-listens/listener-late ×1 request cs?1',
  ],
  [
    'a background that has not started',
    `${CS}
     context bg background started=400
     100 cs opens 1 "port"
     101 cs closed 1 ${NOBODY}`,
    'error nobody-listens/background-not-started ×1 closed cs#1',
  ],
  [
    'a background that sleeps',
    `${CS}
     context bg background
     50 bg unloaded
     2100 cs opens 1 "port"
     2101 cs closed 1 ${NOBODY}`,
    'error nobody-listens/background-asleep ×1 closed cs#1',
  ],
  [
    'no background at all',
    `${CS}
     100 cs opens 1 "port"
     101 cs closed 1 ${NOBODY}`,
    'error nobody-listens/background-unknown ×1 closed cs#1',
  ],
  [
    'a user script whose background listens on the wrong event',
    `${CS}
     context us user-script tab=1 frame=0 contextId=7 world=w url=https://a.example/
     context bg background
     100 cs opens 1 "port"
     101 bg accepts 1 "port" from cs
     110 us opens 1 "port"
     111 us closed 1 ${NOBODY}`,
    'error nobody-listens/wrong-event ×1 closed us#1',
  ],
  [
    'a background that takes runtime for tabs',
    `${CS}
     context bg background
     100 bg asks 1 {"type":"show"}
     101 bg failed 1 ${NOBODY}`,
    'error nobody-listens/scripts-need-tabs ×1 request bg?1',
  ],
  [
    'another extension',
    `${CS}
     context bg background
     100 bg opens 1 "port" extension=other@x
     101 bg closed 1 ${NOBODY}`,
    'error nobody-listens/other-extension ×1 closed bg#1',
  ],
  [
    'a tab without a script',
    `${CS}
     context bg background
     100 bg opens 1 "port" via tabs.connect tab=9
     101 bg closed 1 ${NOBODY}`,
    'error nobody-listens/no-script-in-tab ×1 closed bg#1',
  ],
  [
    'a tab that is not loaded',
    `context bg background
     context late content-script tab=9 frame=0 started=900 url=https://a.example/
     100 bg opens 1 "port" via tabs.connect tab=9
     101 bg closed 1 ${NOBODY}`,
    'error nobody-listens/tab-not-loaded ×1 closed bg#1',
  ],
  [
    'a page in the back/forward cache',
    `${CS}
     context bg background
     50 cs frozen
     100 bg asks 1 via tabs.sendMessage tab=1 {"type":"show"}
     101 bg failed 1 ${NOBODY}`,
    'error nobody-listens/frozen ×1 request bg?1',
  ],
  [
    'a script that has no listener',
    `${CS}
     context bg background
     100 bg opens 1 "port" via tabs.connect tab=1
     101 bg closed 1 ${NOBODY}`,
    'error nobody-listens/no-listener ×1 closed bg#1',
  ],
])('names the nearest cause why nobody listens: %s', (_, drawing, expected) => {
  expect(found(drawing)).toEqual([expected]);
});

it('tells a script that is left over from before the extension was reloaded', () => {
  const drawn = draw(`
    context old content-script tab=1 frame=0 contextId=7 url=https://a.example/
    context bg1 background
    context bg2 background started=3000
    2000 bg1 unloaded
    4000 bg2 asks 1 via tabs.sendMessage tab=1 {"type":"show"}
    4001 bg2 failed 1 ${NOBODY}
  `);
  const contexts = drawn.contexts.map((each) =>
    each.key.endsWith('old') ? { ...each, disconnectedAt: 2001 } : each,
  );
  const model = fold({ ...drawn, contexts });
  expect(findingsOf(model, 60_000).map(({ key }) => key.split(' ')[1])).toEqual(['orphaned']);
});

it.each([
  [
    'telling a popup that is not open',
    `context bg background
     context popup page started=1000
     100 bg asks 1 {"type":"state"}
     101 bg failed 1 ${NOBODY}
     1100 bg asks 2 {"type":"state"}
     1101 popup hears 1 from bg {"type":"state"}
     1101 popup returns 1 1 nothing
     1102 bg replied 2 rich -1`,
  ],
  [
    'telling all tabs',
    `${CS}
     context bg background
     100 bg asks 1 via tabs.sendMessage tab=1 {"type":"state"}
     100 bg asks 2 via tabs.sendMessage tab=2 {"type":"state"}
     101 cs hears 1 from bg {"type":"state"}
     101 cs returns 1 1 nothing
     102 bg replied 1 rich -1
     102 bg failed 2 ${NOBODY}`,
  ],
])('lets pass what is done on purpose: %s', (_, drawing) => {
  expect(found(drawing)).toEqual([]);
});

it('makes one finding of the same failure in many places, and says how often', () => {
  const scripts = [1, 2, 3].map(
    (n) => `context cs${n} content-script tab=${n} frame=0 url=https://a.example/${n}`,
  );
  const failures = [1, 2, 3].map(
    (n) => `${n}00 cs${n} opens 1 "port"\n${n}01 cs${n} closed 1 ${NOBODY}`,
  );
  const model = fold(draw(['context bg background', ...scripts, ...failures].join('\n')));
  const [finding, ...others] = findingsOf(model, 60_000);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ count: 3, at: 100, connection: null, severity: 'error' });
  expect(finding?.about).toHaveLength(3);
  expect(finding?.message).toBe(
    'Nobody heard runtime.connect() for port “port” from content-script a.example/1.',
  );
  expect(finding?.key).not.toMatch(/\n|cs1/);
});

it('reports messages that arrive where nobody listens', () => {
  const start = `
    ${CS}
    context bg background
    100 cs opens 1 "port"
    101 bg accepts 1 "port" from cs
    102 cs posts 1 {"type":"hi"}
    103 bg gets 1 listeners=0 {"type":"hi"}`;
  expect(found(start)).toEqual(['warning unheard-messages/no-listener ×1 message cs#1>1']);
  expect(
    found(`${start}
      200 cs posts 1 {"type":"hi"}
      201 bg gets 1 {"type":"hi"}`),
  ).toEqual(['warning unheard-messages/listener-late ×1 message cs#1>1']);
});

it('reports messages to a page in the back/forward cache', () => {
  expect(
    found(`
      ${CS}
      context bg background
      100 cs opens 1 "port"
      101 bg accepts 1 "port" from cs
      1000 cs frozen
      2000 bg posts 1 {"type":"state"}
      3000 bg posts 1 {"type":"state"}
    `),
  ).toEqual(['warning receiver-frozen/frozen ×2 message bg#1>1']);
});

const USED = `
  ${CS}
  context bg background
  100 cs opens 1 "port"
  101 bg accepts 1 "port" from cs
  102 cs posts 1 {"type":"hi"}
  103 bg gets 1 {"type":"hi"}`;

it.each([
  [
    'the other end had closed it',
    `${USED}
     200 bg closes 1
     201 cs closed 1
     900 cs refused 1 "Attempt to postMessage on disconnected port" {"type":"hi"}`,
    ['error post-after-close/other ×1 message cs#1!1'],
  ],
  [
    'it had closed it itself',
    `${USED}
     200 cs closes 1
     201 bg closed 1
     900 cs refused 1 "Attempt to postMessage on disconnected port" {"type":"hi"}`,
    ['error post-after-close/self ×1 message cs#1!1'],
  ],
  [
    'the background had been stopped',
    `${USED}
     2000 bg unloaded
     2001 cs closed 1
     9000 cs refused 1 "Attempt to postMessage on disconnected port" {"type":"hi"}`,
    ['error background-stopped/posted-on ×1 closed cs#1'],
  ],
  [
    'the background had been stopped, and nobody noticed',
    `${USED}
     2000 bg unloaded
     2001 cs closed 1`,
    ['warning background-stopped/left ×1 closed cs#1'],
  ],
  [
    'the background had been stopped, and it was opened again',
    `${USED}
     context bg2 background started=2500
     2000 bg unloaded
     2001 cs closed 1
     2400 cs opens 2 "port"
     2600 bg2 accepts 1 "port" from cs`,
    [],
  ],
  [
    'what was posted cannot be cloned',
    `${USED}
     300 cs refused 1 "DataCloneError: Function object could not be cloned." unreadable a function`,
    ['error not-cloneable/post ×1 message cs#1!1'],
  ],
])('tells why a post threw, or what became of the port: %s', (_, drawing, expected) => {
  expect(found(drawing)).toEqual(expected);
});

it('waits a little before it says that nobody noticed', () => {
  const drawing = `${USED}
    2000 bg unloaded
    2001 cs closed 1`;
  expect(found(drawing, 3_000)).toEqual([]);
  expect(found(drawing, 6_000)).toHaveLength(1);
});

it('sees a reconnect storm, and not a script that opens a port for each question', () => {
  const storm = Array.from({ length: 6 }, (_, n) => {
    const at = 100 + n * 300;
    return `${at} cs opens ${n + 1} "port"
      ${at + 1} bg accepts ${n + 1} "port" from cs
      ${at + 10} bg closes ${n + 1}
      ${at + 11} cs closed ${n + 1}`;
  }).join('\n');
  const start = `${CS}\ncontext bg background\n`;
  expect(found(start + storm)).toEqual(['warning reconnect-storm/closing ×6 opened cs#1']);
  const asked = storm.replaceAll('bg closes', 'X').replaceAll('cs closed', 'bg closed');
  expect(found(start + asked.replaceAll('X', 'cs closes'))).toEqual([]);
});

it('sees ports that are opened again and again, once they are silent', () => {
  const many = Array.from(
    { length: 12 },
    (_, n) => `${100 + n} cs opens ${n + 1} "port"\n${101 + n} bg accepts ${n + 1} "port" from cs`,
  ).join('\n');
  const drawing = `${CS}\ncontext bg background\n${many}`;
  expect(found(drawing)).toEqual(['warning port-leak/never-closed ×12 opened cs#1']);
  expect(found(drawing, 5_000)).toEqual([]);
});
