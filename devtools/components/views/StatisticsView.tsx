/** Rates over time, quantiles, and who is busiest. */

import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import uPlotCss from 'uplot/dist/uPlot.min.css?inline';
import { withTerm } from '../../arithmetic/cell-terms.js';
import { formatBytes, formatCount, formatLatency, formatTime } from '../../arithmetic/format.js';
import { marked, stepped, type Marking } from '../../arithmetic/marking.js';
import { withStretch } from '../../arithmetic/time-term.js';
import { quoteValue } from '../../../src/model/query/index.js';
import type { Quantiles, Ranked, Statistics } from '../../view-protocol.js';
import { useAnswer } from './use-answer.js';
import { useSize } from './use-size.js';
import type { ViewProps } from './View.js';

const BUCKETS = 240;
const CHART_HEIGHT = 120;
const STEPPED = uPlot.paths.stepped?.({ align: 1 }) as uPlot.Series.PathBuilder;

export function StatisticsView({ recording }: ViewProps) {
  const said = useAnswer(recording.views, { view: 'statistics', buckets: BUCKETS });
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  const filter = (term: string): void => {
    recording.filterText.value = withTerm(recording.filterText.value, term);
  };
  const filterTime = useCallback(
    (from: number, to: number): void => {
      const { filterText } = recording;
      filterText.value = withStretch(filterText.value, from, to);
    },
    [recording],
  );
  const chart = (shown: Statistics) => ({
    said: shown,
    width: width - 16,
    onStretch: filterTime,
  });
  return (
    <div ref={place} class="statistics" tabIndex={0} aria-label="Statistics">
      <style>{uPlotCss}</style>
      {said !== null && said.total.messages === 0 && (
        <p class="view-empty">No messages to count.</p>
      )}
      {said !== null && said.total.messages > 0 && width > 0 && (
        <>
          <Chart {...chart(said)} of="messages" title="Messages a second" />
          <Chart {...chart(said)} of="bytes" title="Bytes a second" />
          <Chart {...chart(said)} of="open" title="Ports open" />
          <div class="statistics-tables">
            <QuantileTable said={said} />
            <RankedTable
              title="Busiest connections"
              rows={said.connections}
              total={said.total.messages}
              onFilter={(name) => filter(connectionTerm(name))}
            />
            <RankedTable
              title="Most frequent types"
              rows={said.types}
              total={said.total.messages}
              onFilter={(name) =>
                filter(name === '(no type)' ? '-has:type' : `type:=${quoteValue(name)}`)
              }
            />
          </div>
        </>
      )}
    </div>
  );
}

function connectionTerm(name: string): string {
  if (name === 'one-shot messages') return 'is:request';
  return `name:=${quoteValue(name === '(no name)' ? '' : name)}`;
}

interface ChartProps {
  readonly said: Statistics;
  readonly of: 'messages' | 'bytes' | 'open';
  readonly title: string;
  readonly width: number;
  /** Takes a stretch of time that was marked, epoch milliseconds, both included. */
  readonly onStretch: (from: number, to: number) => void;
}

function Chart({ said, of, title, width, onStretch }: ChartProps) {
  const [marking, setMarking] = useState<Marking | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const data = useMemo(() => dataOf(said, of), [said, of]);
  const format = of === 'bytes' ? formatBytes : formatCount;

  useEffect(() => {
    if (place.current === null) return undefined;
    const style = getComputedStyle(place.current);
    const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
    const axis = {
      stroke: colour('text-quiet'),
      font: `11px ${style.fontFamily}`,
      grid: { stroke: colour('line'), width: 1 },
      ticks: { stroke: colour('line'), width: 1 },
    };
    chart.current = new uPlot(
      {
        width,
        height: CHART_HEIGHT,
        legend: { show: false },
        cursor: {
          sync: { key: 'porthole-statistics' },
          drag: { x: true, y: false, setScale: false },
        },
        hooks: {
          setSelect: [
            (plot) => {
              const { left, width: marked } = plot.select;
              if (marked < 1) return;
              const at = (px: number): number => plot.posToVal(px, 'x') * 1000;
              onStretch(at(left), at(left + marked));
              plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
        },
        scales: {
          x: { time: false },
          y: { range: (_, _low, high) => [0, Math.max(1, high * 1.1)] },
        },
        axes: [
          {
            ...axis,
            size: 24,
            space: 80,
            values: (_, splits) => splits.map((at) => formatTime(at * 1000).slice(0, 12)),
          },
          {
            ...axis,
            size: 64,
            values: (_, splits) =>
              splits.map((value) => (Number.isInteger(value) ? format(value) : '')),
          },
        ],
        series: [
          {},
          {
            stroke: colour('accent'),
            fill: `color-mix(in srgb, ${colour('accent')} 18%, transparent)`,
            width: 1.5,
            points: { show: false },
            paths: STEPPED,
          },
        ],
      },
      [[], []],
      place.current,
    );
    return () => {
      chart.current?.destroy();
      chart.current = null;
    };
  }, [width, of, format, onStretch]);
  useEffect(() => {
    chart.current?.setData(data);
  }, [data, width]);

  const stretch = useMemo(() => (marking === null ? null : marked(marking)), [marking]);
  useEffect(() => {
    const plot = chart.current;
    if (plot === null) return;
    const place = (at: number): number => plot.valToPos(at / 1000, 'x');
    const left = stretch === null ? 0 : place(stretch.from);
    const marks = stretch === null ? 0 : Math.max(1, place(stretch.to) - left);
    plot.setSelect({ left, top: 0, width: marks, height: plot.over.clientHeight }, false);
  }, [stretch, width, of, format, onStretch]);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const next = stepped(marking, event.key, event.shiftKey, said);
    if (next !== null) setMarking(next);
    else if (stretch === null) return;
    else if (event.key === 'Enter') {
      onStretch(stretch.from, stretch.to);
      setMarking(null);
    } else if (event.key === 'Escape') setMarking(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const most = format(Math.round(Math.max(0, ...data[1])));
  return (
    <figure
      class="chart"
      role="application"
      aria-roledescription="chart"
      aria-label={`${title}: at most ${most}. Arrow keys move, with Shift they mark a stretch of time, Enter filters for it.`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onBlur={() => setMarking(null)}
    >
      <figcaption>
        {title} <span class="quiet">at most {most}</span>
        <span class="marked" role="status">
          {stretch !== null && `${formatTime(stretch.from)} to ${formatTime(stretch.to)}`}
        </span>
      </figcaption>
      <div ref={place} />
    </figure>
  );
}

/** @returns seconds since the epoch, and values; of messages and bytes their rate a second */
function dataOf(said: Statistics, of: ChartProps['of']): [number[], number[]] {
  const { from, bucketMs } = said;
  const rate = of === 'open' ? 1 : 1000 / bucketMs;
  return [
    said[of].map((_, index) => (from + index * bucketMs) / 1000),
    said[of].map((value) => value * rate),
  ];
}

function QuantileTable({ said: { latency, size } }: { readonly said: Statistics }) {
  const rows: readonly [string, Quantiles | null, (value: number) => string][] = [
    ['Latency', latency, formatLatency],
    ['Size', size, formatBytes],
  ];
  return (
    <table>
      <caption>Latency and size</caption>
      <thead>
        <tr>
          <th scope="col" />
          <th scope="col">half</th>
          <th scope="col">90 %</th>
          <th scope="col">99 %</th>
          <th scope="col">most</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([title, values, format]) => (
          <tr key={title}>
            <th scope="row">{title}</th>
            {values === null ? (
              <td colSpan={4} class="quiet">
                not known
              </td>
            ) : (
              [values.p50, values.p90, values.p99, values.max].map((value, index) => (
                <td key={index}>{format(value)}</td>
              ))
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface RankedTableProps {
  readonly title: string;
  readonly rows: readonly Ranked[];
  readonly total: number;
  readonly onFilter: (name: string) => void;
}

function RankedTable({ title, rows, total, onFilter }: RankedTableProps) {
  return (
    <table>
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">
            <span class="hidden-text">Name</span>
          </th>
          <th scope="col">messages</th>
          <th scope="col">bytes</th>
          <th scope="col">latency</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, messages, bytes, latency }) => (
          <tr key={name}>
            <th scope="row">
              <button type="button" title={`Filter for ${name}`} onClick={() => onFilter(name)}>
                <bdi>{name}</bdi>
              </button>
              <span class="share" style={{ width: `${(100 * messages) / total}%` }} />
            </th>
            <td>{formatCount(messages)}</td>
            <td>{formatBytes(bytes)}</td>
            <td>{latency === null ? '' : formatLatency(latency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
