/** The tree: extensions, contexts, one-off messages, connections. What is selected in it narrows the table. */

import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { counted, formatCount, text } from '../../src/texts/index.js';
import { shownStatus, type RecordingFacts } from '../arithmetic/context-status.js';
import { portTerm } from '../arithmetic/cell-terms.js';
import { lineForKey } from '../arithmetic/list-keys.js';
import css from '../styles/tree.css?inline';
import { outlineLines, parentIndex, selectionOf, type OutlineLine } from '../arithmetic/outline.js';
import type { RecordingState } from '../state/recording.js';
import type { ConnectionNode, Selection } from '../worker-protocol.js';
import { Icon } from './Icon.js';
import { Menu, menuPlace, type MenuPlace } from './Menu.js';
import { VirtualList, type ListControls } from './VirtualList.js';

const ROW_HEIGHT = 22;

const STATES = {
  open: 'sidebar_open',
  closed: 'sidebar_closed',
  failed: 'sidebar_failed',
} as const;

interface SidebarProps {
  readonly recording: RecordingState;
  readonly onChosen: () => void;
}

export function Sidebar({ recording, onChosen }: SidebarProps) {
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState(0);
  const list = useRef<ListControls>(null);
  /** Of a connection, by its name. */
  const [menu, setMenu] = useState<
    (Pick<ConnectionNode, 'name' | 'port'> & { at: MenuPlace }) | null
  >(null);
  const facts: RecordingFacts = {
    on: recording.on.value,
    isTrace: recording.traces.opened.value !== null,
    isReachable: recording.link.value.kind !== 'unreachable',
  };
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
          onContextMenu: (event) => {
            event.preventDefault();
            const under = indexUnder(event) ?? active;
            const line = lines[under];
            if (line?.kind !== 'connection' || recording.traces.opened.peek() !== null) return;
            setCursor(under);
            const at = menuPlace(event, document.getElementById(`outline-${under}`));
            setMenu({ name: line.node.name, port: line.node.port, at });
          },
        }}
      >
        {(first, end) =>
          lines.slice(first, end).map((line, position) => {
            const index = first + position;
            return (
              <TreeLine
                key={line.key}
                line={line}
                facts={facts}
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
      {menu !== null && (
        <Menu
          label={text('row_menu')}
          items={[
            {
              label: text('mutes_port', { name: menu.name }),
              act: () => recording.mute(portTerm(menu.port)),
            },
          ]}
          at={menu.at}
          onClose={() => {
            setMenu(null);
            list.current?.focus();
          }}
        />
      )}
    </>
  );
}

/** @returns index of the line on which the mouse is; null: on none */
function indexUnder({ target }: MouseEvent): number | null {
  const line = target instanceof Element ? target.closest('.tree-line') : null;
  return line === null ? null : Number(line.id.replace('outline-', ''));
}

function isSame(a: Selection, b: Selection | null): boolean {
  return b !== null && a.kind === b.kind && a.key === b.key;
}

interface LineProps {
  readonly line: OutlineLine;
  readonly facts: RecordingFacts;
  readonly index: number;
  readonly active: boolean;
  readonly selected: boolean;
  readonly onChoose: () => void;
  readonly onToggle: () => void;
}

function TreeLine({ line, facts, index, active, selected, onChoose, onToggle }: LineProps) {
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
      <LineText line={line} facts={facts} />
    </div>
  );
}

function LineText({ line, facts }: Pick<LineProps, 'line' | 'facts'>) {
  switch (line.kind) {
    case 'older':
      return <span class="tree-name">{line.text}</span>;
    case 'requests': {
      const hint = counted('sidebar_requests_here', line.count);
      return (
        <>
          <span class="tree-mark">
            <Icon name="request" />
          </span>
          <Name name={text('one_off_messages')} hint={hint} />
          <Count count={line.count} hint={hint} />
        </>
      );
    }
    case 'extension': {
      const { key, name, messages, lost, deleted } = line.node;
      return (
        <>
          <Name name={name} hint={[name, key, deleted].filter(Boolean).join('\n')} />
          <Lost count={lost} what={counted('missing_in_contexts', lost)} />
          <Count count={messages} hint={counted('message', messages)} />
        </>
      );
    }
    case 'context': {
      const { label, title, messages, lost, lostText } = line.node;
      const status = shownStatus(line.node, facts);
      const hint = [label, title, status.text, lostText].filter(Boolean).join('\n');
      return (
        <>
          <Dot state={status.state} label={status.text} />
          <Name name={<Place label={label} />} hint={hint} state={status.state} />
          <Lost count={lost} what={lostText} />
          <Count count={messages} hint={counted('sidebar_messages_here', messages)} />
        </>
      );
    }
    case 'connection': {
      const { name, peer, state, messages, muted } = line.node;
      return (
        <>
          <Dot state={state} label={text(STATES[state])} />
          <Name name={name} hint={`${name}\n${peer}`} peer={peer} />
          {muted > 0 && (
            <span class="badge" title={counted('muted_connection', muted)}>
              {text('muted_tree')}
            </span>
          )}
          <Count count={messages} hint={counted('message', messages)} />
        </>
      );
    }
  }
}

function Dot({ state, label }: { readonly state: string; readonly label: string }) {
  return <span class={`dot ${state}`} role="img" aria-label={label} title={label} />;
}

/** Where there is no room the host gives way: the path is what tells contexts of a tab apart. */
function Place({ label }: { readonly label: string }) {
  const slash = label.indexOf('/');
  if (slash < 0) return <>{label}</>;
  return (
    <span class="tree-place">
      <span>{label.slice(0, slash)}</span>
      <span>{label.slice(slash)}</span>
    </span>
  );
}

interface NameProps {
  readonly name: ComponentChildren;
  readonly hint: string;
  readonly state?: string;
  /** Whom the other end belongs to. */
  readonly peer?: string;
}

function Name({ name, hint, state = '', peer }: NameProps) {
  return (
    <span class={`tree-name ${state}`} title={hint}>
      <bdi>{name}</bdi>
      {peer !== undefined && <bdi class="tree-hint"> {peer}</bdi>}
    </span>
  );
}

function Lost({ count, what }: { readonly count: number; readonly what: string }) {
  if (count === 0) return null;
  return (
    <span class="tree-lost" role="img" aria-label={text('tree_lost', { what })} title={what}>
      <Icon name="warning" />
      {formatCount(count)}
    </span>
  );
}

function Count({ count, hint }: { readonly count: number; readonly hint: string }) {
  return (
    <span class="tree-count" title={hint}>
      {formatCount(count)}
    </span>
  );
}
