/** The table's context menu: filter for what a cell says, or filter it out. */

import { useLayoutEffect, useState } from 'preact/hooks';
import { quoteValue } from '../../src/model/query/index.js';
import { text } from '../../src/texts/index.js';
import { cellTerms, likeRow, portTerm, withTerm } from '../arithmetic/cell-terms.js';
import type { RecordingState } from '../state/recording.js';
import type { RowView } from '../worker-protocol.js';
import { Menu, menuPlace, type MenuItem } from './Menu.js';
import { Sentence } from './Sentence.js';

interface CellMenuProps {
  /** What asked for it: on a cell, or (by the keyboard) on the table. */
  readonly event: MouseEvent;
  /** The row it is about; undefined: none, then it closes. */
  readonly row: RowView | undefined;
  readonly recording: RecordingState;
  readonly onClose: () => void;
}

const WIDTH = 280;

const WAYS = [
  { id: 'cell_menu_for', sign: '' },
  { id: 'cell_menu_out', sign: '-' },
] as const;

export function CellMenu({ event, row, recording, onClose }: CellMenuProps) {
  const { selectedIndex, filterText } = recording;
  // As it was asked for: the elements show other rows as the list moves.
  const [{ column, at }] = useState(() => ({
    column: columnUnder(event),
    at: menuPlace(event, document.getElementById(`row-${selectedIndex.peek()}`)),
  }));

  useLayoutEffect(() => {
    if (row === undefined) onClose();
  }, [row, onClose]);

  if (row === undefined) return null;
  const items: MenuItem[] = cellTerms(row, column).flatMap((term) =>
    WAYS.map(({ id, sign }) => ({
      label: text(id, { term }),
      title: term,
      content: <Sentence id={id} parts={{ term: <code>{term}</code> }} />,
      act: () => {
        filterText.value = withTerm(filterText.value, sign + term);
      },
    })),
  );
  const like = likeRow(row, column);
  items.push({
    label: text('colours_like_menu', { like: text('colours_like'), query: like }),
    title: like,
    content: (
      <Sentence
        id="colours_like_menu"
        parts={{ like: text('colours_like'), query: <code>{like}</code> }}
      />
    ),
    act: () => void recording.colour(like),
  });
  if (recording.traces.opened.peek() === null) {
    for (const { query, label } of muteTerms(row)) {
      items.push({ label, title: query, act: () => recording.mute(query) });
    }
  }
  return <Menu label={text('row_menu')} items={items} at={at} width={WIDTH} onClose={onClose} />;
}

/** @returns what of the row can be kept out of the recording, and what that is called */
function muteTerms({ port, connection, messageType }: RowView): { query: string; label: string }[] {
  const ofPort =
    port === null
      ? []
      : [{ query: portTerm(port), label: text('mutes_port', { name: connection }) }];
  const type =
    messageType === ''
      ? []
      : [
          {
            query: `type:=${quoteValue(messageType)}`,
            label: text('mutes_type', { name: messageType }),
          },
        ];
  return [...ofPort, ...type];
}

/** @returns name of the column on which the mouse is; null: on none */
function columnUnder({ target }: MouseEvent): string | null {
  const cell = target instanceof Element ? target.closest('.row:not(.header) .cell') : null;
  return /\bc-(\w+)/.exec(cell?.className ?? '')?.[1] ?? null;
}
