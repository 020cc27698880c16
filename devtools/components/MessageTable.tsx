/** The table: one row a message, a request or a lifecycle event. It draws the rows the worker has sent, nothing else. */

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { formatBytes, formatLatency, formatOffset, formatTime } from '../arithmetic/format.js';
import { lineForKey } from '../arithmetic/list-keys.js';
import type { RecordingState } from '../state/recording.js';
import type { EndName, RowFlag, RowView } from '../worker-protocol.js';
import { Icon } from './Icon.js';
import { lazy } from './lazy.js';
import { VirtualList, type ListControls } from './VirtualList.js';

const CellMenu = lazy(async () => (await import('./CellMenu.js')).CellMenu);

const ROW_HEIGHT = 20;
const HEADER_HEIGHT = 24;

const COLUMNS = [
  ['time', 'Time'],
  ['direction', ''],
  ['ends', 'From → To'],
  ['connection', 'Connection'],
  ['type', 'Type'],
  ['size', 'Size'],
  ['latency', 'Latency'],
  ['preview', 'Preview'],
] as const;

const FLAG_WORDS: Record<RowFlag, string> = {
  undelivered: 'not delivered yet',
  unheard: 'nobody was listening',
  refused: 'refused by postMessage',
  failed: 'failed',
  waiting: 'no reply yet',
  unanswered: 'no listener answered',
};

const FLAG_BADGES: Record<RowFlag, string> = {
  undelivered: 'undelivered',
  unheard: 'unheard',
  refused: 'refused',
  failed: 'failed',
  waiting: 'waiting',
  unanswered: 'unanswered',
};

interface TableProps {
  readonly recording: RecordingState;
  readonly onOpen: () => void;
}

export function MessageTable({ recording, onOpen }: TableProps) {
  const list = useRef<ListControls>(null);
  const [following, setFollowing] = useState(true);
  const [menu, setMenu] = useState<MouseEvent | null>(null);
  const { rows: held, selectedIndex, summary } = recording;
  const count = summary.value?.visible ?? 0;
  const selected = selectedIndex.value;
  const wantRows = useCallback(
    (first: number, end: number) => recording.wantRows(first, end),
    [recording],
  );

  useEffect(() => {
    const { value } = selectedIndex;
    if (value !== null && value >= count) selectedIndex.value = null;
  }, [count, selectedIndex]);

  // A row that comes back (the filter was cleared) is looked for.
  const wasSelected = useRef<number | null>(null);
  useEffect(() => {
    if (selected !== null && wasSelected.current === null) list.current?.reveal(selected);
    wasSelected.current = selected;
  }, [selected]);

  function go(index: number): void {
    if (count === 0) return;
    const target = Math.min(Math.max(0, index), count - 1);
    recording.select(target, null);
    list.current?.reveal(target);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const target = lineForKey(event.key, selected, count, list.current?.page() ?? 1);
    if (target === null && event.key !== 'Enter') return;
    event.preventDefault();
    if (target !== null) go(target);
    else if (selected !== null) onOpen();
  }

  return (
    <div class="table-area">
      <VirtualList
        count={count}
        gone={summary.value?.gone}
        rowHeight={ROW_HEIGHT}
        headerHeight={HEADER_HEIGHT}
        follow
        controls={list}
        onWindow={wantRows}
        onFollow={setFollowing}
        attributes={{
          class: 'table',
          role: 'grid',
          tabIndex: 0,
          'aria-label': 'Messages',
          'aria-rowcount': count + 1,
          'aria-colcount': COLUMNS.length,
          'aria-readonly': true,
          ...(selected === null ? {} : { 'aria-activedescendant': `row-${selected}` }),
          onKeyDown,
          onContextMenu: (event) => {
            event.preventDefault();
            setMenu(event);
          },
        }}
        inView={selected}
        header={<TableHeader />}
      >
        {(first, end) => {
          const drawn = [];
          for (let index = first; index < end; index += 1) {
            const row = held.value.rows[index - held.value.from];
            drawn.push(
              <TableRow
                key={index}
                index={index}
                row={row}
                selected={index === selected}
                pinned={row !== undefined && recording.pins.value?.has(row.key) === true}
                onSelect={() => {
                  recording.select(index, row?.key ?? null);
                  onOpen();
                }}
              />,
            );
          }
          return drawn;
        }}
      </VirtualList>
      {menu !== null && (
        <CellMenu
          key={menu.timeStamp}
          event={menu}
          recording={recording}
          onClose={() => {
            setMenu(null);
            list.current?.focus();
          }}
        />
      )}
      {!following && count > 0 && (
        <button type="button" class="newest" onClick={() => list.current?.toEnd()}>
          <Icon name="newest" />
          newest
        </button>
      )}
    </div>
  );
}

function TableHeader() {
  return (
    <div class="row header" role="row" aria-rowindex={1}>
      {COLUMNS.map(([name, title]) => (
        <span key={name} class={`cell c-${name}`} role="columnheader">
          {title === '' ? <span class="hidden-text">Direction</span> : title}
        </span>
      ))}
    </div>
  );
}

interface RowProps {
  readonly index: number;
  /** Undefined while its window is on the way. */
  readonly row: RowView | undefined;
  readonly selected: boolean;
  readonly pinned: boolean;
  readonly onSelect: () => void;
}

function TableRow({ index, row, selected, pinned, onSelect }: RowProps) {
  const classes = ['row', row?.kind ?? 'pending', index % 2 === 1 ? 'odd' : ''];
  if (row !== undefined && row.flag !== null) classes.push(row.flag);
  if (pinned) classes.push('pinned');
  return (
    <div
      id={`row-${index}`}
      class={classes.filter((name) => name !== '').join(' ')}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-kind={row?.kind}
      onClick={onSelect}
    >
      {row !== undefined && <Cells row={row} />}
    </div>
  );
}

function Cells({ row }: { readonly row: RowView }) {
  const message = row.kind === 'message' || row.kind === 'request';
  return (
    <>
      <span class="cell c-time" role="gridcell" title={formatOffset(row.since)}>
        {formatTime(row.at)}
      </span>
      <span class="cell c-direction" role="gridcell">
        <Direction row={row} />
      </span>
      <span class="cell c-ends" role="gridcell" title={endsText(row)}>
        {row.from !== null && <End name={row.from} />}
        {row.to !== null && (
          <>
            <span class="arrow"> → </span>
            <End name={row.to} />
          </>
        )}
      </span>
      <span class="cell c-connection" role="gridcell" title={row.connection}>
        {row.connection}
      </span>
      {message && (
        <>
          <span class="cell c-type" role="gridcell" title={typeHint(row)}>
            {row.answerTo === null ? row.messageType : `↩ ${row.answerTo || 'answer'}`}
          </span>
          <span class="cell c-size" role="gridcell">
            {row.bytes === null ? '' : formatBytes(row.bytes)}
          </span>
          <span class="cell c-latency" role="gridcell">
            {formatLatency(row.latency)}
          </span>
        </>
      )}
      <span class={`cell ${message ? 'c-preview' : 'c-event'}`} role="gridcell" title={hintOf(row)}>
        {row.flag !== null && (
          <span class={`badge ${row.flag}`} title={FLAG_WORDS[row.flag]}>
            {FLAG_BADGES[row.flag]}
          </span>
        )}
        {row.preview}
        {row.outcome !== '' && <span class="outcome"> ⇒ {row.outcome}</span>}
      </span>
    </>
  );
}

function End({ name }: { readonly name: EndName }) {
  return (
    <>
      {name.kind !== '' && <span class="end-kind">{name.kind}</span>}
      {name.rest !== '' && <span class="end-rest"> {name.rest}</span>}
    </>
  );
}

function endsText({ from, to }: RowView): string {
  return [from, to].flatMap((end) => (end === null ? [] : [end.label])).join(' → ');
}

function typeHint({ messageType, answerTo }: RowView): string {
  if (answerTo === null) return messageType;
  return answerTo === '' ? 'an answer' : `an answer to ${answerTo}`;
}

function hintOf({ preview, outcome }: RowView): string {
  return outcome === '' ? preview : `${preview}\n⇒ ${outcome}`;
}

function Direction({ row }: { readonly row: RowView }) {
  switch (row.direction) {
    case 'out':
      return (
        <span class="direction out" role="img" aria-label="from the opener" title="from the opener">
          <Icon name="out" />
        </span>
      );
    case 'in':
      return (
        <span class="direction in" role="img" aria-label="to the opener" title="to the opener">
          <Icon name="in" />
        </span>
      );
    case 'request':
      return (
        <span
          class="direction request"
          role="img"
          aria-label="one-shot message"
          title="one-shot message"
        >
          <Icon name="request" />
        </span>
      );
    case null: {
      const failed = row.flag === 'failed';
      const word = failed ? 'failed' : row.kind;
      return (
        <span
          class={`mark ${row.kind}${failed ? ' failed' : ''}`}
          role="img"
          aria-label={word}
          title={word}
        />
      );
    }
  }
}
