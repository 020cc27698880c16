/** A payload and the bar above it: as what it is shown, what is looked for in it, as what it is copied. */

import type { Signal } from '@preact/signals';
import { useCallback, useMemo, useRef, useState } from 'preact/hooks';
import { counted, text } from '../../src/texts/index.js';
import { callOf, fixtureOf, jsonOf, pasteable, type Part } from '../arithmetic/copy-forms.js';
import { formatBytes } from '../arithmetic/format.js';
import { javaScriptOf } from '../arithmetic/javascript.js';
import { expressionAt, OPEN_AT_ONCE } from '../arithmetic/payload-paths.js';
import { bytesOf, findBytes } from '../arithmetic/payload-search.js';
import type { Line } from '../arithmetic/payload-tree.js';
import { readPayload, type ReadPayload } from '../state/payload.js';
import type { RecordingState } from '../state/recording.js';
import type { Detail, PayloadDetail } from '../worker-protocol.js';
import { DiffView } from './DiffView.js';
import { FindBox, type Find } from './FindBox.js';
import { HexView } from './HexView.js';
import { Icon } from './Icon.js';
import { Menu, type MenuItem, type MenuPlace } from './Menu.js';
import { PayloadTree, type TreeControls } from './PayloadTree.js';
import { TextLines } from './TextLines.js';

type View = 'tree' | 'formatted' | 'raw' | 'hex' | 'changes';

/** How the person looks at payloads; stays when another row is selected. */
export interface Look {
  readonly view: View;
  readonly find: Find;
}

interface PayloadPaneProps {
  readonly recording: RecordingState;
  readonly detail: Detail;
  readonly part: Part;
  readonly look: Signal<Look>;
  readonly onCopy: (text: string) => void;
}

export function PayloadPane({ recording, detail, part, look, onCopy }: PayloadPaneProps) {
  const payload = part === 'payload' ? detail.payload : (detail.request?.reply ?? null);
  const read = useMemo(() => (payload === null ? null : readPayload(payload)), [payload]);
  if (payload === null || read === null)
    return <p class="detail-empty">{text('payload_reading')}</p>;
  switch (read.kind) {
    case 'value':
      return <Value {...{ recording, detail, part, payload, read, look, onCopy }} />;
    case 'preview':
      return (
        <div class="payload">
          <p class="note gap">
            {counted('payload_cut', read.text.length, { size: formatBytes(payload.bytes) })}
          </p>
          <div class="payload-bar">
            <button type="button" class="text-button" onClick={() => onCopy(read.text)}>
              <Icon name="copy" />
              {text('payload_copy_part')}
            </button>
          </div>
          <pre class="payload-text" tabIndex={0}>
            {read.text}
            {'\n'}
            {text('payload_cut_here')}
          </pre>
        </div>
      );
    case 'unreadable':
      return <p class="note gap">{text('payload_none', { reason: read.reason })}</p>;
  }
}

interface ValueProps extends PayloadPaneProps {
  readonly payload: PayloadDetail;
  readonly read: Extract<ReadPayload, { kind: 'value' }>;
}

function Value({ recording, detail, part, payload, read, look, onCopy }: ValueProps) {
  const { value, rich } = read;
  const { find } = look.value;
  const tree = useRef<TreeControls>(null);
  const field = useRef<HTMLInputElement>(null);
  const pane = useRef<HTMLDivElement>(null);
  const [bound, setBound] = useState(false);
  const [shown, setShown] = useState('');
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const holders = useMemo(() => findBytes(value), [value]);
  const bytes = holders.find(({ path }) => path === shown) ?? holders[0];
  const views: [View, string, string][] = [
    ['tree', text('payload_tree'), text('payload_tree_title')],
    rich
      ? ['formatted', 'JS', text('payload_js_title')]
      : ['formatted', 'JSON', text('payload_json_title')],
    ['raw', text('payload_raw'), text('payload_raw_title')],
  ];
  if (bytes !== undefined) views.push(['hex', text('payload_hex'), text('payload_hex_title')]);
  if (part === 'payload') {
    views.push(['changes', text('payload_changes'), text('payload_changes_title')]);
  }
  const wanted = look.value.view;
  const view = views.some(([name]) => name === wanted) ? wanted : 'tree';
  const onHits = useCallback(
    (hits: number | null) => {
      const { find: before } = look.peek();
      const at = hits === null || before.at < hits ? before.at : 0;
      look.value = { ...look.peek(), find: { ...before, at, hits } };
    },
    [look],
  );
  const searched = { find, onHits };
  const formatted = useMemo(
    () => (view === 'formatted' ? (rich ? javaScriptOf(value) : jsonOf(value)) : ''),
    [view, rich, value],
  );

  function show(next: View): void {
    look.value = { view: next, find: { ...find, at: 0, hits: null } };
  }

  function focusView(): void {
    pane.current?.querySelector<HTMLElement>('.payload-tree, .payload-lines')?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key.toLowerCase() !== 'f' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    field.current?.focus();
    field.current?.select();
  }

  const copyItems: MenuItem[] = [
    ...(rich ? [] : [{ label: text('payload_copy_json'), act: () => onCopy(jsonOf(value)) }]),
    { label: text('payload_copy_js'), act: () => onCopy(javaScriptOf(value)) },
    {
      label: text('payload_copy_call', { name: callName(detail, part) }),
      act: () => onCopy(callOf(value, detail, part)),
    },
    {
      label: text('payload_copy_fixture'),
      title: text('payload_copy_fixture_title'),
      act: () => onCopy(fixtureOf(...fixtureParts(detail, part, value))),
    },
    { label: text('payload_copy_raw'), act: () => onCopy(payload.text ?? '') },
  ];

  function menuFor(line: Line): MenuItem[] {
    const name = part === 'reply' ? 'reply' : 'message';
    return [
      {
        label: text('payload_copy_value'),
        title: 'Ctrl+C',
        act: () => onCopy(pasteable(line.value, !rich)),
      },
      { label: text('payload_copy_js'), act: () => onCopy(javaScriptOf(line.value)) },
      { label: text('payload_copy_path'), act: () => onCopy(expressionAt(value, line.path, name)) },
      ...(bytesOf(line.value) === null
        ? []
        : [
            {
              label: text('payload_show_bytes'),
              act: () => {
                setShown(line.path);
                show('hex');
              },
            },
          ]),
    ];
  }

  return (
    <div ref={pane} class="payload" onKeyDown={onKeyDown}>
      <div class="payload-bar">
        <div class="segmented" role="radiogroup" aria-label={text('payload_views')}>
          {views.map(([name, label, title]) => (
            <button
              key={name}
              type="button"
              role="radio"
              aria-checked={name === view}
              title={title}
              onClick={() => show(name)}
            >
              {label}
            </button>
          ))}
        </div>
        {view === 'tree' && (
          <>
            <button
              type="button"
              class="tool"
              title={text('payload_expand_all_title')}
              aria-label={text('payload_expand_all')}
              onClick={() => tree.current?.openAll()}
            >
              <Icon name="expand" />
            </button>
            <button
              type="button"
              class="tool"
              title={text('payload_collapse_all')}
              aria-label={text('payload_collapse_all')}
              onClick={() => tree.current?.closeAll()}
            >
              <Icon name="collapse" />
            </button>
          </>
        )}
        {view === 'hex' && holders.length > 1 && (
          <select
            aria-label={text('payload_which_bytes')}
            value={bytes?.path}
            onChange={({ currentTarget }) => setShown(currentTarget.value)}
          >
            {holders.map(({ path, name }) => (
              <option key={path} value={path}>
                {expressionAt(value, path, part === 'reply' ? 'reply' : 'message')} · {name}
              </option>
            ))}
          </select>
        )}
        <span class="spacer" />
        {view !== 'changes' && (
          <FindBox
            find={find}
            field={field}
            onChange={(next) => {
              look.value = { ...look.value, find: next };
            }}
            onLeave={focusView}
          />
        )}
        <button
          type="button"
          class="text-button copy-as"
          aria-haspopup="menu"
          aria-expanded={menu !== null}
          title={text('payload_copy_as_title')}
          onClick={({ currentTarget }) => {
            const { left, bottom } = currentTarget.getBoundingClientRect();
            setMenu({ left, top: bottom });
          }}
        >
          <Icon name="copy" />
          {text('payload_copy')}
          <Icon name="open" />
        </button>
      </div>
      {bound && view === 'tree' && (
        <p class="payload-bound" role="status">
          {counted('payload_bound', OPEN_AT_ONCE)}
        </p>
      )}
      {view === 'tree' && (
        <PayloadTree
          value={value}
          controls={tree}
          onCopy={(each) => onCopy(pasteable(each, !rich))}
          menuFor={menuFor}
          onBound={setBound}
          {...searched}
        />
      )}
      {view === 'formatted' && (
        <TextLines text={formatted} label={text('payload_formatted')} {...searched} />
      )}
      {view === 'raw' && (
        <TextLines text={payload.text ?? ''} label={text('payload_recorded')} {...searched} />
      )}
      {view === 'hex' && bytes !== undefined && (
        <HexView key={bytes.path} bytes={bytes.bytes} name={bytes.name} {...searched} />
      )}
      {view === 'changes' && <DiffView recording={recording} row={detail.row} value={value} />}
      {menu !== null && (
        <Menu
          label={text('payload_copy_as')}
          items={copyItems}
          at={menu}
          onClose={() => {
            setMenu(null);
            pane.current?.querySelector<HTMLElement>('.copy-as')?.focus();
          }}
        />
      )}
    </div>
  );
}

function callName({ request }: Detail, part: Part): string {
  if (part === 'reply') return 'sendResponse';
  return request === null ? 'postMessage' : 'sendMessage';
}

/** A request's fixture has both halves, whichever is looked at. */
function fixtureParts(detail: Detail, part: Part, value: unknown): Parameters<typeof fixtureOf> {
  const { request } = detail;
  const other = part === 'reply' ? detail.payload : (request?.reply ?? null);
  const read = other === null ? null : readPayload(other);
  const box = read?.kind === 'value' ? { value: read.value } : undefined;
  if (part === 'payload') return [value, detail, box];
  return [box?.value, detail, { value }];
}
