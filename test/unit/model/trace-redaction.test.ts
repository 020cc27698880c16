import { expect, test } from 'vitest';
import { traceLines } from '../../../src/model/index.js';
import type { TraceLine } from '../../../src/protocol/index.js';
import { draw, fold } from './fixture.js';

const lines = (redact?: readonly string[]): TraceLine[] => {
  const model = fold(
    draw(`
      context cs content-script tab=1 frame=0 contextId=7 url=https://a.example/
      context bg background
      100 cs opens 1 "port"
      101 bg accepts 1 "port" from cs
      102 cs posts 1 {"type":"login","password":"hunter2"}
      103 bg gets 1 {"type":"login","password":"hunter2"}
    `),
  );
  const options = { recordedAt: 0, browser: 'firefox/1', porthole: '0' };
  return [...traceLines(model, redact === undefined ? options : { ...options, redact })];
};

test('a trace is written without the values, and says under which keys', () => {
  const redacted = lines(['password']);
  expect(redacted[0]).toMatchObject({ kind: 'trace', redacted: ['password'] });
  expect(JSON.stringify(redacted)).not.toContain('hunter2');
  expect(redacted.find(({ kind }) => kind === 'message')).toMatchObject({
    payload: { type: 'login', password: '[redacted by Porthole]' },
  });
});

test('unless it is asked for, everything is there', () => {
  const whole = lines();
  expect(whole[0]).not.toHaveProperty('redacted');
  expect(JSON.stringify(whole)).toContain('hunter2');
});

test('the header says what was not stored in the first place, and when', () => {
  const redacted = [
    { keys: ['pin'], from: 1_000, until: 1_500.04 },
    { keys: ['token'], from: 1_500.04, until: null },
  ];
  const options = { recordedAt: 1_000, browser: 'firefox/1', porthole: '0', redacted };
  const [header] = traceLines(fold(draw('')), options);
  expect(header).toMatchObject({
    redactedAtCapture: [
      { keys: ['pin'], from: 0, until: 500 },
      { keys: ['token'], from: 500, until: null },
    ],
  });
  expect(lines()[0]).not.toHaveProperty('redactedAtCapture');
});
