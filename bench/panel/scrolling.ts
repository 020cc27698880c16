/** Ways to move through a long table, each with the frames it gave. */
import type { Browser, Page } from 'puppeteer-core';
import { median } from '../figures.js';
import { until } from '../until.js';
import { KEYS, pressKey, turnWheel } from './input.js';
import type { Asking } from './probed.js';
import type { FrameReport } from './probe.js';

export const WAYS = ['wheel', 'drag', 'page-keys', 'jump'] as const;
export type Way = (typeof WAYS)[number];

/** Milliseconds from one refresh to the next: there is no screen, and Firefox takes 60 a second. */
const REFRESH_MS = 1_000 / 60;

/** Longest time the table may take to show the rows of where it has come to rest. */
const REST_TIMEOUT_MS = 5_000;

/** What one way of moving gave. */
export interface ScrollRound {
  readonly way: Way | 'none';
  readonly frames: number;
  /** In whole refreshes, which is what a screen would show. */
  readonly p95FrameMillis: number;
  /** As the timer had it that stands for the screen. */
  readonly p95TimerMillis: number;
  readonly longestFrameMillis: number;
  /** Median time from a frame's first callback until it was painted. */
  readonly workMillis: number;
  /** Frames in which some row in view was not drawn, or drawn by its number alone. */
  readonly blank: number;
  /** The most of these one after the other. */
  readonly blankInARow: number;
  /** Frames in which rows in view were those of an earlier position. */
  readonly stale: number;
  /** The most of these one after the other. */
  readonly staleInARow: number;
  /** By how many frames they were behind: the 95th percentile of all frames. */
  readonly behind: number;
  readonly longestTask: number;
}

/**
 * @returns the frames of about `ms` milliseconds of moving; of rest, for `none`
 * @throws Error when the table does not show the rows of where it stands in the end
 */
export async function scroll(
  browser: Browser,
  page: Page,
  ask: Asking,
  way: Way | 'none',
  ms: number,
): Promise<ScrollRound> {
  await ask('focusTable');
  const middle = await ask('tableMiddle');
  await ask('startFrames');
  switch (way) {
    case 'none':
      await new Promise((resolve) => setTimeout(resolve, ms));
      break;
    case 'wheel':
      await turnWheel(browser, page, middle, -240, Math.round(ms / 32), 16);
      await turnWheel(browser, page, middle, 240, Math.round(ms / 32), 16);
      break;
    case 'drag':
      await ask('drag', 1, 0, Math.round(ms / 17));
      break;
    case 'page-keys':
      await pressKey(browser, page, KEYS.pageDown, Math.round(ms / 33), 33);
      break;
    case 'jump':
      await ask('jump', Math.round(ms / 100), 100);
      break;
    default:
      way satisfies never;
  }
  const report = await ask('stopFrames');
  await until(
    `the rows of where the table stands after ${way}`,
    () => ask('exact'),
    Boolean,
    REST_TIMEOUT_MS,
  );
  return summarise(way, report);
}

function summarise(way: Way | 'none', report: FrameReport): ScrollRound {
  const { intervals, work, blankRuns, staleRuns, behind, longestTask } = report;
  return {
    way,
    frames: intervals.length,
    p95FrameMillis: percentile(intervals.map(inRefreshes), 0.95),
    p95TimerMillis: percentile(intervals, 0.95),
    longestFrameMillis: Math.max(0, ...intervals),
    workMillis: work.length === 0 ? 0 : median(work),
    blank: blankRuns.reduce((sum, run) => sum + run, 0),
    blankInARow: Math.max(0, ...blankRuns),
    stale: staleRuns.reduce((sum, run) => sum + run, 0),
    staleInARow: Math.max(0, ...staleRuns),
    behind: percentile(behind, 0.95),
    longestTask,
  };
}

/** @returns how long a screen would have shown the frame, in whole milliseconds: 17, 33, 50, … */
export function inRefreshes(interval: number): number {
  return Math.round(Math.max(1, Math.round(interval / REFRESH_MS)) * REFRESH_MS);
}

/**
 * @param part 0 … 1
 * @returns the smallest of the values that as large a part of them does not exceed; 0 of none
 */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0;
}
