/** The list of findings: each opens to its cause and fix, leads to its rows, and can be silenced. */

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { counted, formatCount, text } from '../../src/texts/index.js';
import { formatTime } from '../arithmetic/format.js';
import { lineForKey } from '../arithmetic/list-keys.js';
import { createFindings } from '../state/findings.js';
import type { RecordingState } from '../state/recording.js';
import type { FindingView } from '../worker-protocol.js';
import { FindingMark } from './FindingMark.js';
import { FindingText } from './FindingText.js';
import { Drawer } from './Drawer.js';
import { Icon } from './Icon.js';

interface FindingsListProps {
  readonly recording: RecordingState;
  readonly onClose: () => void;
  /** Shows and selects the row with this key. */
  readonly onJump: (row: string) => void;
  readonly onCopy: (text: string) => void;
}

/** Lines that the page keys go. */
const PAGE = 10;

export function FindingsList({ recording, onClose, onJump, onCopy }: FindingsListProps) {
  const findings = useMemo(() => createFindings(recording), [recording]);
  const list = useRef<HTMLDivElement>(null);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [current, setCurrent] = useState<string | null>(null);
  const [withSilenced, setWithSilenced] = useState(false);
  const all = findings.all.value;
  const silenced = all.filter((finding) => finding.silenced !== null).length;
  const shown = withSilenced ? all : all.filter((finding) => finding.silenced === null);
  const found = shown.findIndex(({ key }) => key === current);
  const active = Math.max(0, found);

  useEffect(() => list.current?.focus(), []);
  useEffect(() => findings.watch(), [findings]);
  useEffect(() => {
    document.getElementById(`finding-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  function open(key: string, wanted: boolean): void {
    const next = new Set(opened);
    if (wanted) next.add(key);
    else next.delete(key);
    setOpened(next);
  }

  function jump({ about: [first] }: FindingView): void {
    if (first !== undefined) onJump(first);
  }

  function silence(finding: FindingView): void {
    // The next one takes its place under the keys.
    setCurrent((shown[active + 1] ?? shown[active - 1])?.key ?? null);
    findings.silence(finding.key, text('findings_list_silenced_this'));
  }

  function onKeyDown(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && event.key === 'z') {
      event.preventDefault();
      findings.undo();
      return;
    }
    // Keys belong to the buttons in an open finding when one of them has the focus.
    if (event.target !== list.current || event.altKey || event.ctrlKey || event.metaKey) return;
    const finding = shown[active];
    if (finding === undefined) return;
    const target = lineForKey(event.key, active, shown.length, PAGE);
    const isOpen = opened.has(finding.key);
    const actions: Record<string, () => void> = {
      ArrowRight: () => open(finding.key, true),
      ArrowLeft: () => open(finding.key, false),
      ' ': () => open(finding.key, !isOpen),
      Enter: () => jump(finding),
      Delete: () => {
        if (finding.silenced === null) silence(finding);
        else findings.restore(finding);
      },
    };
    const act = target === null ? actions[event.key] : () => setCurrent(shown[target]?.key ?? null);
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  return (
    <Drawer
      name="findings"
      title={text('findings')}
      about={text('findings_list_keys')}
      closeLabel={text('findings_list_close')}
      buttons={
        <>
          {silenced > 0 && (
            <button
              type="button"
              class="text-button"
              aria-pressed={withSilenced}
              onClick={() => setWithSilenced(!withSilenced)}
            >
              {counted('findings_silenced', silenced)}
            </button>
          )}
          {findings.canUndo.value && (
            <button
              type="button"
              class="text-button"
              title={text('findings_list_undo_title')}
              onClick={() => findings.undo()}
            >
              {text('undo')}
            </button>
          )}
        </>
      }
      onKeyDown={onKeyDown}
      onClose={onClose}
    >
      <div
        ref={list}
        class="drawer-list findings-list"
        role="tree"
        tabIndex={0}
        aria-label={text('findings')}
        {...(shown.length === 0 ? {} : { 'aria-activedescendant': `finding-${active}` })}
      >
        {shown.length === 0 && (
          <p class="findings-none">
            {text(silenced === 0 ? 'findings_list_none' : 'findings_list_none_but_silenced')}
          </p>
        )}
        {shown.map((finding, index) => (
          <Line
            key={finding.key}
            index={index}
            finding={finding}
            isOpen={opened.has(finding.key)}
            isActive={index === active}
            onChoose={() => {
              setCurrent(finding.key);
              open(finding.key, !opened.has(finding.key));
            }}
            onJump={onJump}
            onCopy={onCopy}
            onSilence={() => silence(finding)}
            onSilenceRule={() =>
              findings.silence(
                finding.rule,
                text('findings_list_silenced_rule', { title: finding.title }),
              )
            }
            onRestore={() => findings.restore(finding)}
          />
        ))}
      </div>
    </Drawer>
  );
}

interface LineProps {
  readonly index: number;
  readonly finding: FindingView;
  readonly isOpen: boolean;
  readonly isActive: boolean;
  readonly onChoose: () => void;
  readonly onJump: (row: string) => void;
  readonly onCopy: (text: string) => void;
  readonly onSilence: () => void;
  readonly onSilenceRule: () => void;
  readonly onRestore: () => void;
}

function Line(props: LineProps) {
  const { index, finding, isOpen, isActive, onChoose } = props;
  const { severity, count, message, extension, connection, at, silenced } = finding;
  const where = connection === '' ? extension : `${extension} · ${connection}`;
  const classes = ['finding', severity];
  if (isActive) classes.push('active');
  if (silenced !== null) classes.push('silenced');
  return (
    <div
      id={`finding-${index}`}
      class={classes.join(' ')}
      role="treeitem"
      aria-expanded={isOpen}
      aria-selected={isActive}
      aria-level={1}
    >
      <div class="finding-line" onClick={onChoose}>
        <span class="twisty">
          <Icon name={isOpen ? 'open' : 'closed'} />
        </span>
        <FindingMark severity={severity} />
        <span class="finding-message" title={message}>
          {silenced !== null && <span class="badge">{text('findings_list_silenced')}</span>}
          {message}
        </span>
        {count > 1 && (
          <span class="badge" title={counted('findings_list_seen', count)}>
            ×{formatCount(count)}
          </span>
        )}
        <span class="finding-where quiet" title={where}>
          {where}
        </span>
        <span class="finding-time quiet">{formatTime(at)}</span>
      </div>
      {isOpen && <Body {...props} />}
    </div>
  );
}

function Body({ finding, onJump, onCopy, onSilence, onSilenceRule, onRestore }: LineProps) {
  const { about, title, silenced } = finding;
  const [first] = about;
  return (
    <div class="finding-body">
      <FindingText finding={finding} onCopy={onCopy} />
      <div class="actions">
        {first !== undefined && (
          <button type="button" class="action" onClick={() => onJump(first)}>
            {about.length === 1
              ? text('findings_list_row')
              : counted('findings_list_first_row', about.length)}
          </button>
        )}
        {silenced === null ? (
          <>
            <button type="button" class="action" onClick={onSilence}>
              {text('findings_list_silence')}
            </button>
            <button type="button" class="action" onClick={onSilenceRule}>
              {text('findings_list_silence_rule', { title })}
            </button>
          </>
        ) : (
          <button type="button" class="action" onClick={onRestore}>
            {silenced === 'rule'
              ? text('findings_list_hear_rule', { title })
              : text('findings_list_hear')}
          </button>
        )}
      </div>
    </div>
  );
}
