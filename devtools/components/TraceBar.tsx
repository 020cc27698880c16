/** Above the table: which trace is shown, what of it could not be read, how far something has come, what went wrong. */

import { counted, text } from '../../src/texts/index.js';
import { formatDate } from '../arithmetic/format.js';
import css from '../styles/trace-bar.css?inline';
import type { TracesState } from '../state/traces.js';
import type { TraceFacts } from '../worker-protocol.js';
import { CloseButton } from './CloseButton.js';
import { Sentence } from './Sentence.js';

export function TraceBar({ traces }: { readonly traces: TracesState }) {
  const opened = traces.opened.value;
  const progress = traces.progress.value;
  const trouble = traces.trouble.value;
  return (
    <>
      <style>{css}</style>
      {trouble !== null && (
        <div class="bar storage" role="alert">
          <span title={trouble}>{trouble}</span>
          <CloseButton
            label={text('dismiss')}
            title={text('dismiss')}
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
        <div class={`bar trace${isWhole(opened) ? '' : ' paused'}`} role="status">
          <span class="trace-name" title={opened.name}>
            <Sentence id="trace_bar" parts={{ name: <b>{opened.name}</b> }} />
          </span>
          <span class="quiet" title={[...words(opened), ...opened.faults].join('\n')}>
            {words(opened).join(', ')}
          </span>
          <button type="button" class="action" onClick={() => traces.close()}>
            {text('trace_bar_close')}
          </button>
        </div>
      )}
    </>
  );
}

function isWhole({ broken, newer }: TraceFacts): boolean {
  return broken === 0 && newer === null;
}

function words(trace: TraceFacts): string[] {
  const { recordedAt, browser, redacted, newer, broken } = trace;
  return [
    ...(broken > 0 ? [counted('trace_bar_broken', broken)] : []),
    ...(newer === null ? [] : [text('trace_bar_newer', { version: newer })]),
    text('trace_bar_recorded', { date: formatDate(recordedAt), browser: browserName(browser) }),
    ...(redacted.length > 0 ? [text('trace_bar_redacted', { keys: redacted.join(', ') })] : []),
  ];
}

/** @param browser as traces have it, `firefox/153.7` */
function browserName(browser: string): string {
  const [name = '', version = ''] = browser.split('/');
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} ${version}`.trim();
}
