/** The source of a frame in the place of its stack: the original where a source map leads to it, and what ran. */

import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { text, type TextKey } from '../../src/texts/index.js';
import { MOST_HITS } from '../arithmetic/payload-search.js';
import { searchSource, sourceRows, tokenAt } from '../arithmetic/source-lines.js';
import { sourceName, type StackFrame } from '../arithmetic/stack.js';
import type { RecordingState } from '../state/recording.js';
import {
  loadSource,
  lookUpInWorker,
  type LoadedSource,
  type NoOriginal,
  type OriginalPlace,
  type ShownSource,
} from '../state/source.js';
import { inSlices } from '../state/slices.js';
import sourceCss from '../styles/source.css?inline';
import { FindBox, NOTHING_SOUGHT, type Find } from './FindBox.js';
import { Icon } from './Icon.js';
import { Marked } from './Marked.js';
import type { Searched } from './PayloadTree.js';
import { VirtualList, type ListControls } from './VirtualList.js';

const ROW_HEIGHT = 16;

type Side = 'original' | 'generated';

type Fault = Extract<LoadedSource, { kind: 'failed' }>['fault'] | 'trace';

const FAULTS: Record<Fault, TextKey> = {
  trace: 'source_fault_trace',
  'no-page': 'source_fault_no_page',
  asleep: 'source_fault_asleep',
  older: 'source_fault_older',
  foreign: 'source_fault_foreign',
  'no-answer': 'source_fault_no_answer',
  'not-found': 'source_fault_not_found',
  'too-big': 'source_fault_too_big',
  unreachable: 'source_fault_unreachable',
};

/** Those that trying again can mend. */
const PASSING: ReadonlySet<Fault> = new Set(['no-page', 'asleep', 'no-answer', 'unreachable']);

const MAP_FAULTS: Record<Extract<NoOriginal, { kind: 'bad-map' }>['why'], TextKey> = {
  'no-json': 'source_map_no_json',
  'no-map': 'source_map_no_map',
  'too-long': 'source_map_too_long',
  'too-slow': 'source_map_too_slow',
};

interface SourceViewProps {
  readonly recording: RecordingState;
  readonly extensionId: string;
  /** The stack that the frame is of. */
  readonly frames: readonly string[];
  readonly frame: StackFrame;
  /** Hears where frames of the stack were in their originals, by their lines. */
  readonly onPlaces: (places: ReadonlyMap<string, OriginalPlace>) => void;
  readonly onCopy: (text: string) => void;
  readonly onClose: () => void;
}

export function SourceView(props: SourceViewProps) {
  const { recording, extensionId, frames, frame, onPlaces, onCopy, onClose } = props;
  const pane = useRef<HTMLElement>(null);
  const isTrace = recording.traces.opened.value !== null;
  const [loaded, setLoaded] = useState<LoadedSource | null>(null);
  const [done, setDone] = useState(0);
  const [attempt, setAttempt] = useState(0);
  const [wanted, setWanted] = useState<Side>('original');
  const [find, setFind] = useState<Find>(NOTHING_SOUGHT);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<ListControls>(null);
  const onHits = useCallback(
    (hits: number | null) => setFind((sought) => ({ ...sought, hits, at: 0 })),
    [],
  );

  useEffect(() => {
    if (isTrace) return undefined;
    let isWanted = true;
    setLoaded(null);
    setDone(0);
    const host = {
      readFile: recording.readFile,
      lookUp: async (lookup: Parameters<typeof lookUpInWorker>[1]) =>
        await lookUpInWorker(() => new Worker('source-maps.js'), lookup),
    };
    void loadSource(host, extensionId, frames, frame, (part) => isWanted && setDone(part)).then(
      (source) => {
        if (!isWanted) return;
        setLoaded(source);
        if (source.kind === 'loaded') onPlaces(source.places);
      },
    );
    return () => {
      isWanted = false;
    };
  }, [recording, extensionId, frames, frame, isTrace, attempt, onPlaces]);

  // Before anything is painted: the next key is already this view's.
  useLayoutEffect(() => pane.current?.focus(), []);

  const both = loaded?.kind === 'loaded' && loaded.original !== null ? loaded : null;
  const shown =
    loaded?.kind !== 'loaded'
      ? null
      : wanted === 'original' && loaded.original !== null
        ? loaded.original
        : loaded.generated;
  const place = shown ?? { source: frame.url, line: frame.line, column: frame.column };
  const name = sourceName(place.source);
  const fault = isTrace ? 'trace' : loaded?.kind === 'failed' ? loaded.fault : null;

  function onKeyDown(event: KeyboardEvent): void {
    const { key, ctrlKey, metaKey, altKey } = event;
    const isHeld = ctrlKey || metaKey;
    const isWriting = event.target === field.current;
    if (shown !== null && !altKey && (isHeld ? key === 'f' : key === '/' && !isWriting)) {
      field.current?.focus();
      field.current?.select();
    } else if (key === 'Escape') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const sides: readonly [side: Side, label: string, source: string][] =
    both === null
      ? []
      : [
          ['original', text('source_original'), both.original?.source ?? ''],
          ['generated', text('source_generated'), both.generated.source],
        ];
  return (
    <section
      ref={pane}
      class="payload source"
      tabIndex={-1}
      aria-label={text('source_label', { name })}
      onKeyDown={onKeyDown}
    >
      <style>{sourceCss}</style>
      <div class="payload-bar">
        <button
          type="button"
          class="text-button"
          title={text('source_back_title')}
          onClick={onClose}
        >
          <Icon name="in" />
          {text('source_back')}
        </button>
        <span class="source-place" title={`${place.source}:${place.line}:${place.column}`}>
          <bdi>{`${name}:${place.line}:${place.column}`}</bdi>
        </span>
        <button
          type="button"
          class="tool"
          title={text('source_copy')}
          aria-label={text('source_copy')}
          onClick={() =>
            onCopy(
              `${shown === both?.original ? name : place.source}:${place.line}:${place.column}`,
            )
          }
        >
          <Icon name="copy" />
        </button>
        <span class="spacer" />
        {shown !== null && (
          <FindBox
            find={find}
            field={field}
            onChange={setFind}
            onLeave={() => list.current?.focus()}
          />
        )}
        {both !== null && (
          <div class="segmented" role="radiogroup" aria-label={text('source_sides')}>
            {sides.map(([side, label, source]) => (
              <button
                key={side}
                type="button"
                role="radio"
                aria-checked={side === wanted}
                title={source}
                onClick={() => setWanted(side)}
              >
                {label}
              </button>
            ))}
          </div>
        )}
        {loaded?.kind === 'loaded' && loaded.noOriginal?.kind === 'no-map' && (
          <span class="quiet source-no-map">{text('source_no_map')}</span>
        )}
      </div>
      {loaded?.kind === 'loaded' && <WhyNoOriginal why={loaded.noOriginal} />}
      {fault !== null ? (
        <div class="source-fault" role="status">
          <p>
            <b>{text('source_unread', { name })}</b> {faultText(fault)}
          </p>
          {PASSING.has(fault) && (
            <button type="button" class="text-button" onClick={() => setAttempt(attempt + 1)}>
              {text('source_again')}
            </button>
          )}
        </div>
      ) : shown === null ? (
        <p class="detail-empty source-reading" role="status">
          {done === 0
            ? text('source_reading', { name })
            : text('source_reading_part', { name, percent: Math.floor(done * 100) })}
        </p>
      ) : (
        <Lines
          key={shown.source}
          source={shown}
          name={name}
          list={list}
          find={find}
          onHits={onHits}
        />
      )}
    </section>
  );
}

function faultText(fault: Fault): string {
  return text(FAULTS[fault], { command: 'porthole instrument' });
}

function WhyNoOriginal({ why }: { readonly why: NoOriginal | null }) {
  if (why === null || why.kind === 'no-map') return null;
  return (
    <p class="note gap" role="status">
      {whyText(why)}
    </p>
  );
}

function whyText(why: Exclude<NoOriginal, { kind: 'no-map' }>): string {
  switch (why.kind) {
    case 'foreign-map':
      return text('source_map_foreign', { map: why.map });
    case 'missing-map':
      return why.fault === 'not-found'
        ? text('source_map_missing', { map: sourceName(why.map) })
        : text('source_map_unread', { map: sourceName(why.map), why: faultText(why.fault) });
    case 'bad-map':
      return text(MAP_FAULTS[why.why], { map: mapName(why.map) });
    case 'unmapped':
      return text('source_unmapped', { map: mapName(why.map) });
    case 'no-text': {
      const { source, line, column } = why.place;
      return text('source_no_text', {
        place: `${sourceName(source)}:${line}:${column}`,
        key: 'sourcesContent',
      });
    }
  }
}

function mapName(map: string): string {
  return map === '' ? text('source_map_inline') : sourceName(map);
}

interface LinesProps extends Searched {
  readonly source: ShownSource;
  readonly name: string;
  readonly list: RefObject<ListControls | null>;
}

function Lines({ source, name, list, find, onHits }: LinesProps) {
  const place = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => sourceRows(source.text), [source.text]);
  const marked = rows.indexOf(source.line, source.column);
  const gutter = { width: `calc(${String(rows.lines).length}ch + 14px)` };
  useEffect(() => {
    list.current?.reveal(marked, true);
    list.current?.focus();
  }, [list, marked]);
  const [hits, setHits] = useState<readonly number[]>([]);
  useEffect(() => {
    setHits([]);
    if (find.text === '') return undefined;
    onHits(null);
    return inSlices(searchSource(source.text, rows, find.text, MOST_HITS), (found) => {
      setHits(found);
      onHits(found.length);
    });
  }, [source.text, rows, find.text, onHits]);
  const hit = hits[find.at];
  useEffect(() => {
    if (hit !== undefined) list.current?.reveal(hit);
  }, [list, hit]);
  /** The place may be further right than there is room. */
  const sought = useRef(true);
  const onDrawn = (): void => {
    const mark = place.current?.querySelector('mark') ?? null;
    if (mark === null || !sought.current) return;
    sought.current = false;
    const { right } = mark.getBoundingClientRect();
    const isHidden = right > (place.current?.getBoundingClientRect().right ?? 0);
    if (isHidden) mark.scrollIntoView({ block: 'nearest', inline: 'center' });
  };
  return (
    <div ref={place} class="source-lines">
      <VirtualList
        count={rows.count}
        rowHeight={ROW_HEIGHT}
        controls={list}
        onDrawn={onDrawn}
        attributes={{ class: 'payload-lines', role: 'document', tabIndex: 0, 'aria-label': name }}
      >
        {(first, end) =>
          Array.from({ length: end - first }, (_, position) => {
            const index = first + position;
            const row = rows.at(index);
            const isMarked = index === marked;
            return (
              <div
                key={index}
                class={`text-line source-line${isMarked ? ' place' : ''}${index === hit ? ' hit' : ''}`}
                {...(isMarked ? { 'aria-current': 'location' as const } : {})}
              >
                <span class="source-number" style={gutter}>
                  {row.column === 1 ? row.line : ''}
                </span>
                {find.text !== '' ? (
                  <Marked text={row.text} find={find.text} />
                ) : isMarked ? (
                  <MarkedRow code={row.text} column={source.column - row.column} />
                ) : (
                  row.text
                )}
              </div>
            );
          })
        }
      </VirtualList>
    </div>
  );
}

interface MarkedRowProps {
  readonly code: string;
  /** From 0. */
  readonly column: number;
}

function MarkedRow({ code, column }: MarkedRowProps) {
  const [from, to] = tokenAt(code, column);
  return (
    <>
      {code.slice(0, from)}
      <mark>{code.slice(from, to)}</mark>
      {code.slice(to)}
    </>
  );
}
