/** What a view wants, and what the panel does with the worker's answers to it. */

import { beforeEach, expect, it, vi } from 'vitest';
import { createViews } from '../../../devtools/state/views.js';
import type { ViewAnswer, ViewAsk } from '../../../devtools/view-protocol.js';

const STATISTICS: ViewAsk = { view: 'statistics', buckets: 10 };
const MAP: ViewAsk = { view: 'map', most: 10 };

const answer = ({ view }: ViewAsk): ViewAnswer => ({ view }) as ViewAnswer;

let sent: ViewAsk[];
let views: ReturnType<typeof createViews>;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  views = createViews({
    send: (ask) => sent.push(ask),
    load: () => null,
    save: () => undefined,
  });
  return () => vi.useRealTimers();
});

it('asks the worker, and has its answer', () => {
  views.want(STATISTICS);
  expect(sent).toEqual([STATISTICS]);
  views.take(answer(STATISTICS));
  expect(views.answer.value?.view).toBe('statistics');
});

it('asks one thing at a time, and then for what is wanted by then', () => {
  views.want(STATISTICS);
  views.want(MAP);
  expect(sent).toEqual([STATISTICS]);
  views.take(answer(STATISTICS));
  expect(views.answer.value).toBe(null);
  expect(sent).toEqual([STATISTICS, MAP]);
});

it('goes on for the view that has come, when the one before goes after that', () => {
  const leave = views.want(STATISTICS);
  views.take(answer(STATISTICS));
  views.want(MAP);
  leave();
  views.take(answer(MAP));
  expect(views.answer.value?.view).toBe('map');
  views.changed();
  vi.runAllTimers();
  expect(sent).toEqual([STATISTICS, MAP, MAP]);
});

it('asks no more when the view has gone', () => {
  const leave = views.want(STATISTICS);
  views.take(answer(STATISTICS));
  views.changed();
  leave();
  views.changed();
  vi.runAllTimers();
  expect(sent).toEqual([STATISTICS]);
});
