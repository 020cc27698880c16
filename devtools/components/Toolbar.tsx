/** The row of commands above everything: record, clear, scope, filter, counts, notices, Playground. */

import type { Signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { counted, formatCount, text } from '../../src/texts/index.js';
import { formatBytes } from '../arithmetic/format.js';
import type { Layout } from '../state/layout.js';
import type { RecordingState } from '../state/recording.js';
import type { Summary } from '../worker-protocol.js';
import { Filter } from './Filter.js';
import { Icon } from './Icon.js';
import { lazy } from './lazy.js';
import { ViewSwitch } from './views/ViewSwitch.js';
import { Recordings } from './Recordings.js';
import { Settings } from './Settings.js';

const RedactedChip = lazy(async () => (await import('./RedactedChip.js')).RedactedChip);
const MutedChip = lazy(async () => (await import('./MutedChip.js')).MutedChip);
const FindingsChip = lazy(async () => (await import('./FindingsChip.js')).FindingsChip);
const DeletedChip = lazy(async () => (await import('./DeletedChip.js')).DeletedChip);

interface ToolbarProps {
  readonly recording: RecordingState;
  readonly layout: Layout;
  readonly filter: RefObject<HTMLInputElement | null>;
  readonly playgroundOpen: boolean;
  readonly onPlayground: () => void;
  /** Whether their list is open. */
  readonly findings: Signal<boolean>;
  readonly notices: number;
  readonly onNotices: () => void;
  readonly onKeys: () => void;
}

export function Toolbar(props: ToolbarProps) {
  const { recording, layout } = props;
  const on = recording.on.value;
  const summary = recording.summary.value;
  /** A trace cannot be paused, cleared, or narrowed to a tab that is open now. */
  const live = recording.traces.opened.value === null;
  return (
    <div class="toolbar" role="toolbar" aria-label={text('toolbar_label')}>
      <button
        type="button"
        class="tool"
        aria-pressed={layout.sidebarOpen.value}
        title={text('toolbar_tree_title')}
        aria-label={text('toolbar_tree')}
        onClick={() => {
          layout.sidebarWish.value = !layout.sidebarOpen.value;
        }}
      >
        <Icon name="sidebar" />
      </button>
      {live && (
        <>
          <button
            type="button"
            class={`tool record ${on === true ? 'on' : 'off'}`}
            aria-pressed={on === true}
            title={text(on === true ? 'toolbar_record_on_title' : 'toolbar_record_off_title')}
            aria-label={text('toolbar_record')}
            onClick={() => recording.record(on !== true)}
          >
            <Icon name={on === true ? 'pause' : 'record'} />
          </button>
          <button
            type="button"
            class="tool"
            title={text('toolbar_clear_title')}
            aria-label={text('toolbar_clear')}
            onClick={() => recording.send({ type: 'set-aside' })}
          >
            <Icon name="clear" />
          </button>
        </>
      )}
      <span class="divider" />
      {live && recording.tabId !== null && (
        <div class="segmented" role="radiogroup" aria-label={text('toolbar_scope')}>
          <Scope recording={recording} thisTab={true} title={text('toolbar_scope_tab')} />
          <Scope recording={recording} thisTab={false} title={text('toolbar_scope_all')} />
        </div>
      )}
      <ViewSwitch views={recording.views} />
      <Filter recording={recording} field={props.filter} />
      {summary !== null && (
        <span
          class="counts"
          role="status"
          title={`${counted('message', summary.messages)}, ${formatBytes(summary.bytes)}`}
        >
          {summary.visibleMessages === summary.messages
            ? formatCount(summary.messages)
            : text('toolbar_shown', {
                shown: formatCount(summary.visibleMessages),
                all: formatCount(summary.messages),
              })}
          <span class="wide-only"> {counted('toolbar_messages_word', summary.messages)}</span>
          <span class="counts-size">, {formatBytes(summary.bytes)}</span>
          {!summary.loaded && <span class="counts-size">, {text('toolbar_reading')}</span>}
          {summary.loaded && summary.searched < summary.rows && (
            <span>
              ,{' '}
              {text('toolbar_searched', {
                searched: formatCount(summary.searched),
                rows: formatCount(summary.rows),
              })}
            </span>
          )}
        </span>
      )}
      {summary !== null && summary.lost + summary.unreported > 0 && (
        <span
          class="lost"
          title={text('toolbar_lost_title', {
            events: counted('event', summary.lost),
            gaps: counted('gap', summary.gaps),
            unreported: formatCount(summary.unreported),
          })}
        >
          <Icon name="warning" />
          {formatCount(summary.lost + summary.unreported)}
          <span class="wide-only">{text('toolbar_lost')}</span>
        </span>
      )}
      {summary !== null && summary.deleted.length > 0 && <DeletedChip deleted={summary.deleted} />}
      {summary?.recording?.redacted !== undefined && (
        <RedactedChip spans={summary.recording.redacted} />
      )}
      {summary !== null && summary.muted > 0 && (
        <MutedChip muted={summary.muted} open={recording.mutesOpen} />
      )}
      {summary !== null && summary.findings !== null && (
        <FindingsChip counts={summary.findings} open={props.findings} />
      )}
      <span class="spacer" />
      {props.notices > 0 && (
        <button
          type="button"
          class="text-button warn"
          title={text('toolbar_notices_title')}
          aria-label={counted('notice', props.notices)}
          onClick={props.onNotices}
        >
          <Icon name="warning" />
          {formatCount(props.notices)}
          <span class="wide-only">{counted('toolbar_notices_word', props.notices)}</span>
        </button>
      )}
      {live && (
        <button
          type="button"
          class="text-button"
          aria-pressed={props.playgroundOpen}
          title={text('toolbar_playground_title')}
          aria-label={text('playground')}
          onClick={props.onPlayground}
        >
          <Icon name="play" />
          <span class="wide-only">{text('playground')}</span>
        </button>
      )}
      <Recordings recording={recording} />
      <Settings recording={recording} layout={layout} />
      <button
        type="button"
        class="tool"
        aria-haspopup="dialog"
        title={text('toolbar_keys_title')}
        aria-label={text('keys')}
        onClick={props.onKeys}
      >
        <Icon name="keys" />
      </button>
      {summary !== null && <Progress summary={summary} />}
    </div>
  );
}

/** How much has been read, or, when all is, searched. */
function Progress({ summary }: { readonly summary: Summary }) {
  const { loaded, progress, searched, rows } = summary;
  const done = loaded ? searched / Math.max(1, rows) : progress;
  if (loaded && searched >= rows) return null;
  return (
    <span
      class="progress"
      role="progressbar"
      aria-label={text('progress')}
      aria-valuenow={Math.floor(100 * done)}
      style={{ width: `${100 * done}%` }}
    />
  );
}

interface ScopeProps {
  readonly recording: RecordingState;
  readonly thisTab: boolean;
  readonly title: string;
}

function Scope({ recording, thisTab, title }: ScopeProps) {
  const checked = recording.thisTabOnly.value === thisTab;
  return (
    <button
      type="button"
      role="radio"
      aria-checked={checked}
      tabIndex={checked ? 0 : -1}
      onClick={() => {
        recording.thisTabOnly.value = thisTab;
      }}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
        event.preventDefault();
        recording.thisTabOnly.value = !thisTab;
        const { nextElementSibling: next, previousElementSibling: previous } = event.currentTarget;
        ((thisTab ? next : previous) as HTMLElement | null)?.focus();
      }}
    >
      {title}
    </button>
  );
}
