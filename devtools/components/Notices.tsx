/** What Porthole has to say that is no traffic: refused reports, storage faults. */

import { formatCount, formatTime } from '../arithmetic/format.js';
import type { NoticeView } from '../worker-protocol.js';
import { CloseButton } from './CloseButton.js';

interface NoticesProps {
  readonly notices: readonly NoticeView[];
  readonly onDismiss: (id: number) => void;
  readonly onDismissAll: () => void;
  readonly onClose: () => void;
}

export function Notices({ notices, onDismiss, onDismissAll, onClose }: NoticesProps) {
  return (
    <section class="notices" aria-label="Notices">
      <div class="notices-head">
        <h2>Notices</h2>
        <button type="button" class="text-button" onClick={onDismissAll}>
          Dismiss all
        </button>
        <CloseButton label="Close notices" title="Close" onClick={onClose} />
      </div>
      <ul>
        {notices.map((notice) => (
          <li key={notice.id} class={notice.severity}>
            <span class="quiet">{formatTime(notice.at)}</span>
            <span class="notice-text">
              <span class="hidden-text">{notice.severity}: </span>
              {notice.count > 1 && <b>{formatCount(notice.count)} times, the last: </b>}
              {notice.text}
              {notice.extension !== null && <span class="quiet"> ({notice.extension})</span>}
            </span>
            <CloseButton
              label="Dismiss this notice"
              title="Dismiss"
              onClick={() => onDismiss(notice.id)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
