/** A long text as lines, drawn only as far as they are in view. */

import { useEffect, useMemo, useRef } from 'preact/hooks';
import { MOST_HITS } from '../arithmetic/payload-search.js';
import { findLines, linesOf } from '../arithmetic/text-lines.js';
import { Marked } from './Marked.js';
import type { Searched } from './PayloadTree.js';
import { VirtualList, type ListControls } from './VirtualList.js';

const ROW_HEIGHT = 16;

interface TextLinesProps extends Searched {
  readonly text: string;
  readonly label: string;
}

export function TextLines({ text, label, find, onHits }: TextLinesProps) {
  const list = useRef<ListControls>(null);
  const lines = useMemo(() => linesOf(text), [text]);
  const hits = useMemo(() => findLines(lines, find.text, MOST_HITS), [lines, find.text]);
  const hit = hits[find.at];
  useEffect(() => onHits(hits.length), [hits, onHits]);
  useEffect(() => {
    if (hit !== undefined) list.current?.reveal(hit);
  }, [hit]);
  return (
    <VirtualList
      count={lines.length}
      rowHeight={ROW_HEIGHT}
      controls={list}
      attributes={{ class: 'payload-lines', role: 'document', tabIndex: 0, 'aria-label': label }}
    >
      {(first, end) =>
        lines.slice(first, end).map((line, position) => {
          const index = first + position;
          return (
            <div key={index} class={`text-line${index === hit ? ' hit' : ''}`}>
              <Marked text={line} find={find.text} />
            </div>
          );
        })
      }
    </VirtualList>
  );
}
