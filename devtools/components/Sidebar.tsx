/** The tree: extensions, contexts, one-shot messages, connections. What is selected in it narrows the table. */

import { useRef, useState } from 'preact/hooks';
import { counted, formatCount, text } from '../../src/texts/index.js';
import { lineForKey } from '../arithmetic/list-keys.js';
import css from '../styles/tree.css?inline';
import { outlineLines, parentIndex, selectionOf, type OutlineLine } from '../arithmetic/outline.js';
import type { RecordingState } from '../state/recording.js';
import type { Selection } from '../worker-protocol.js';
import { Icon } from './Icon.js';
import { VirtualList, type ListControls } from './VirtualList.js';

const ROW_HEIGHT = 22;

const STATE_WORDS = {
  open: 'sidebar_open',
  closed: 'sidebar_closed',
  failed: 'sidebar_failed',
  reporting: 'sidebar_reporting',
  gone: 'sidebar_gone',
} as const;

interface SidebarProps {
  readonly recording: RecordingState;
  readonly onChosen: () => void;
}

export function Sidebar({ recording, onChosen }: SidebarProps) {
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState(0);
  const list = useRef<ListControls>(null);
  const lines = outlineLines(recording.tree.value, collapsed);
  const selection = recording.selection.value;
  const active = Math.min(cursor, lines.length - 1);

  function toggle(line: OutlineLine, open: boolean): void {
    const next = new Set(collapsed);
    if (open) next.delete(line.key);
    else next.add(line.key);
    setCollapsed(next);
  }

  function go(index: number): void {
    const target = Math.min(Math.max(0, index), lines.length - 1);
    setCursor(target);
    list.current?.reveal(target);
  }

  /** Selecting what is selected already widens the table again. */
  function choose(line: OutlineLine): void {
    const wanted = selectionOf(line);
    recording.selection.value = isSame(wanted, selection) ? null : wanted;
    onChosen();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const line = lines[active];
    if (line === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const target = lineForKey(event.key, active, lines.length, list.current?.page() ?? 1);
    const actions: Record<string, () => void> = {
      ArrowRight: () => {
        if (line.expanded === false) toggle(line, true);
        else if (line.expanded === true) go(active + 1);
      },
      ArrowLeft: () => {
        if (line.expanded === true) toggle(line, false);
        else go(parentIndex(lines, active));
      },
      Enter: () => choose(line),
      ' ': () => choose(line),
    };
    const act = target === null ? actions[event.key] : () => go(target);
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  if (lines.length === 0) {
    return (
      <p class="sidebar-empty">
        <style>{css}</style>
        {text('sidebar_empty')}
      </p>
    );
  }
  return (
    <>
      <style>{css}</style>
      <VirtualList
        count={lines.length}
        rowHeight={ROW_HEIGHT}
        controls={list}
        attributes={{
          class: 'tree',
          role: 'tree',
          tabIndex: 0,
          'aria-label': text('sidebar'),
          'aria-activedescendant': `outline-${active}`,
          onKeyDown,
        }}
      >
        {(first, end) =>
          lines.slice(first, end).map((line, position) => {
            const index = first + position;
            return (
              <TreeLine
                key={line.key}
                line={line}
                index={index}
                active={index === active}
                selected={line.kind !== 'older' && isSame(selectionOf(line), selection)}
                onChoose={() => {
                  setCursor(index);
                  choose(line);
                }}
                onToggle={() => {
                  setCursor(index);
                  toggle(line, line.expanded === false);
                }}
              />
            );
          })
        }
      </VirtualList>
    </>
  );
}

function isSame(a: Selection, b: Selection | null): boolean {
  return b !== null && a.kind === b.kind && a.key === b.key;
}

interface LineProps {
  readonly line: OutlineLine;
  readonly index: number;
  readonly active: boolean;
  readonly selected: boolean;
  readonly onChoose: () => void;
  readonly onToggle: () => void;
}

function TreeLine({ line, index, active, selected, onChoose, onToggle }: LineProps) {
  return (
    <div
      id={`outline-${index}`}
      class={`tree-line ${line.kind}${active ? ' active' : ''}`}
      role="treeitem"
      aria-level={line.depth + 1}
      aria-selected={selected}
      {...(line.expanded === null ? {} : { 'aria-expanded': line.expanded })}
      style={{ paddingLeft: `${4 + line.depth * 14}px` }}
      onClick={onChoose}
    >
      <span
        class="twisty"
        onClick={(event) => {
          if (line.expanded === null) return;
          event.stopPropagation();
          onToggle();
        }}
      >
        {line.expanded !== null && <Icon name={line.expanded ? 'open' : 'closed'} />}
      </span>
      <LineText line={line} />
    </div>
  );
}

function countText(kind: 'extension' | 'context' | 'connection', messages: number): string {
  return counted(kind === 'context' ? 'sidebar_messages_here' : 'message', messages);
}

function LineText({ line }: { readonly line: OutlineLine }) {
  if (line.kind === 'older') return <span class="tree-name">{line.text}</span>;
  if (line.kind === 'requests') {
    const hint = counted('sidebar_requests_here', line.count);
    return (
      <>
        <span class="tree-mark">
          <Icon name="request" />
        </span>
        <span class="tree-name" title={hint}>
          {text('sidebar_requests')}
        </span>
        <span class="tree-count" title={hint}>
          {formatCount(line.count)}
        </span>
      </>
    );
  }
  const { node } = line;
  const state = line.kind === 'extension' ? '' : text(STATE_WORDS[line.node.state]);
  const name = line.kind === 'context' ? line.node.label : line.node.name;
  const hint =
    line.kind === 'context'
      ? line.node.title
      : line.kind === 'connection'
        ? line.node.peer
        : line.key;
  return (
    <>
      {line.kind !== 'extension' && (
        <span class={`dot ${line.node.state}`} role="img" aria-label={state} title={state} />
      )}
      <span class="tree-name" title={`${name}\n${hint}`}>
        {name}
        {line.kind === 'connection' && <span class="tree-hint"> {line.node.peer}</span>}
      </span>
      <span class="tree-count" title={countText(line.kind, node.messages)}>
        {formatCount(node.messages)}
      </span>
    </>
  );
}
