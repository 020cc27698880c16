import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { createPins } from '../../../devtools/state/pins.js';
import type { RowView } from '../../../devtools/worker-protocol.js';

function shelf() {
  const kept = new Map<string, string>();
  return {
    kept,
    load: (key: string) => kept.get(key) ?? null,
    save: (key: string, value: string) => void kept.set(key, value),
  };
}

const row = (key: string, at: number, changes: Partial<RowView> = {}) =>
  ({
    ...{ key, at, kind: 'message', messageType: 'hi', answerTo: null, preview: '{}' },
    ...changes,
  }) as RowView;

test('a row is pinned and unpinned, in order of time, and only messages are', () => {
  const pins = createPins(shelf(), signal(1));
  expect(pins.toggle(row('b', 2))).toBe(true);
  expect(pins.toggle(row('a', 1, { messageType: '', answerTo: 'ask' }))).toBe(true);
  expect(pins.toggle(row('gap', 3, { kind: 'gap' }))).toBe(false);
  expect(pins.list.value.map(({ key, name }) => `${key} ${name}`)).toEqual(['a ↩ ask', 'b hi']);
  pins.annotate('a', 'look here');
  expect(pins.list.value[0]?.note).toBe('look here');
  expect(pins.toggle(row('b', 2))).toBe(false);
  expect(pins.has('b')).toBe(false);
});

test('pins belong to their recording, and come back with it, also in a new panel', () => {
  const place = shelf();
  const recording = signal<number | null>(null);
  const pins = createPins(place, recording);
  expect(pins.toggle(row('a', 1))).toBe(true);
  expect(pins.list.value).toEqual([]);
  recording.value = 100;
  pins.toggle(row('a', 1));
  recording.value = 200;
  expect(pins.list.value).toEqual([]);
  pins.toggle(row('z', 9));
  recording.value = 100;
  expect(createPins(place, recording).list.value.map(({ key }) => key)).toEqual(['a']);
});

test('what is stored is not believed', () => {
  for (const text of ['nonsense', '{}', '[1]', '[{"recording":1,"pins":[{"key":1}]}]']) {
    const place = shelf();
    place.save('pins', text);
    expect(createPins(place, signal(1)).list.value).toEqual([]);
  }
});
