/** Bytes in hex and as ASCII, drawn only as far as they are in view. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { text } from '../../src/texts/index.js';
import { MOST_HITS } from '../arithmetic/payload-search.js';
import { findBytesIn, hexLine } from '../arithmetic/text-lines.js';
import type { Searched } from './PayloadTree.js';
import { VirtualList, type ListControls } from './VirtualList.js';

const ROW_HEIGHT = 16;

/** Below this many CSS pixels there is room for eight bytes a line, not sixteen. */
const WIDE = 520;

interface HexViewProps extends Searched {
  readonly bytes: Uint8Array;
  readonly name: string;
}

export function HexView({ bytes, name, find, onHits }: HexViewProps) {
  const list = useRef<ListControls>(null);
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(16);
  const hits = useMemo(() => findBytesIn(bytes, find.text, MOST_HITS), [bytes, find.text]);
  const hit = hits[find.at];
  const line = hit === undefined ? undefined : Math.floor(hit / width);
  useEffect(() => onHits(hits.length), [hits, onHits]);
  useEffect(() => {
    if (line !== undefined) list.current?.reveal(line);
  }, [line]);
  useLayoutEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const measure = () => setWidth(current.clientWidth < WIDE ? 8 : 16);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={place} class="hex">
      <VirtualList
        count={Math.ceil(bytes.length / width)}
        rowHeight={ROW_HEIGHT}
        controls={list}
        attributes={{
          class: 'payload-lines',
          role: 'document',
          tabIndex: 0,
          'aria-label': text('hex_view_label', { name }),
        }}
      >
        {(first, end) =>
          Array.from({ length: end - first }, (_, position) => {
            const index = first + position;
            const { offset, digits, text: characters } = hexLine(bytes, index, width);
            return (
              <div key={index} class={`text-line${index === line ? ' hit' : ''}`}>
                <span class="hex-offset">{offset}</span>
                {'  '}
                {digits}
                {'  '}
                <span class="hex-text">{characters}</span>
              </div>
            );
          })
        }
      </VirtualList>
    </div>
  );
}
