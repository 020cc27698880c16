import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundaryAt, movedTo } from '../../../devtools/arithmetic/column-order.js';
import {
  COLUMNS,
  columnStyle,
  inOrder,
  MOST_WIDTH,
  NO_WISHES,
  placeColumns,
  type ColumnName,
  type ColumnWishes,
} from '../../../devtools/arithmetic/columns.js';
import { createColumns } from '../../../devtools/state/columns.js';

const names = (room: number, wishes = NO_WISHES): string =>
  placeColumns(wishes, room)
    .map(({ name }) => name)
    .join(' ');

const total = (room: number, wishes = NO_WISHES): number =>
  placeColumns(wishes, room).reduce((sum, { width }) => sum + width, 0);

test('where there is little room, what matters less gives way', () => {
  expect(names(1000)).toBe('time direction ends connection type size latency preview');
  expect(names(670)).toBe('time direction ends connection type size preview');
  expect(names(610)).toBe('time direction ends connection type preview');
  expect(names(550)).toBe('time direction ends type preview');
  expect(names(500)).toBe('time direction ends type preview');
  expect(names(480)).toBe('time direction ends preview');
});

test('the essentials fit a narrow panel', () => {
  for (let room = 350; room < 1500; room += 1) expect(total(room)).toBeLessThanOrEqual(room);
});

test('what the person wants is shown, whatever the room; what they do not want is not', () => {
  const wishes = {
    shown: { extension: true, size: true, direction: false },
    widths: {},
    order: [],
  };
  expect(names(400, wishes)).toBe('time ends extension size preview');
  expect(total(400, wishes)).toBeGreaterThan(400);
  expect(names(1400, wishes)).toBe('time ends connection extension type size latency preview');
});

test('a width that was given stands, and the others share what is left', () => {
  const wishes = { shown: {}, widths: { ends: 300 }, order: [] };
  const before = placeColumns(NO_WISHES, 1200);
  const after = placeColumns(wishes, 1200);
  const width = (placed: typeof before, name: ColumnName) =>
    placed.find((column) => column.name === name)?.width ?? 0;
  expect(width(after, 'ends')).toBe(300);
  expect(width(after, 'time')).toBe(width(before, 'time'));
  expect(width(after, 'preview')).toBeGreaterThan(width(before, 'preview'));
});

test('any wishes in any room: each column once and in the order that is wanted, none narrower than it may be', () => {
  const name = fc.constantFrom(...COLUMNS.map((column) => column.name));
  const wishes = fc.record({
    shown: fc.dictionary(name, fc.boolean()),
    widths: fc.dictionary(name, fc.integer({ min: 20, max: MOST_WIDTH })),
    order: fc.uniqueArray(name),
  });
  fc.assert(
    fc.property(wishes, fc.integer({ min: 0, max: 3000 }), (said, room) => {
      const shown = { ...said.shown, preview: true };
      const placed = placeColumns({ ...said, shown }, room);
      const all = inOrder(said.order);
      expect(new Set(all)).toEqual(new Set(COLUMNS));
      expect(all.map((column) => column.name).filter((each) => said.order.includes(each))).toEqual(
        said.order,
      );
      const order = all.filter((column) => placed.some((each) => each.name === column.name));
      expect(placed.map((column) => column.name)).toEqual(order.map((column) => column.name));
      expect(placed.some((column) => column.name === 'preview')).toBe(true);
      for (const column of placed) {
        expect(column.width).toBeGreaterThanOrEqual(
          said.widths[column.name as keyof typeof said.widths] ?? column.min,
        );
      }
    }),
  );
});

test('rows that are no messages have their text in the columns about messages around the preview', () => {
  const event = (wishes: ColumnWishes): string | undefined =>
    columnStyle(placeColumns(wishes, 1000))['--event'];
  expect(event(NO_WISHES)).toBe('5 / 9');
  expect(event({ ...NO_WISHES, shown: { tab: true } })).toBe('6 / 10');
  const order = inOrder([]).map(({ name }) => name);
  const first = ['preview', 'type', ...order.filter((name) => !['preview', 'type'].includes(name))];
  expect(event({ ...NO_WISHES, order: first as ColumnName[] })).toBe('1 / 3');
});

test('a column stands where it is moved to, and all others in their order', () => {
  const name = fc.constantFrom(...COLUMNS.map((column) => column.name));
  fc.assert(
    fc.property(
      fc.uniqueArray(name),
      fc.dictionary(name, fc.boolean()),
      fc.nat(),
      fc.nat(),
      (order, shown, who, where) => {
        const wishes = { shown: { ...shown, preview: true }, widths: {}, order };
        const placed = placeColumns(wishes, 1200);
        const index = who % placed.length;
        const boundary = where % (placed.length + 1);
        const moved = placed[index] as (typeof placed)[number];
        const next = movedTo(wishes, placed, moved.name, boundary);
        const before = placed.map((column) => column.name);
        if (boundary === index || boundary === index + 1) {
          expect(next).toBeNull();
          return;
        }
        const after = placeColumns({ ...wishes, order: next ?? [] }, 1200);
        const others = before.toSpliced(index, 1);
        const target = boundary > index ? boundary - 1 : boundary;
        expect(after.map((column) => column.name)).toEqual(others.toSpliced(target, 0, moved.name));
        const hidden = (names: readonly ColumnName[]) =>
          names.filter((each) => !before.includes(each));
        expect(hidden(next ?? [])).toEqual(hidden(inOrder(order).map((column) => column.name)));
      },
    ),
  );
});

test('a place belongs to the boundary that is closest', () => {
  const placed = placeColumns(NO_WISHES, 1000);
  const [first, second] = placed.map(({ width }) => width) as [number, number];
  expect(boundaryAt(placed, -20)).toBe(0);
  expect(boundaryAt(placed, first / 2 - 1)).toBe(0);
  expect(boundaryAt(placed, first / 2 + 1)).toBe(1);
  expect(boundaryAt(placed, first + second - 1)).toBe(2);
  expect(boundaryAt(placed, 5000)).toBe(placed.length);
});

function shelf(stored: string | null = null) {
  let kept = stored;
  return {
    load: () => kept,
    save: (_: string, value: string) => {
      kept = value;
    },
  };
}

test('wishes come back in a new panel, until they are taken back', () => {
  const place = shelf();
  const first = createColumns(place);
  first.show('tab', true);
  first.show('size', false);
  first.resize('ends', 240);
  first.resize('type', 90);
  first.resize('type', null);
  first.arrange(['size', 'time']);
  const wishes = {
    shown: { tab: true, size: false },
    widths: { ends: 240 },
    order: ['size', 'time'],
  };
  expect(first.wishes.value).toEqual(wishes);
  const second = createColumns(place);
  expect(second.wishes.value).toEqual(wishes);
  second.reset();
  expect(createColumns(place).wishes.value).toEqual(NO_WISHES);
});

test('what cannot be read of what was stored counts as not said', () => {
  expect(createColumns(shelf('{')).wishes.value).toEqual(NO_WISHES);
  expect(createColumns(shelf('null')).wishes.value).toEqual(NO_WISHES);
  const odd =
    '{"shown":{"tab":"yes","api":true,"no":true},"widths":{"ends":-3,"type":1e9,"api":99},"order":["tab",3,"no","tab","api"]}';
  expect(createColumns(shelf(odd)).wishes.value).toEqual({
    shown: { api: true },
    widths: { api: 99 },
    order: ['tab', 'api'],
  });
});
