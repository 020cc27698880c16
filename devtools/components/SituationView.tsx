/** Why there is nothing to see, or what stands in the way, with the way out as a button or a command. */

import type { ComponentChildren } from 'preact';
import { formatCount, formatNoun } from '../arithmetic/format.js';
import type { RecordingState } from '../state/recording.js';
import { isStorageTrouble, type OtherSituation, type Situation } from '../state/situation.js';
import { Icon } from './Icon.js';
import { lazy } from './lazy.js';

const StorageTrouble = lazy(async () => (await import('./StorageTrouble.js')).StorageTrouble);

/** What a person types to see their own extension. */
export const RUN_COMMAND = 'npx porthole run path/to/your-extension';

interface SituationProps {
  readonly recording: RecordingState;
  readonly onPlayground: () => void;
  readonly onCopy: (text: string) => void;
  /** Whether Porthole may run on pages at all; null while unknown. */
  readonly mayRunOnPages: boolean | null;
}

/** In the table's place. */
export function EmptyState(props: SituationProps & { readonly situation: Situation }) {
  if (isStorageTrouble(props.situation)) {
    return <StorageTrouble {...props} situation={props.situation} place="full" />;
  }
  const { title, body } = describe(props.situation, props);
  return (
    <div class="empty" role="status">
      <div class="empty-box">
        <h2>{title}</h2>
        {body}
      </div>
    </div>
  );
}

/** Above the table. */
export function SituationBar(props: SituationProps & { readonly situation: Situation }) {
  const { recording, situation } = props;
  if (isStorageTrouble(situation)) {
    return <StorageTrouble recording={recording} situation={situation} place="bar" />;
  }
  return (
    <div class={`bar ${situation.kind}`} role="status">
      <span>{barText(situation)}</span>
      <BarButton recording={recording} situation={situation} />
    </div>
  );
}

function barText(situation: OtherSituation): string {
  switch (situation.kind) {
    case 'unreachable':
      return 'Porthole’s background does not answer; what you see may be out of date.';
    case 'paused':
      return 'Recording is paused: nothing new appears.';
    case 'no-ports':
      return `${formatNoun(situation.contexts, 'context')} reporting; none has opened a port yet.`;
    default:
      return describeTitle(situation);
  }
}

function BarButton({
  recording,
  situation,
}: Pick<SituationProps, 'recording'> & { readonly situation: OtherSituation }) {
  switch (situation.kind) {
    case 'unreachable':
      return <Action onClick={() => recording.reconnect()}>Reconnect</Action>;
    case 'paused':
      return <Action onClick={() => recording.send({ type: 'record', on: true })}>Resume</Action>;
    default:
      return null;
  }
}

function describeTitle(situation: OtherSituation): string {
  switch (situation.kind) {
    case 'unreachable':
      return 'Porthole’s background does not answer';
    case 'loading':
      return 'Reading the recording…';
    case 'paused':
      return 'Recording is paused';
    case 'nothing':
      return 'No instrumented extension has reported yet';
    case 'no-ports':
      return 'No port has been opened yet';
    case 'filtered':
      return `${formatNoun(situation.byFilter + situation.bySelection + situation.byScope, 'row')} hidden`;
  }
}

function describe(
  situation: OtherSituation,
  props: SituationProps,
): { readonly title: string; readonly body: ComponentChildren } {
  const { recording, onPlayground, onCopy, mayRunOnPages } = props;
  const title = describeTitle(situation);
  switch (situation.kind) {
    case 'unreachable':
      return {
        title,
        body: (
          <>
            <p>
              It is tried again by itself. If it stays silent, Porthole was disabled, removed or
              updated: close the toolbox and open it again.
            </p>
            <Action onClick={() => recording.reconnect()}>Reconnect now</Action>
          </>
        ),
      };
    case 'loading':
      return { title, body: null };
    case 'paused':
      return {
        title,
        body: (
          <>
            <p>Extensions run as ever; nothing of it is kept until you resume.</p>
            <Action onClick={() => recording.send({ type: 'record', on: true })}>
              Resume recording
            </Action>
          </>
        ),
      };
    case 'nothing':
      return {
        title,
        body: (
          <>
            <p>
              To see your own extension, run an instrumented copy of it. The source is left as it
              is.
            </p>
            <p class="command">
              <code>{RUN_COMMAND}</code>
              <button
                type="button"
                class="copy-line always"
                title="Copy the command"
                aria-label="Copy the command"
                onClick={() => onCopy(RUN_COMMAND)}
              >
                <Icon name="copy" />
              </button>
            </p>
            <p>Or try a small example in this tab.</p>
            <Action onClick={onPlayground}>Open Playground</Action>
            {mayRunOnPages === false && (
              <p class="quiet">
                Porthole has no permission to run on pages yet; the Playground asks for it when you
                run an example.
              </p>
            )}
          </>
        ),
      };
    case 'no-ports':
      return {
        title,
        body: (
          <p>
            {formatNoun(situation.contexts, 'context')} reporting. Rows appear as soon as one calls{' '}
            <code>runtime.connect()</code> or <code>tabs.connect()</code>.
          </p>
        ),
      };
    case 'filtered':
      return { title, body: <Filtered situation={situation} recording={recording} /> };
  }
}

interface FilteredProps {
  readonly situation: Extract<Situation, { kind: 'filtered' }>;
  readonly recording: RecordingState;
}

function Filtered({ situation, recording }: FilteredProps) {
  const { byFilter, bySelection, byScope } = situation;
  return (
    <>
      <ul>
        {byFilter > 0 && <li>{formatCount(byFilter)} hidden by the filter</li>}
        {bySelection > 0 && <li>{formatCount(bySelection)} outside the selection in the tree</li>}
        {byScope > 0 && <li>{formatCount(byScope)} in other tabs and contexts</li>}
      </ul>
      <p class="actions">
        {byFilter > 0 && (
          <Action
            onClick={() => {
              recording.filterText.value = '';
            }}
          >
            Clear filter
          </Action>
        )}
        {bySelection > 0 && (
          <Action
            onClick={() => {
              recording.selection.value = null;
            }}
          >
            Clear selection
          </Action>
        )}
        <Action onClick={() => recording.showEverything()}>Show everything</Action>
      </p>
    </>
  );
}

interface ActionProps {
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

function Action({ onClick, children }: ActionProps) {
  return (
    <button type="button" class="action" onClick={onClick}>
      {children}
    </button>
  );
}
