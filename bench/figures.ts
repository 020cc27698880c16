/** The figures the bench promises, their budgets, and the arithmetic they share. */

export interface Budget {
  /** Section and key of the figure in the JSON, joined by a dot. */
  readonly figure: string;
  readonly unit: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export const BUDGETS: readonly Budget[] = [
  { figure: 'instrumentation.throughputRatio', unit: '×', atLeast: 0.95 },
  { figure: 'instrumentation.addedMicrosPerPost', unit: 'µs', atMost: 6 },
  { figure: 'instrumentation.addedMicrosPerPostWithoutSites', unit: 'µs', atMost: 3 },
  { figure: 'instrumentation.dormantRatio', unit: '×', atLeast: 0.99 },
  { figure: 'instrumentation.pausedRatio', unit: '×', atLeast: 0.99 },
  { figure: 'instrumentation.mutedRatio', unit: '×', atLeast: 0.97 },
  { figure: 'instrumentation.extraStartMillis', unit: 'ms', atMost: 1 },
  { figure: 'instrumentation.gzipBytes', unit: 'bytes', atMost: 6_000 },
  { figure: 'store.segmentOverRecord', unit: '×', atLeast: 20 },
  { figure: 'panel.gzipBytes', unit: 'bytes', atMost: 80_000 },
  { figure: 'panel.firstRowsMillis', unit: 'ms', atMost: 300 },
  { figure: 'model.foldMillis', unit: 'ms', atMost: 4_000 },
  { figure: 'model.bytesPerMessage', unit: 'bytes', atMost: 150 },
  { figure: 'table.scrollP95FrameMillis', unit: 'ms', atMost: 17 },
  { figure: 'table.blankFrames', unit: 'frames', atMost: 1 },
  { figure: 'filter.metadataMillis', unit: 'ms', atMost: 150 },
  { figure: 'filter.textFirstHitsMillis', unit: 'ms', atMost: 300 },
  { figure: 'filter.textAllMillis', unit: 'ms', atMost: 4_000 },
  { figure: 'panel.openRatio', unit: '×', atLeast: 0.9 },
  { figure: 'live.longestTaskMillis', unit: 'ms', atMost: 100 },
  { figure: 'live.p95FrameMillis', unit: 'ms', atMost: 33 },
  { figure: 'live.pauseMillis', unit: 'ms', atMost: 100 },
  { figure: 'live.memoryFlat', unit: '×', atMost: 1.1 },
  { figure: 'growth.ingest', unit: '×', atMost: 1.3 },
  { figure: 'growth.append', unit: '×', atMost: 1.3 },
  { figure: 'growth.scroll', unit: '×', atMost: 1.3 },
  { figure: 'growth.metadataFilter', unit: '×', atMost: 1.3 },
  { figure: 'store.bytesOnDiskBesideText', unit: 'bytes', atMost: 60 },
  { figure: 'store.bytesOnDiskBesideText, random text', unit: 'bytes', atMost: 60 },
  { figure: 'collector.lost', unit: 'events', atMost: 0 },
  { figure: 'collector.commitLagP99Millis', unit: 'ms', atMost: 500 },
  { figure: 'collector.queueGrowth', unit: '×', atMost: 1.5 },
  { figure: 'collector.longestTaskMillis', unit: 'ms', atMost: 50 },
  { figure: 'collector.pauseMillis', unit: 'ms', atMost: 100 },
  { figure: 'growth.collect', unit: '×', atMost: 1.3 },
];

/** A budget held against what was measured; `value` is null when nothing valid was. */
export interface Verdict extends Budget {
  readonly value: number | null;
  readonly holds: boolean;
}

/** Figures by section. A figure is null when its measurement was void. */
export type Sections = Record<string, Record<string, number | null>>;

/** @returns the budgets whose section was measured, with their verdicts */
export function judge(sections: Sections): Verdict[] {
  return BUDGETS.flatMap((budget) => {
    const [section = '', key = ''] = budget.figure.split('.');
    const figures = sections[section];
    if (figures === undefined || !(key in figures)) return [];
    const value = figures[key] ?? null;
    const { atLeast = -Infinity, atMost = Infinity } = budget;
    return [{ ...budget, value, holds: value !== null && value >= atLeast && value <= atMost }];
  });
}

/**
 * @param values at least one
 * @throws RangeError when there are none
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) throw new RangeError('the median of nothing');
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** @returns `value` with four significant digits, as reports show it; counts stay as they are */
export function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}
