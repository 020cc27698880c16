/** One row of the table. It is drawn again only when what it shows has changed, by {@link RowPainter}. */

import { Component, render, type VNode } from 'preact';
import { text } from '../../src/texts/index.js';
import type { RowView } from '../worker-protocol.js';
import { lazy } from './lazy.js';
import { RowPainter, type RowLook } from './row-painter.js';
import { FLAG_BADGES, FLAG_TITLES } from './row-words.js';

const FindingMark = lazy(async () => (await import('./FindingMark.js')).FindingMark);
const RowColour = lazy(async () => (await import('./RowColour.js')).RowColour);

export class TableRow extends Component<RowLook> {
  #painter: RowPainter | null = null;
  readonly #line: VNode = (
    <div
      role="row"
      ref={(line: Element | null) => {
        if (line === null) this.#painter?.clear();
        else this.#painter = new RowPainter(line, drawMarks);
      }}
    />
  );

  override shouldComponentUpdate(next: RowLook): boolean {
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

  /** The same each time, so that Preact has nothing to compare. */
  override render(): VNode {
    return this.#line;
  }

  override componentDidMount(): void {
    this.#painter?.paint(this.props);
  }

  override componentDidUpdate(): void {
    this.#painter?.paint(this.props);
  }
}

function drawMarks(host: Element, row: RowView | null): void {
  render(row && <Marks row={row} />, host);
}

function Marks({ row: { colour, finding, flag } }: { readonly row: RowView }) {
  return (
    <>
      {colour !== undefined && <RowColour {...colour} />}
      {finding !== undefined && <FindingMark severity={finding} />}
      {flag !== null && (
        <span class={`badge ${flag}`} title={text(FLAG_TITLES[flag])}>
          {text(FLAG_BADGES[flag])}
        </span>
      )}
    </>
  );
}
