/** What Porthole has to say that is no traffic: refused reports, storage faults. */

import { formatCount, text } from '../../src/texts/index.js';
import { formatTime } from '../arithmetic/format.js';
import css from '../styles/notices.css?inline';
import type { NoticeView } from '../worker-protocol.js';
import { CloseButton } from './CloseButton.js';

const SEVERITIES = {
  error: 'severity_error',
  warning: 'severity_warning',
} as const;

interface NoticesProps {
  readonly notices: readonly NoticeView[];
  readonly onDismiss: (id: number) => void;
  readonly onDismissAll: () => void;
  readonly onClose: () => void;
}

export function Notices({ notices, onDismiss, onDismissAll, onClose }: NoticesProps) {
  return (
    <section class="notices" aria-label={text('notices')}>
      <style>{css}</style>
      <div class="notices-head">
        <h2>{text('notices')}</h2>
        <button type="button" class="text-button" onClick={onDismissAll}>
          {text('notices_dismiss_all')}
        </button>
        <CloseButton label={text('notices_close')} title={text('close')} onClick={onClose} />
      </div>
      <ul>
        {notices.map((notice) => (
          <li key={notice.id} class={notice.severity}>
            <span class="quiet">{formatTime(notice.at)}</span>
            <span class="notice-text">
              <span class="hidden-text">{text(SEVERITIES[notice.severity])}: </span>
              {notice.count > 1 && (
                <b>{text('notices_times', { count: formatCount(notice.count) })} </b>
              )}
              {notice.text}
              {notice.extension !== null && <span class="quiet"> ({notice.extension})</span>}
            </span>
            <CloseButton
              label={text('notices_dismiss_this')}
              title={text('dismiss')}
              onClick={() => onDismiss(notice.id)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
