/** Why there is nothing to see, or what stands in the way, with the way out as a button or a command. */

import type { ComponentChildren } from 'preact';
import { counted, formatCount, text } from '../../src/texts/index.js';
import type { RecordingState } from '../state/recording.js';
import { isStorageTrouble, type OtherSituation, type Situation } from '../state/situation.js';
import css from '../styles/situation.css?inline';
import { Icon } from './Icon.js';
import { lazy } from './lazy.js';
import { Sentence } from './Sentence.js';

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
    return (
      <>
        <style>{css}</style>
        <StorageTrouble {...props} situation={props.situation} place="full" />
      </>
    );
  }
  const { title, body } = describe(props.situation, props);
  return (
    <div class="empty" role="status">
      <style>{css}</style>
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
      return text('situation_unreachable_bar');
    case 'paused':
      return text('situation_paused_bar');
    case 'no-ports':
      return counted('situation_no_ports_bar', situation.contexts);
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
      return <Action onClick={() => recording.reconnect()}>{text('situation_reconnect')}</Action>;
    case 'paused':
      return <Action onClick={() => recording.record(true)}>{text('situation_resume')}</Action>;
    default:
      return null;
  }
}

function describeTitle(situation: OtherSituation): string {
  switch (situation.kind) {
    case 'unreachable':
      return text('situation_unreachable');
    case 'loading':
      return text('situation_loading');
    case 'paused':
      return text('situation_paused');
    case 'nothing':
      return text('situation_nothing');
    case 'waiting':
      return text('situation_waiting');
    case 'empty-trace':
      return text('situation_empty_trace');
    case 'no-ports':
      return text('situation_no_ports');
    case 'filtered':
      return counted(
        'situation_filtered',
        situation.byFilter + situation.bySelection + situation.byScope + situation.byReload,
      );
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
            <p>{text('situation_unreachable_body')}</p>
            <Action onClick={() => recording.reconnect()}>{text('situation_reconnect_now')}</Action>
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
            <p>{text('situation_paused_body')}</p>
            <Action onClick={() => recording.record(true)}>
              {text('situation_resume_recording')}
            </Action>
          </>
        ),
      };
    case 'nothing':
      return {
        title,
        body: (
          <>
            <p>{text('situation_nothing_body')}</p>
            <p class="command">
              <code>{RUN_COMMAND}</code>
              <button
                type="button"
                class="copy-line always"
                title={text('copy_command')}
                aria-label={text('copy_command')}
                onClick={() => onCopy(RUN_COMMAND)}
              >
                <Icon name="copy" />
              </button>
            </p>
            <p>{text('situation_nothing_example')}</p>
            <Action onClick={onPlayground}>{text('situation_open_playground')}</Action>
            {mayRunOnPages === false && <p class="quiet">{text('situation_no_permission')}</p>}
          </>
        ),
      };
    case 'waiting':
      return { title, body: <p>{text('situation_waiting_body')}</p> };
    case 'empty-trace':
      return {
        title,
        body: (
          <ul>
            {situation.faults.map((fault) => (
              <li key={fault}>{fault}</li>
            ))}
          </ul>
        ),
      };
    case 'no-ports':
      return {
        title,
        body: (
          <p>
            {counted('situation_no_ports_body', situation.contexts)}{' '}
            <Sentence
              id="situation_no_ports_hint"
              parts={{
                connect: <code>runtime.connect()</code>,
                tabsConnect: <code>tabs.connect()</code>,
              }}
            />
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
  const { byFilter, bySelection, byScope, byReload } = situation;
  return (
    <>
      <ul>
        {byFilter > 0 && <li>{text('situation_by_filter', { rows: formatCount(byFilter) })}</li>}
        {bySelection > 0 && (
          <li>{text('situation_by_selection', { rows: formatCount(bySelection) })}</li>
        )}
        {byScope > 0 && <li>{text('situation_by_scope', { rows: formatCount(byScope) })}</li>}
        {byReload > 0 && <li>{text('situation_by_reload', { rows: formatCount(byReload) })}</li>}
      </ul>
      <p class="actions">
        {byFilter > 0 && (
          <Action
            onClick={() => {
              recording.filterText.value = '';
            }}
          >
            {text('situation_clear_filter')}
          </Action>
        )}
        {bySelection > 0 && (
          <Action
            onClick={() => {
              recording.selection.value = null;
            }}
          >
            {text('situation_clear_selection')}
          </Action>
        )}
        {byReload > 0 && (
          <Action onClick={() => recording.preserve.showBefore()}>
            {text('situation_show_before')}
          </Action>
        )}
        <Action onClick={() => recording.showEverything()}>
          {text('situation_show_everything')}
        </Action>
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
