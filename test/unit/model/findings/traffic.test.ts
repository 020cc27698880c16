/** What is told from many messages: sizes, durations, repetitions, and what JSON cannot say. */
import { expect, it } from 'vitest';
import { draw, fold } from '../fixture.js';
import { lostInJson } from '../../../../src/model/findings/json-only.js';
import { findingsOf } from '../../../../src/model/findings/index.js';
import { found } from './judge.js';

const START = `
  context cs content-script tab=1 frame=0 contextId=7 url=https://a.example/
  context bg background
  100 cs opens 1 "port"
  101 bg accepts 1 "port" from cs`;

/** Beyond the time in which starting contexts are excused. */
const LATER = 10_000;

function messages(
  count: number,
  each: (n: number) => { took?: number; text?: string; every?: number },
) {
  let lines = START;
  for (let n = 0; n < count; n += 1) {
    const { took = 2, text = `{"type":"state","n":${n}}`, every = 1_000 } = each(n);
    const at = LATER + n * every;
    lines += `\n${at} cs posts 1 ${text}\n${at + took} bg gets 1 ${text}`;
  }
  return lines;
}

it('sees the one delivery that took far longer than all others', () => {
  const drawing = messages(60, (n) => ({ took: n === 40 ? 900 : 2 + (n % 5) }));
  expect(found(drawing)).toEqual(['info slow-delivery/outlier ×1 message cs#1>41']);
  const [finding] = findingsOf(fold(draw(drawing)), 1e6);
  expect(finding?.message).toBe(
    '1 of 60 messages “state” on port “port” took far longer than usual: up to 900 ms.',
  );
});

it.each([
  ['too few to compare with', messages(20, (n) => ({ took: n === 10 ? 900 : 2 }))],
  ['all are slow', messages(60, () => ({ took: 600 }))],
  ['it is not slow', messages(60, (n) => ({ took: n === 40 ? 200 : 2 }))],
  ['the usual differs as much', messages(60, (n) => ({ took: 2 ** (n % 10) }))],
])('calls no delivery slow when %s', (_, drawing) => {
  expect(found(drawing)).toEqual([]);
});

it('does not blame a context that is just starting', () => {
  const slowStart = messages(60, (n) => ({ took: n === 0 ? 900 : 2 })).replace(
    'context bg background',
    `context bg background started=${LATER - 100}`,
  );
  expect(found(slowStart)).toEqual([]);
});

it('sees payloads that grow, and not payloads of all sizes', () => {
  const growing = messages(40, (n) => ({
    text: `{"type":"all","items":"${'x'.repeat(n * 5_000)}"}`,
  }));
  expect(found(growing)).toEqual(['warning growing-payload/growing ×1 message cs#1>1']);
  const mixed = messages(40, (n) => ({
    text: `{"type":"all","items":"${'x'.repeat(((n * 7) % 40) * 5_000)}"}`,
  }));
  expect(found(mixed)).toEqual([]);
});

it('sees the same message again and again, when it comes often', () => {
  const ticks = (every: number) => messages(150, () => ({ text: '{"type":"tick"}', every }));
  expect(found(ticks(20))).toEqual(['info duplicate-messages/same ×149 message cs#1>2']);
  expect(found(ticks(1_000))).toEqual([]);
  expect(found(messages(150, () => ({ every: 20 })))).toEqual([]);
});

it('sees what Chrome’s JSON would lose', () => {
  const drawing = `${START}
    102 cs posts 1 rich [{"type":1,"on":2},"tick",["Date","1970-01-01T00:00:00.000Z"]]
    103 bg gets 1 rich [{"type":1,"on":2},"tick",["Date","1970-01-01T00:00:00.000Z"]]`;
  expect(found(drawing)).toEqual(['info chrome-json/json ×1 message cs#1>1']);
  const harmless = `${START}
    102 cs posts 1 rich [{"type":1,"on":-1},"tick"]
    103 bg gets 1 rich [{"type":1,"on":-1},"tick"]`;
  expect(found(harmless)).toEqual([]);
});

it.each([
  ['[{"a":1},["Map",2,3],"k",7]', ['Map']],
  ['[[1,2],["Uint8Array","AAE="],["BigInt","7"]]', ['BigInt', 'Uint8Array']],
  ['[{"a":-3,"b":-4}]', ['Infinity', 'NaN']],
  ['[[1,-1],"x"]', ['undefined in an array']],
  ['[{"a":-1}]', []],
  ['-1', []],
  ['-3', ['NaN']],
  ['not JSON', []],
  ['[{"type":1},"Map"]', []],
])('tells what JSON loses of %s', (text, expected) => {
  expect(lostInJson(text)).toEqual(expected);
});
