/** A payload as a tree that is made only as far as it is opened and drawn only as far as it is in view. */

import type { RefObject } from 'preact';
import {
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'preact/hooks';
import { text } from '../../src/texts/index.js';
import { lineForKey } from '../arithmetic/list-keys.js';
import { above, openBelow } from '../arithmetic/payload-paths.js';
import { searchPayload } from '../arithmetic/payload-search.js';
import { firstExpansion, flatten, type Line } from '../arithmetic/payload-tree.js';
import { inSlices } from '../state/slices.js';
import type { Find } from './FindBox.js';
import { Icon } from './Icon.js';
import { Marked } from './Marked.js';
import { Menu, menuPlace, type MenuItem, type MenuPlace } from './Menu.js';
import { VirtualList, type ListControls } from './VirtualList.js';

const ROW_HEIGHT = 18;

/** A view in which text is looked for. */
export interface Searched {
  readonly find: Find;
  /** Takes how often the text is there. */
  readonly onHits: (hits: number | null) => void;
}

/** What the bar above the tree does with it. */
export interface TreeControls {
  openAll(): void;
  closeAll(): void;
  focus(): void;
}

interface PayloadTreeProps extends Searched {
  readonly value: unknown;
  readonly controls: RefObject<TreeControls | null>;
  readonly onCopy: (value: unknown) => void;
  /** What can be done with a line, besides opening it. */
  readonly menuFor: (line: Line) => readonly MenuItem[];
  /** Not everything was opened: it would be too much. */
  readonly onBound: (bound: boolean) => void;
}

/** Give it a `key` per message: what is open belongs to one payload. */
export function PayloadTree(props: PayloadTreeProps) {
  const { value, find, onHits, onCopy, onBound } = props;
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(() => firstExpansion(value));
  const [cursor, setCursor] = useState('$');
  const [hits, setHits] = useState<readonly string[]>([]);
  const [menu, setMenu] = useState<{ at: MenuPlace; line: Line } | null>(null);
  const list = useRef<ListControls>(null);
  /** The line with this path comes into view when the tree is drawn. */
  const revealed = useRef<string | null>(null);
  const lines = useMemo(() => flatten(value, expanded), [value, expanded]);
  const active = Math.max(
    0,
    lines.findIndex(({ path }) => path === cursor),
  );

  useEffect(() => {
    setHits([]);
    if (find.text === '') return undefined;
    onHits(null);
    return inSlices(searchPayload(value, find.text), (found) => {
      setHits(found);
      onHits(found.length);
    });
  }, [value, find.text, onHits]);

  const hit = hits[find.at];
  useEffect(() => {
    if (hit === undefined) return;
    revealed.current = hit;
    setCursor(hit);
    setExpanded((open) => new Set([...open, ...above(hit)]));
  }, [hit]);

  useLayoutEffect(() => {
    const index = lines.findIndex(({ path }) => path === revealed.current);
    if (index < 0) return;
    revealed.current = null;
    list.current?.reveal(index);
  });

  function openAll(path: string): void {
    const { opened, all } = openBelow(value, path);
    setExpanded(new Set([...expanded, ...opened]));
    onBound(!all);
  }

  function closeAll(path: string): void {
    const inside = `${path}/`;
    setExpanded(new Set([...expanded].filter((open) => open !== path && !open.startsWith(inside))));
    onBound(false);
  }

  useImperativeHandle(props.controls, () => ({
    openAll: () => openAll('$'),
    closeAll() {
      setExpanded(new Set(['$']));
      setCursor('$');
      onBound(false);
    },
    focus: () => list.current?.focus(),
  }));

  function toggle(line: Line): void {
    if (!line.expandable) return;
    const next = new Set(expanded);
    if (line.expanded) next.delete(line.path);
    else next.add(line.path);
    setExpanded(next);
  }

  function go(index: number): void {
    const target = lines[Math.min(Math.max(0, index), lines.length - 1)];
    if (target === undefined) return;
    revealed.current = target.path;
    setCursor(target.path);
  }

  function parent(): number {
    const depth = lines[active]?.depth ?? 0;
    for (let upper = active - 1; upper >= 0; upper -= 1) {
      if ((lines[upper]?.depth ?? 0) < depth) return upper;
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
      '*': () => openAll(line.path),
    };
    const act = target === null ? actions[event.key] : () => go(target);
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  function itemsFor(line: Line): MenuItem[] {
    const items = [...props.menuFor(line)];
    if (line.expandable) {
      items.push({ label: text('payload_expand_inside'), act: () => openAll(line.path) });
      if (line.expanded)
        items.push({ label: text('payload_collapse'), act: () => closeAll(line.path) });
    }
    return items;
  }

  return (
    <>
      <VirtualList
        count={lines.length}
        rowHeight={ROW_HEIGHT}
        controls={list}
        attributes={{
          class: 'payload-tree',
          role: 'tree',
          tabIndex: 0,
          'aria-label': text('payload'),
          'aria-activedescendant': `payload-${active}`,
          onKeyDown,
          onContextMenu: (event) => {
            event.preventDefault();
            const clicked = (event.target as Element).closest('.payload-line');
            const index = clicked === null ? active : Number(clicked.id.replace('payload-', ''));
            const line = lines[index];
            if (line === undefined || line.tone === 'group') return;
            setCursor(line.path);
            const at = menuPlace(event, document.getElementById(`payload-${index}`));
            setMenu({ at, line });
          },
        }}
      >
        {(first, end) =>
          lines.slice(first, end).map((line, position) => {
            const index = first + position;
            return (
              <div
                key={line.path}
                id={`payload-${index}`}
                class={`payload-line${index === active ? ' active' : ''}${line.path === hit ? ' hit' : ''}`}
                role="treeitem"
                aria-level={line.depth + 1}
                aria-selected={index === active}
                {...(line.expandable ? { 'aria-expanded': line.expanded } : {})}
                style={{ paddingLeft: `min(${2 + line.depth * 14}px, 60%)` }}
                onClick={() => {
                  setCursor(line.path);
                  if (getSelection()?.isCollapsed !== false) toggle(line);
                }}
              >
                <span class="twisty">
                  {line.expandable && <Icon name={line.expanded ? 'open' : 'closed'} />}
                </span>
                {line.label !== null && (
                  <span class="payload-key">
                    <Marked text={line.label} find={find.text} />
                  </span>
                )}
                {line.label !== null && <span class="payload-colon">{':\u00A0'}</span>}
                <span class={`payload-value ${line.tone}`}>
                  <Marked text={line.text} find={find.text} />
                </span>
                {line.tone !== 'group' && (
                  <button
                    type="button"
                    class="copy-line"
                    tabIndex={-1}
                    title={text('payload_copy_this')}
                    aria-label={text('payload_copy_this')}
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
      {menu !== null && (
        <Menu
          key={menu.line.path}
          label={text('payload_this_value')}
          items={itemsFor(menu.line)}
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
