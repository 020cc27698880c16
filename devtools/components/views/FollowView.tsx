/** One connection as a conversation: what the opener says at the left, what comes back at the right, silence between. */

import { useCallback, useRef, useState } from 'preact/hooks';
import { text } from '../../../src/texts/index.js';
import { formatBytes, formatLatency, formatMoment } from '../../arithmetic/format.js';
import { lineForKey } from '../../arithmetic/list-keys.js';
import { safeName } from '../../arithmetic/safe-name.js';
import type { Turn } from '../../view-protocol.js';
import type { EndName, RowView } from '../../worker-protocol.js';
import { FLAG_BADGES, KIND_WORDS } from '../row-words.js';
import { VirtualList, type ListControls, type WantedRows } from '../VirtualList.js';
import { useAnswer } from './use-answer.js';
import type { ViewProps } from './View.js';
import { Sentence } from '../Sentence.js';

const ROW_HEIGHT = 46;

/** Milliseconds of silence that are worth being seen at once. */
const LONG_SILENCE = 1_000;

export function FollowView({ recording, onOpen }: ViewProps) {
  const list = useRef<ListControls>(null);
  const [wanted, setWanted] = useState({ first: 0, end: 0 });
  const { selectedIndex, selectedKey } = recording;
  const selected = selectedIndex.value;
  const said = useAnswer(recording.views, {
    view: 'follow',
    ...wanted,
    selected: selectedKey.value,
  });
  const count = said?.count ?? 0;
  const onWindow = useCallback(({ from: first, to: end }: WantedRows) => {
    setWanted((before) => (before.first === first && before.end === end ? before : { first, end }));
  }, []);
  const choose = (position: number): void => {
    const target = Math.min(Math.max(0, position), count - 1);
    recording.select(target, said?.turns[target - said.first]?.row.key ?? null);
    list.current?.reveal(target);
  };

  return (
    <>
      {said?.isMixed === true && (
        <div class="bar" role="status">
          <span>{text('follow_mixed')}</span>
          {said.selected === null ? (
            <span class="quiet">{text('follow_mixed_hint')}</span>
          ) : (
            <button
              type="button"
              class="action"
              onClick={() => {
                const { key } = said.selected ?? { key: '' };
                recording.selection.value = { kind: 'connection', key };
              }}
            >
              <Sentence
                id="follow_only"
                parts={{
                  name: <bdi>{safeName(said.selected.name || text('follow_only_unnamed'))}</bdi>,
                }}
              />
            </button>
          )}
        </div>
      )}
      <VirtualList
        count={count}
        rowHeight={ROW_HEIGHT}
        newest="end"
        controls={list}
        onWindow={onWindow}
        inView={selected}
        attributes={{
          class: 'conversation',
          role: 'listbox',
          tabIndex: 0,
          'aria-label': text('follow'),
          // An element that is not drawn has no id to be named by.
          ...(selected === null || selected < wanted.first || selected >= wanted.end
            ? {}
            : { 'aria-activedescendant': `turn-${selected}` }),
          onKeyDown: (event) => {
            if (event.altKey || event.ctrlKey || event.metaKey) return;
            const target = lineForKey(event.key, selected, count, list.current?.page() ?? 1);
            if (target === null && event.key !== 'Enter') return;
            event.preventDefault();
            if (target !== null) choose(target);
            else if (selected !== null) onOpen();
          },
        }}
      >
        {(first, end, slots) =>
          Array.from({ length: end - first }, (_, n) => {
            const position = first + n;
            const turn = said?.turns[position - said.first];
            return (
              <div
                key={slots[n]}
                id={`turn-${position}`}
                role="option"
                aria-selected={position === selected}
                class={`turn ${turn?.side ?? 'pending'}`}
                style={{ height: `${ROW_HEIGHT}px` }}
                onClick={() => choose(position)}
                onDblClick={onOpen}
              >
                {turn !== undefined && (
                  <TurnBody
                    turn={turn}
                    elapsed={recording.preferences.elapsed.value}
                    mixed={said?.isMixed === true}
                  />
                )}
              </div>
            );
          })
        }
      </VirtualList>
    </>
  );
}

interface TurnProps {
  readonly turn: Turn;
  readonly elapsed: boolean;
  /** Of more than one connection: then each line says of which. */
  readonly mixed: boolean;
}

function briefName({ kind, rest }: EndName): string {
  return `${kind} ${rest}`.trim();
}

/** @returns what has happened to what: a port, or a context */
function subjectOf({ connection, from }: RowView): string {
  return connection !== '' || from === null ? connection : briefName(from);
}

function TurnBody({ turn: { row, side, gap }, elapsed, mixed }: TurnProps) {
  const silence = gap === null || gap < 1 ? '' : `+${formatLatency(gap)}`;
  const isLong = gap !== null && gap >= LONG_SILENCE;
  if (side === 'nobody') {
    return (
      <p class="turn-event">
        {formatMoment(row, elapsed)} {mixed && <b>{subjectOf(row)} </b>}
        {row.preview || text(KIND_WORDS[row.kind])}
      </p>
    );
  }
  return (
    <div class="turn-box">
      <p class="turn-head">
        <b title={row.from?.label}>
          {row.from === null ? text('end_not_instrumented') : briefName(row.from)}
        </b>
        {mixed && <bdi class="quiet turn-name">{row.connection}</bdi>}
        {row.messageType !== '' && <bdi class="turn-type">{row.messageType}</bdi>}
        <span class="quiet turn-time">
          {formatMoment(row, elapsed)}
          <span class="turn-facts">
            {row.latency !== null && `, ${formatLatency(row.latency)}`}
            {row.bytes !== null && `, ${formatBytes(row.bytes)}`}
          </span>
        </span>
        <span class={isLong ? 'turn-silence long' : 'turn-silence'} title={text('follow_silence')}>
          {silence}
        </span>
      </p>
      <p class="turn-text">
        {row.flag !== null && (
          <span class={`badge ${row.flag}`}>{text(FLAG_BADGES[row.flag])}</span>
        )}
        <span class="turn-words">{row.preview}</span>
        {row.outcome !== '' && <span class="outcome"> ⇒ {row.outcome}</span>}
      </p>
    </div>
  );
}
