/** Above the table: which trace is shown, what of it could not be read, how far something has come, what went wrong. */

import { formatDate, formatNoun } from '../arithmetic/format.js';
import type { TracesState } from '../state/traces.js';
import type { TraceFacts } from '../worker-protocol.js';
import { CloseButton } from './CloseButton.js';

export function TraceBar({ traces }: { readonly traces: TracesState }) {
  const opened = traces.opened.value;
  const progress = traces.progress.value;
  const trouble = traces.trouble.value;
  return (
    <>
      {trouble !== null && (
        <div class="bar storage" role="alert">
          <span title={trouble}>{trouble}</span>
          <CloseButton
            label="Dismiss"
            title="Dismiss"
            onClick={() => {
              traces.trouble.value = null;
            }}
          />
        </div>
      )}
      {progress !== null && (
        <div class="bar" role="status">
          <span>{progress.what}</span>
          <progress aria-label={progress.what} max={1} value={progress.done} />
        </div>
      )}
      {opened !== null && (
        <div class={`bar trace${opened.broken > 0 ? ' paused' : ''}`} role="status">
          <span title={[...words(opened), ...opened.faults].join('\n')}>
            Trace <b>{opened.name}</b>
            <span class="quiet"> {words(opened).join(', ')}</span>
          </span>
          <button type="button" class="action" onClick={() => traces.close()}>
            Back to the recording
          </button>
        </div>
      )}
    </>
  );
}

function words(trace: TraceFacts): string[] {
  const { recordedAt, browser, redacted, newer, broken } = trace;
  return [
    ...(broken > 0 ? [`${formatNoun(broken, 'line')} could not be read`] : []),
    ...(newer === null ? [] : [`of format version ${newer}: some of it may be missing`]),
    `recorded ${formatDate(recordedAt)} with ${browser}`,
    ...(redacted.length > 0 ? [`without values under ${redacted.join(', ')}`] : []),
  ];
}
