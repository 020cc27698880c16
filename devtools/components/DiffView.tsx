/** What changed from one message to another, as a tree; marks and words say it, colours only help. */

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { counted, text, type TextKey } from '../../src/texts/index.js';
import { differenceOf } from '../arithmetic/diff.js';
import { diffLines, tallyOf, type DiffLine } from '../arithmetic/diff-lines.js';
import { formatTime } from '../arithmetic/format.js';
import { lineForKey } from '../arithmetic/list-keys.js';
import { readPayload, type ReadPayload } from '../state/payload.js';
import type { RecordingState } from '../state/recording.js';
import type { RowView } from '../worker-protocol.js';
import { Icon } from './Icon.js';
import { VirtualList, type ListControls } from './VirtualList.js';

const ROW_HEIGHT = 18;

const MARKS: Record<DiffLine['kind'], readonly [mark: string, word: TextKey | null]> = {
  same: ['', null],
  unchanged: ['', null],
  inside: ['', null],
  added: ['+', 'diff_view_added'],
  removed: ['−', 'diff_view_removed'],
  changed: ['≠', 'diff_view_changed'],
};

interface DiffViewProps {
  readonly recording: RecordingState;
  readonly row: RowView;
  readonly value: unknown;
}

export function DiffView({ recording, row, value }: DiffViewProps) {
  const pins = (recording.pins.value?.list.value ?? []).filter(({ key }) => key !== row.key);
  const [wanted, setWanted] = useState('previous');
  const base = pins.some(({ key }) => key === wanted) ? wanted : 'previous';
  useEffect(() => recording.compare(row.key, base), [recording, row.key, base]);
  const answer = recording.compared.value;
  const compared = answer?.key === row.key && answer.base === base ? answer : null;
  return (
    <>
      <div class="diff-bar">
        <label>
          {text('diff_view_with')}{' '}
          <select value={base} onChange={({ currentTarget }) => setWanted(currentTarget.value)}>
            <option value="previous">
              {row.messageType === ''
                ? text('diff_view_previous_untyped')
                : text('diff_view_previous', { type: row.messageType })}
            </option>
            {pins.map(({ key, at, name, note }) => (
              <option key={key} value={key}>
                {text('diff_view_pinned', { time: formatTime(at), name, note })}
              </option>
            ))}
          </select>
        </label>
        {compared !== null && compared.found !== null && (
          <button
            type="button"
            class="text-button"
            onClick={() => recording.select(null, compared.found?.row.key ?? null)}
          >
            {formatTime(compared.found.row.at)}
          </button>
        )}
      </div>
      <Compared compared={compared} value={value} />
    </>
  );
}

function readBase(compared: ComparedProps['compared']): ReadPayload | null {
  const payload = compared?.found?.payload ?? null;
  return payload === null ? null : readPayload(payload);
}

interface ComparedProps {
  readonly compared: RecordingState['compared']['value'];
  readonly value: unknown;
}

function Compared({ compared, value }: ComparedProps) {
  const read = useMemo(() => readBase(compared), [compared]);
  if (compared === null) return <p class="detail-empty">{text('diff_view_looking')}</p>;
  if (compared.found === null) {
    return <p class="detail-empty">{text('diff_view_none')}</p>;
  }
  if (read?.kind !== 'value') {
    return <p class="detail-empty">{text('diff_view_not_whole')}</p>;
  }
  return <Lines before={read.value} after={value} />;
}

function Lines({ before, after }: { readonly before: unknown; readonly after: unknown }) {
  const list = useRef<ListControls>(null);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState(0);
  const difference = useMemo(() => differenceOf(before, after), [before, after]);
  const lines = useMemo(() => diffLines(difference, toggled), [difference, toggled]);
  const { added, removed, changed } = tallyOf(difference);
  if (difference.kind === 'same') {
    return <p class="detail-empty">{text('diff_view_same')}</p>;
  }
  const active = Math.min(cursor, lines.length - 1);

  function toggle({ path, expandable }: DiffLine): void {
    if (!expandable) return;
    const next = new Set(toggled);
    if (!next.delete(path)) next.add(path);
    setToggled(next);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const line = lines[active];
    if (line === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const target = lineForKey(event.key, active, lines.length, list.current?.page() ?? 1);
    if (target !== null) {
      const index = Math.min(Math.max(0, target), lines.length - 1);
      setCursor(index);
      list.current?.reveal(index);
    } else if (event.key === 'Enter' || event.key === ' ') toggle(line);
    else if (event.key === 'ArrowRight' && !line.expanded) toggle(line);
    else if (event.key === 'ArrowLeft' && line.expanded) toggle(line);
    else return;
    event.preventDefault();
  }

  return (
    <>
      <p class="diff-tally" role="status">
        {counted('diff_view_tally', changed, { added, removed })}
      </p>
      <VirtualList
        count={lines.length}
        rowHeight={ROW_HEIGHT}
        controls={list}
        attributes={{
          class: 'payload-tree diff',
          role: 'tree',
          tabIndex: 0,
          'aria-label': text('diff_view_label'),
          'aria-activedescendant': `diff-${active}`,
          onKeyDown,
        }}
      >
        {(first, end) =>
          lines.slice(first, end).map((line, position) => {
            const index = first + position;
            const [mark, key] = MARKS[line.kind];
            const word = key === null ? '' : text(key);
            return (
              <div
                key={line.path}
                id={`diff-${index}`}
                class={`payload-line ${line.kind}${index === active ? ' active' : ''}`}
                role="treeitem"
                aria-level={line.depth + 1}
                aria-selected={index === active}
                {...(line.expandable ? { 'aria-expanded': line.expanded } : {})}
                onClick={() => {
                  setCursor(index);
                  toggle(line);
                }}
              >
                <span class="diff-mark" title={word} {...(word && { 'aria-label': word })}>
                  {mark}
                </span>
                <span class="twisty" style={{ marginLeft: `min(${line.depth * 14}px, 60%)` }}>
                  {line.expandable && <Icon name={line.expanded ? 'open' : 'closed'} />}
                </span>
                {line.label !== null && <span class="payload-key">{line.label}</span>}
                {line.label !== null && <span class="payload-colon">{':\u00a0'}</span>}
                {line.was !== null && (
                  <>
                    <del class="payload-value" title={line.was}>
                      {line.was}
                    </del>
                    <span class="payload-colon"> → </span>
                  </>
                )}
                <span class="payload-value" title={line.text}>
                  {line.text}
                </span>
              </div>
            );
          })
        }
      </VirtualList>
    </>
  );
}
