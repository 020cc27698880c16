import { expect, test } from 'vitest';
import { situationOf, type Facts } from '../../../devtools/state/situation.js';
import { summary } from './fixture.js';

const facts = (changes: Partial<Facts>): Facts => ({
  fault: null,
  unstored: null,
  damageKnown: false,
  link: 'live',
  on: true,
  summary: summary({}),
  waiting: 0,
  trace: null,
  ...changes,
});

const broken = { kind: 'failed', message: 'no disk' } as const;

const kindOf = (changes: Partial<Facts>) => {
  const said = situationOf(facts(changes));
  return said === null ? null : `${said.place} ${said.situation.kind}`;
};

const traffic = summary({
  contexts: 2,
  connections: 1,
  messages: 5,
  rows: 8,
  visible: 8,
  visibleMessages: 5,
});
const hidden = { ...traffic, visible: 0, visibleMessages: 0 };
const onlyStarted = summary({ contexts: 2, rows: 2, visible: 2 });

test('nothing is said while there is traffic to see', () => {
  expect(kindOf({ summary: traffic })).toBeNull();
  expect(kindOf({ summary: traffic, link: 'asleep' })).toBeNull();
  expect(kindOf({ summary: traffic, link: 'connecting', on: null })).toBeNull();
});

test('an empty table says why it is empty', () => {
  expect(kindOf({ summary: null })).toBe('full loading');
  expect(kindOf({ summary: summary({ loaded: false }) })).toBe('full loading');
  expect(kindOf({})).toBe('full nothing');
  expect(kindOf({ waiting: 2 })).toBe('full waiting');
  expect(kindOf({ waiting: 2, summary: summary({ contexts: 1 }) })).toBe('full no-ports');
  expect(kindOf({ on: false })).toBe('full paused');
  expect(kindOf({ link: 'unreachable' })).toBe('full unreachable');
  expect(kindOf({ fault: broken })).toBe('full storage');
  expect(kindOf({ summary: hidden })).toBe('full filtered');
  expect(kindOf({ summary: summary({ contexts: 1 }) })).toBe('full no-ports');
});

test('of a trace in which there is nothing it says that, and what of it could not be read', () => {
  const faults = ['Line 2: not JSON'];
  const said = situationOf(facts({ on: false, trace: { faults } }));
  expect(said).toEqual({ place: 'full', situation: { kind: 'empty-trace', faults } });
  expect(kindOf({ summary: traffic, trace: { faults } })).toBeNull();
});

test('what stands in the way of new rows is said above those there are', () => {
  expect(kindOf({ summary: traffic, on: false })).toBe('bar paused');
  expect(kindOf({ summary: traffic, link: 'unreachable' })).toBe('bar unreachable');
  expect(kindOf({ summary: traffic, fault: broken })).toBe('bar storage');
  expect(kindOf({ summary: onlyStarted })).toBe('bar no-ports');
});

test('what is wrong with the store is said before anything else, in full only where nothing is to see', () => {
  const damaged = { ...traffic, damaged: 7 };
  expect(kindOf({ summary: traffic, unstored: 'full' })).toBe('bar unstored');
  expect(kindOf({ summary: traffic, unstored: 'full', on: false })).toBe('bar unstored');
  expect(kindOf({ summary: damaged })).toBe('bar damaged');
  expect(kindOf({ summary: damaged, damageKnown: true })).toBeNull();
  expect(kindOf({ summary: summary({ damaged: 7 }) })).toBe('full damaged');
});

test('rows that are hidden are named before recording that is paused: they can be shown at once', () => {
  expect(kindOf({ summary: hidden, on: false })).toBe('full filtered');
});

test('how many rows hide, and behind what', () => {
  const said = situationOf(
    facts({
      summary: { ...hidden, hiddenByFilter: 5, hiddenBySelection: 1, hiddenByScope: 2 },
    }),
  );
  expect(said?.situation).toEqual({
    kind: 'filtered',
    byFilter: 5,
    bySelection: 1,
    byScope: 2,
    byReload: 0,
  });
});
