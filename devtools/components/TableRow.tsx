/** One row of the table. It is drawn again only when what it shows has changed. */

import { Component, type ComponentChildren } from 'preact';
import { formatCount, text } from '../../src/texts/index.js';
import {
  formatBytes,
  formatLatency,
  formatMoment,
  formatOffset,
  formatTime,
} from '../arithmetic/format.js';
import type { EndName, RowView } from '../worker-protocol.js';
import { eventSpan, isOfMessage, type ColumnName } from '../arithmetic/columns.js';
import { Icon } from './Icon.js';
import { lazy } from './lazy.js';
import { FLAG_BADGES, FLAG_TITLES, KIND_WORDS } from './row-words.js';

const FindingMark = lazy(async () => (await import('./FindingMark.js')).FindingMark);
const RowColour = lazy(async () => (await import('./RowColour.js')).RowColour);

interface RowProps {
  readonly index: number;
  /** Undefined while it is on the way. */
  readonly row: RowView | undefined;
  /** The same as long as the same ones are shown. */
  readonly columns: readonly ColumnName[];
  /** Whether times are told since the recording began. */
  readonly elapsed: boolean;
  readonly selected: boolean;
  readonly pinned: boolean;
}

const DIRECTIONS = {
  out: 'table_row_out',
  in: 'table_row_in',
  request: 'table_row_one_off',
} as const;

export class TableRow extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    const { index, row, columns, elapsed, selected, pinned } = this.props;
    return (
      next.row !== row ||
      next.columns !== columns ||
      next.elapsed !== elapsed ||
      next.selected !== selected ||
      next.pinned !== pinned ||
      next.index !== index
    );
  }

  override render() {
    const { index, row, columns, elapsed, selected, pinned } = this.props;
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
        data-colour={row?.colour?.colour}
      >
        {row === undefined ? (
          <Pending index={index} />
        ) : (
          <Cells row={row} columns={columns} elapsed={elapsed} />
        )}
      </div>
    );
  }
}

/** What is known of a row before the worker has told it. */
function Pending({ index }: { readonly index: number }) {
  return (
    <>
      <span class="cell c-time" role="gridcell">
        {formatCount(index + 1)}
      </span>
      <span class="cell c-expected" role="gridcell" aria-label={text('table_row_loading')} />
    </>
  );
}

interface CellsProps extends Pick<RowProps, 'columns' | 'elapsed'> {
  readonly row: RowView;
}

function Cells({ row, columns, elapsed }: CellsProps) {
  const message = row.kind === 'message' || row.kind === 'request';
  const [from, to] = message ? [0, 0] : eventSpan(columns);
  return (
    <>
      {columns.map((name, index) => {
        if (name === 'preview') return <Preview key={name} row={row} message={message} />;
        if (index >= from && index < to) return null;
        // Elsewhere its place stays empty.
        if (!message && isOfMessage(name)) return <span key={name} role="gridcell" />;
        return (
          <span
            key={name}
            class={`cell c-${name}`}
            role="gridcell"
            title={titleOf(name, row, elapsed)}
          >
            {contentOf(name, row, elapsed)}
          </span>
        );
      })}
    </>
  );
}

/** Of a row that is no message, it takes the place of what is about messages beside it, too. */
function Preview({ row, message }: { readonly row: RowView; readonly message: boolean }) {
  return (
    <span class={`cell ${message ? 'c-preview' : 'c-event'}`} role="gridcell" title={hintOf(row)}>
      {row.colour !== undefined && <RowColour {...row.colour} />}
      {row.finding !== undefined && <FindingMark severity={row.finding} />}
      {row.flag !== null && (
        <span class={`badge ${row.flag}`} title={text(FLAG_TITLES[row.flag])}>
          {text(FLAG_BADGES[row.flag])}
        </span>
      )}
      {row.preview}
      {row.outcome !== '' && <span class="outcome"> ⇒ {row.outcome}</span>}
    </span>
  );
}

function contentOf(
  name: Exclude<ColumnName, 'preview'>,
  row: RowView,
  elapsed: boolean,
): ComponentChildren {
  switch (name) {
    case 'time':
      return formatMoment(row, elapsed);
    case 'since':
      return formatOffset(row.since);
    case 'previous':
      return row.previous === null ? '' : formatOffset(row.previous);
    case 'direction':
      return <Direction row={row} />;
    case 'ends':
      return (
        <>
          {row.from !== null && <End name={row.from} />}
          {row.to !== null && (
            <>
              <span class="arrow"> → </span>
              <End name={row.to} />
            </>
          )}
        </>
      );
    case 'type':
      return row.answerTo === null
        ? row.messageType
        : `↩ ${row.answerTo || text('table_row_answer')}`;
    case 'size':
      return row.bytes === null ? '' : formatBytes(row.bytes);
    case 'latency':
      return formatLatency(row.latency);
    case 'listeners':
      return row.listeners === null ? '' : formatCount(row.listeners);
    case 'connection':
    case 'api':
    case 'extension':
    case 'tab':
      return row[name];
  }
}

/** What may not have had room, or is not said in the cell. */
function titleOf(name: ColumnName, row: RowView, elapsed: boolean): string | undefined {
  switch (name) {
    case 'time':
      return formatMoment(row, !elapsed);
    case 'since':
      return formatTime(row.at);
    case 'ends':
      return endsText(row);
    case 'type':
      return typeHint(row);
    case 'connection':
    case 'api':
    case 'extension':
    case 'tab':
      return row[name];
    default:
      return undefined;
  }
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
  return answerTo === ''
    ? text('table_row_answer_title')
    : text('table_row_answer_to_title', { type: answerTo });
}

function hintOf({ preview, outcome }: RowView): string {
  return outcome === '' ? preview : `${preview}\n⇒ ${outcome}`;
}

function Direction({ row }: { readonly row: RowView }) {
  const { direction } = row;
  if (direction === null) {
    const failed = row.flag === 'failed';
    const word = text(failed ? FLAG_TITLES.failed : KIND_WORDS[row.kind]);
    return (
      <span
        class={`mark ${row.kind}${failed ? ' failed' : ''}`}
        role="img"
        aria-label={word}
        title={word}
      />
    );
  }
  const word = text(DIRECTIONS[direction]);
  return (
    <span class={`direction ${direction}`} role="img" aria-label={word} title={word}>
      <Icon name={direction} />
    </span>
  );
}
