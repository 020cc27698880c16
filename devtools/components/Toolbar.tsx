/** The row of commands above everything: record, clear, scope, filter, counts, notices, Playground. */

import type { Signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { formatBytes, formatCount, formatNoun } from '../arithmetic/format.js';
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
    <div class="toolbar" role="toolbar" aria-label="Recording">
      <button
        type="button"
        class="tool"
        aria-pressed={layout.sidebarOpen.value}
        title="Show or hide the tree"
        aria-label="Tree of extensions"
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
            title={on === true ? 'Recording. Click to pause' : 'Paused. Click to record'}
            aria-label="Record"
            onClick={() => recording.send({ type: 'record', on: on !== true })}
          >
            <Icon name={on === true ? 'pause' : 'record'} />
          </button>
          <button
            type="button"
            class="tool"
            title="Forget everything recorded and begin anew; for a while it can be undone"
            aria-label="Clear"
            onClick={() => recording.send({ type: 'set-aside' })}
          >
            <Icon name="clear" />
          </button>
        </>
      )}
      <span class="divider" />
      {live && recording.tabId !== null && (
        <div class="segmented" role="radiogroup" aria-label="Scope">
          <Scope recording={recording} thisTab={true} title="This tab" />
          <Scope recording={recording} thisTab={false} title="Everything" />
        </div>
      )}
      <ViewSwitch views={recording.views} />
      <Filter recording={recording} field={props.filter} />
      {summary !== null && (
        <span class="counts" role="status">
          {summary.visibleMessages === summary.messages
            ? formatCount(summary.messages)
            : `${formatCount(summary.visibleMessages)} of ${formatCount(summary.messages)}`}
          <span class="wide-only">{summary.messages === 1 ? ' message' : ' messages'}</span>
          <span class="counts-size">, {formatBytes(summary.bytes)}</span>
          {!summary.loaded && <span class="counts-size">, reading…</span>}
          {summary.loaded && summary.searched < summary.rows && (
            <span>
              , searched {formatCount(summary.searched)} of {formatCount(summary.rows)}
            </span>
          )}
        </span>
      )}
      {summary !== null && summary.lost + summary.unreported > 0 && (
        <span
          class="lost"
          title={`${formatNoun(summary.lost, 'event')} missing in ${formatNoun(summary.gaps, 'gap')}, ${formatCount(summary.unreported)} not reported by contexts before they ended; each has its row`}
        >
          <Icon name="warning" />
          {formatCount(summary.lost + summary.unreported)}
          <span class="wide-only">lost</span>
        </span>
      )}
      {summary !== null && summary.deleted.length > 0 && <DeletedChip deleted={summary.deleted} />}
      {summary?.recording?.redacted !== undefined && (
        <RedactedChip spans={summary.recording.redacted} />
      )}
      {summary !== null && summary.findings !== null && (
        <FindingsChip counts={summary.findings} open={props.findings} />
      )}
      <span class="spacer" />
      {props.notices > 0 && (
        <button
          type="button"
          class="text-button warn"
          title="What Porthole has to tell you"
          aria-label={formatNoun(props.notices, 'notice')}
          onClick={props.onNotices}
        >
          <Icon name="warning" />
          {formatCount(props.notices)}
          <span class="wide-only">{props.notices === 1 ? 'notice' : 'notices'}</span>
        </button>
      )}
      {live && (
        <button
          type="button"
          class="text-button"
          aria-pressed={props.playgroundOpen}
          title="Playground: run small examples in the inspected tab"
          aria-label="Playground"
          onClick={props.onPlayground}
        >
          <Icon name="play" />
          <span class="wide-only">Playground</span>
        </button>
      )}
      <Recordings recording={recording} />
      <Settings recording={recording} />
      <button
        type="button"
        class="tool"
        aria-haspopup="dialog"
        title="Keys (?)"
        aria-label="Keys"
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
      aria-label="Progress"
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
