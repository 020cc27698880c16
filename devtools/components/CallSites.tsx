/** Where a message was posted from, and the switch for recording that. */

import { text } from '../../src/texts/index.js';
import { parseFrame } from '../arithmetic/stack.js';
import type { RecordingState } from '../state/recording.js';
import type { SiteDetail } from '../worker-protocol.js';
import { FidelityNote } from './FidelityNote.js';
import { Icon } from './Icon.js';
import { Switch } from './Switch.js';

/** The checkbox; it shows what the background says, which follows a click at once. */
export function CallSitesSwitch({ recording }: { readonly recording: RecordingState }) {
  return (
    <Switch
      label={text('call_sites_record')}
      title={text('call_sites_record_title', { connect: 'connect()', disconnect: 'disconnect()' })}
      on={recording.callSites.value}
      onChange={(on) => recording.send({ type: 'call-sites', on })}
    />
  );
}

interface SitesProps {
  readonly sites: readonly SiteDetail[];
  readonly recording: RecordingState;
  readonly onCopy: (text: string) => void;
}

export function Sites({ sites, recording, onCopy }: SitesProps) {
  const off = recording.callSites.value === false;
  return (
    <>
      {sites.length === 0 && (
        <p class="detail-empty">{text(off ? 'call_sites_off' : 'call_sites_none')}</p>
      )}
      {sites.map((site) => (
        <section key={site.title} class="site">
          <h3>
            {site.title}()
            <button
              type="button"
              class="copy-line always"
              title={text('call_sites_copy_stack')}
              aria-label={text('call_sites_copy_stack')}
              onClick={() => onCopy(site.frames.join('\n'))}
            >
              <Icon name="copy" />
            </button>
          </h3>
          <ol class="frames">
            {site.frames.map((frame, index) => (
              <li key={index}>
                <Frame printed={frame} onCopy={onCopy} />
              </li>
            ))}
          </ol>
        </section>
      ))}
      {sites.length > 0 && <FidelityNote>{text('call_sites_fidelity')}</FidelityNote>}
      <p class="site-switch">
        <CallSitesSwitch recording={recording} />
      </p>
    </>
  );
}

interface FrameProps {
  /** As it stands in a stack. */
  readonly printed: string;
  readonly onCopy: (text: string) => void;
}

/** Extensions cannot open a source in Firefox's debugger, nor read the files of another; the place is copied instead. */
function Frame({ printed, onCopy }: FrameProps) {
  const frame = parseFrame(printed);
  if (frame === null) return <code>{printed}</code>;
  const { name, file, line, column } = frame;
  return (
    <code title={printed}>
      <span class="frame-name">{name === '' ? text('call_sites_anonymous') : name}</span>{' '}
      <button
        type="button"
        class="frame-place"
        title={text('call_sites_copy_place')}
        onClick={() => onCopy(printed.slice(printed.indexOf('@') + 1))}
      >
        {file}:{line}:{column}
      </button>
    </code>
  );
}
