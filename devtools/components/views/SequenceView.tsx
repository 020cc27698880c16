/** Contexts as lanes, time downwards, messages as arrows. Only the stretch of time in view is asked for and drawn. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { counted, text } from '../../../src/texts/index.js';
import { formatLatency, formatMoment } from '../../arithmetic/format.js';
import {
  arrowAt,
  laneX,
  leastWidth,
  markAt,
  nextArrow,
  panned,
  timeOf,
  zoomed,
  type Stretch,
} from '../../arithmetic/sequence-space.js';
import { withStretch } from '../../arithmetic/time-term.js';
import type { Arrow, LaneMark, Sequence } from '../../view-protocol.js';
import { drawSequence } from './draw-sequence.js';
import { useAnswer } from './use-answer.js';
import { useSize } from './use-size.js';
import type { ViewProps } from './View.js';

const MOST_ARROWS = 1_500;
/** Pixels that an arrow key scrolls, where not all lanes have room. */
const SIDEWAYS = 64;
/** A step of the zoom keys and buttons. */
const ZOOM = 2;

export function SequenceView({ recording, onOpen }: ViewProps) {
  const [stretch, setStretch] = useState<Stretch | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(place);
  const [pointed, setPointed] = useState<Arrow | LaneMark | null>(null);
  const said = useAnswer(recording.views, {
    view: 'sequence',
    window: stretch,
    most: MOST_ARROWS,
  });
  const selected = recording.selectedIndex.value;
  const elapsed = recording.preferences.elapsed.value;
  const origin = recording.summary.value?.recording?.startedAt ?? 0;

  useEffect(() => {
    if (canvas.current === null || said === null || width === 0) return;
    const timeText = (at: number): string => formatMoment({ at, since: at - origin }, elapsed);
    drawSequence(canvas.current, said, { width, height, selected, pointed, timeText });
  }, [said, width, height, selected, pointed, elapsed, origin]);

  if (said !== null && said.lanes.length === 0) {
    return <p class="view-empty">{text('view_nothing')}</p>;
  }
  const shown = said?.window ?? { from: 0, to: 0 };
  const whole = said?.whole ?? shown;
  const move = (next: Stretch): void => {
    const all = next.from <= whole.from && next.to >= whole.to;
    setStretch(all ? null : next);
  };
  const choose = (row: number): void => recording.select(row, null);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || said === null) return;
    const middle = (shown.from + shown.to) / 2;
    const actions: Record<string, () => void> = {
      '+': () => move(zoomed(shown, whole, 1 / ZOOM, middle)),
      '=': () => move(zoomed(shown, whole, 1 / ZOOM, middle)),
      '-': () => move(zoomed(shown, whole, ZOOM, middle)),
      '0': () => setStretch(null),
      PageDown: () => move(panned(shown, whole, 0.9)),
      PageUp: () => move(panned(shown, whole, -0.9)),
      Home: () => move(panned(shown, whole, -Infinity)),
      End: () => move(panned(shown, whole, Infinity)),
      ArrowRight: () => scroller.current?.scrollBy(SIDEWAYS, 0),
      ArrowLeft: () => scroller.current?.scrollBy(-SIDEWAYS, 0),
      ArrowDown: () => step(said, 1),
      ArrowUp: () => step(said, -1),
      Enter: () => {
        if (selected !== null) onOpen();
      },
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  }

  /** To the next or previous arrow; at the edge of what is shown, on in time. */
  function step({ arrows }: Sequence, by: 1 | -1): void {
    const next = nextArrow(arrows, selected, by);
    if (next === null) move(panned(shown, whole, by / 2));
    else {
      choose(next.row);
      reveal(next);
    }
  }

  /** Scrolls sideways to where an arrow begins, if that is out of view. */
  function reveal({ from }: Arrow): void {
    const { current } = scroller;
    if (current === null || said === null) return;
    const x = laneX(from, said.lanes.length, width);
    const { scrollLeft, clientWidth } = current;
    if (x < scrollLeft || x > scrollLeft + clientWidth) current.scrollLeft = x - clientWidth / 2;
  }

  function onClick(event: MouseEvent): void {
    if (said === null) return;
    const hit = arrowAt(said, { width, height }, event.offsetX, event.offsetY);
    if (hit === null) return;
    choose(hit.row);
    // Several in one: closer, to tell them apart.
    if (hit.count > 1) move(zoomed(shown, whole, 1 / 8, hit.at));
  }

  return (
    <div
      class="sequence"
      role="application"
      aria-roledescription={text('sequence_role')}
      aria-label={said === null ? text('view_sequence') : description(said)}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div ref={scroller} class="sequence-scroll" tabIndex={-1}>
        <div class="sequence-wide" style={{ minWidth: `${leastWidth(said?.lanes.length ?? 0)}px` }}>
          <div class="sequence-lanes" style={{ height: '34px' }}>
            {said?.lanes.map((lane, index) => (
              <span
                key={lane.key + lane.label}
                class={`lane ${lane.kind}`}
                title={lane.label}
                style={{
                  left: `${laneX(index, said.lanes.length, width)}px`,
                  maxWidth: `${laneX(1, said.lanes.length, width) - laneX(0, said.lanes.length, width) - 4}px`,
                }}
              >
                {lane.label}
              </span>
            ))}
          </div>
          <div
            ref={place}
            class="sequence-place"
            onWheel={(event) => {
              // Sideways it scrolls by itself.
              if (said === null || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
              event.preventDefault();
              const at = timeOf(event.offsetY, height, shown);
              if (event.ctrlKey) move(zoomed(shown, whole, Math.exp(event.deltaY / 300), at));
              else move(panned(shown, whole, event.deltaY / Math.max(1, height)));
            }}
          >
            <canvas
              ref={canvas}
              onClick={onClick}
              onDblClick={onOpen}
              onMouseMove={({ offsetX, offsetY }) => {
                if (said === null) return;
                const size = { width, height };
                setPointed(
                  markAt(said, size, offsetX, offsetY) ?? arrowAt(said, size, offsetX, offsetY),
                );
              }}
              onMouseLeave={() => setPointed(null)}
            />
          </div>
        </div>
      </div>
      <div class="sequence-bar">
        <button
          type="button"
          class="action"
          title={text('sequence_closer')}
          onClick={() => move(zoomed(shown, whole, 1 / ZOOM, (shown.from + shown.to) / 2))}
        >
          +
        </button>
        <button
          type="button"
          class="action"
          title={text('sequence_further')}
          onClick={() => move(zoomed(shown, whole, ZOOM, (shown.from + shown.to) / 2))}
        >
          −
        </button>
        <button
          type="button"
          class="action"
          title={text('sequence_all_title')}
          onClick={() => setStretch(null)}
        >
          {text('sequence_all')}
        </button>
        {stretch !== null && (
          <button
            type="button"
            class="action"
            title={text('sequence_filter_title')}
            onClick={() => {
              const { filterText } = recording;
              filterText.value = withStretch(filterText.value, shown.from, shown.to);
            }}
          >
            {text('sequence_filter')}
          </button>
        )}
        <span class="quiet">
          {text('sequence_shown', {
            from: formatMoment({ at: shown.from, since: shown.from - origin }, elapsed),
            time: formatLatency(shown.to - shown.from),
            whole: formatLatency(whole.to - whole.from),
          })}
          {said !== null && said.more > 0 && `; ${counted('sequence_left_out', said.more)}`}
        </span>
      </div>
    </div>
  );
}

function description({ lanes, arrows, window }: Sequence): string {
  const messages = arrows.reduce((sum, { count, isReply }) => sum + (isReply ? 0 : count), 0);
  return text('sequence_description', {
    messages: counted('message', messages),
    contexts: counted('context', lanes.length),
    time: formatLatency(window.to - window.from),
  });
}
