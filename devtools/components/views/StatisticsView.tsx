/** Rates over time, quantiles, and who is busiest. */

import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import uPlotCss from 'uplot/dist/uPlot.min.css?inline';
import { formatCount, text } from '../../../src/texts/index.js';
import { withTerm } from '../../arithmetic/cell-terms.js';
import { shownPortName } from '../../arithmetic/port-name.js';
import { formatBytes, formatLatency, formatTime } from '../../arithmetic/format.js';
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
    <div ref={place} class="statistics" tabIndex={0} aria-label={text('view_statistics')}>
      <style>{uPlotCss}</style>
      {said !== null && said.total.messages === 0 && (
        <p class="view-empty">{text('statistics_none')}</p>
      )}
      {said !== null && said.total.messages > 0 && width > 0 && (
        <>
          <Chart {...chart(said)} of="messages" title={text('statistics_messages')} />
          <Chart {...chart(said)} of="bytes" title={text('statistics_bytes')} />
          <Chart {...chart(said)} of="open" title={text('statistics_open')} />
          <div class="statistics-tables">
            <QuantileTable said={said} />
            <RankedTable
              title={text('statistics_connections')}
              nameOf={connectionName}
              rows={said.connections}
              total={said.total.messages}
              onFilter={(name) => filter(connectionTerm(name))}
            />
            <RankedTable
              title={text('statistics_types')}
              nameOf={typeName}
              rows={said.types}
              total={said.total.messages}
              onFilter={(name) => filter(name === null ? '-has:type' : `type:=${quoteValue(name)}`)}
            />
          </div>
        </>
      )}
    </div>
  );
}

function connectionTerm(name: Ranked['name']): string {
  return name === null ? 'is:request' : `name:=${quoteValue(name)}`;
}

function connectionName(name: Ranked['name']): string {
  if (name === null) return text('one_off_messages');
  return shownPortName(name);
}

function typeName(name: Ranked['name']): string {
  return name ?? text('statistics_no_type');
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
      aria-roledescription={text('statistics_chart')}
      aria-label={text('statistics_chart_label', { title, most })}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onBlur={() => setMarking(null)}
    >
      <figcaption>
        {title} <span class="quiet">{text('statistics_at_most', { most })}</span>
        <span class="marked" role="status">
          {stretch !== null &&
            text('statistics_stretch', {
              from: formatTime(stretch.from),
              to: formatTime(stretch.to),
            })}
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
    [text('statistics_latency'), latency, formatLatency],
    [text('statistics_size'), size, formatBytes],
  ];
  return (
    <table>
      <caption>{text('statistics_quantiles')}</caption>
      <thead>
        <tr>
          <th scope="col" />
          <th scope="col">{text('statistics_half')}</th>
          <th scope="col">90 %</th>
          <th scope="col">99 %</th>
          <th scope="col">{text('statistics_most')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([title, values, format]) => (
          <tr key={title}>
            <th scope="row">{title}</th>
            {values === null ? (
              <td colSpan={4} class="quiet">
                {text('statistics_not_known')}
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
  /** @returns what is shown for it */
  readonly nameOf: (name: Ranked['name']) => string;
  readonly onFilter: (name: Ranked['name']) => void;
}

function RankedTable({ title, rows, total, nameOf, onFilter }: RankedTableProps) {
  return (
    <table>
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">
            <span class="hidden-text">{text('statistics_name')}</span>
          </th>
          <th scope="col">{text('statistics_column_messages')}</th>
          <th scope="col">{text('statistics_column_bytes')}</th>
          <th scope="col">{text('statistics_column_latency')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, messages, bytes, latency }) => (
          <tr key={name}>
            <th scope="row">
              <button
                type="button"
                title={text('statistics_filter', { name: nameOf(name) })}
                onClick={() => onFilter(name)}
              >
                <bdi>{nameOf(name)}</bdi>
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
