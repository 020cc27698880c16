/** A payload as a tree that is made only as far as it is opened and drawn only as far as it is in view. */

import { useMemo, useRef, useState } from 'preact/hooks';
import { lineForKey } from '../arithmetic/list-keys.js';
import { firstExpansion, flatten, type Line } from '../arithmetic/payload-tree.js';
import { Icon } from './Icon.js';
import { VirtualList, type ListControls } from './VirtualList.js';

const ROW_HEIGHT = 18;

interface PayloadTreeProps {
  readonly value: unknown;
  readonly onCopy: (value: unknown) => void;
}

/** Give it a `key` per message: what is open belongs to one payload. */
export function PayloadTree({ value, onCopy }: PayloadTreeProps) {
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(() => firstExpansion(value));
  const [cursor, setCursor] = useState(0);
  const list = useRef<ListControls>(null);
  const lines = useMemo(() => flatten(value, expanded), [value, expanded]);
  const active = Math.min(cursor, lines.length - 1);

  function toggle(line: Line): void {
    if (!line.expandable) return;
    const next = new Set(expanded);
    if (line.expanded) next.delete(line.path);
    else next.add(line.path);
    setExpanded(next);
  }

  function go(index: number): void {
    const target = Math.min(Math.max(0, index), lines.length - 1);
    setCursor(target);
    list.current?.reveal(target);
  }

  function parent(): number {
    const depth = lines[active]?.depth ?? 0;
    for (let above = active - 1; above >= 0; above -= 1) {
      if ((lines[above]?.depth ?? 0) < depth) return above;
    }
    return active;
  }

  function onKeyDown(event: KeyboardEvent): void {
    const line = lines[active];
    if (line === undefined || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key !== 'c' || getSelection()?.isCollapsed === false) return;
      event.preventDefault();
      onCopy(line.value);
      return;
    }
    const target = lineForKey(event.key, active, lines.length, list.current?.page() ?? 1);
    const actions: Record<string, () => void> = {
      ArrowRight: () => (line.expandable && !line.expanded ? toggle(line) : go(active + 1)),
      ArrowLeft: () => (line.expanded ? toggle(line) : go(parent())),
      Enter: () => toggle(line),
      ' ': () => toggle(line),
    };
    const act = target === null ? actions[event.key] : () => go(target);
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  return (
    <VirtualList
      count={lines.length}
      rowHeight={ROW_HEIGHT}
      controls={list}
      attributes={{
        class: 'payload-tree',
        role: 'tree',
        tabIndex: 0,
        'aria-label': 'Payload',
        'aria-activedescendant': `payload-${active}`,
        onKeyDown,
      }}
    >
      {(first, end) =>
        lines.slice(first, end).map((line, position) => {
          const index = first + position;
          return (
            <div
              key={line.path}
              id={`payload-${index}`}
              class={`payload-line${index === active ? ' active' : ''}`}
              role="treeitem"
              aria-level={line.depth + 1}
              aria-selected={index === active}
              {...(line.expandable ? { 'aria-expanded': line.expanded } : {})}
              style={{ paddingLeft: `${2 + line.depth * 14}px` }}
              onClick={() => {
                setCursor(index);
                if (getSelection()?.isCollapsed !== false) toggle(line);
              }}
            >
              <span class="twisty">
                {line.expandable && <Icon name={line.expanded ? 'open' : 'closed'} />}
              </span>
              {line.label !== null && <span class="payload-key">{line.label}</span>}
              {line.label !== null && <span class="payload-colon">:&nbsp;</span>}
              <span class={`payload-value ${line.tone}`}>{line.text}</span>
              {line.tone !== 'group' && (
                <button
                  type="button"
                  class="copy-line"
                  tabIndex={-1}
                  title="Copy this value"
                  aria-label="Copy this value"
                  onClick={(event) => {
                    event.stopPropagation();
                    onCopy(line.value);
                  }}
                >
                  <Icon name="copy" />
                </button>
              )}
            </div>
          );
        })
      }
    </VirtualList>
  );
}
