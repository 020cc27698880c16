/** Where a message was posted from, and the switch for recording that. */

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
      label="Record call sites"
      title="Each post, connect() and disconnect() then takes a stack trace"
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
        <p class="detail-empty">
          {off
            ? 'Call sites are not being recorded. Switched on, messages posted from then on have one.'
            : 'No call site was recorded: call sites were switched off then, or the sender is not instrumented.'}
        </p>
      )}
      {sites.map((site) => (
        <section key={site.title} class="site">
          <h3>
            {site.title}()
            <button
              type="button"
              class="copy-line always"
              title="Copy the stack"
              aria-label="Copy the stack"
              onClick={() => onCopy(site.frames.join('\n'))}
            >
              <Icon name="copy" />
            </button>
          </h3>
          <ol class="frames">
            {site.frames.map((frame, index) => (
              <li key={index}>
                <Frame text={frame} onCopy={onCopy} />
              </li>
            ))}
          </ol>
        </section>
      ))}
      {sites.length > 0 && (
        <FidelityNote>
          Stacks that the extension takes itself hold frames of the instrumentation, left out here.
        </FidelityNote>
      )}
      <p class="site-switch">
        <CallSitesSwitch recording={recording} />
      </p>
    </>
  );
}

interface FrameProps {
  readonly text: string;
  readonly onCopy: (text: string) => void;
}

/** Extensions cannot open a source in Firefox's debugger, nor read the files of another; the place is copied instead. */
function Frame({ text, onCopy }: FrameProps) {
  const frame = parseFrame(text);
  if (frame === null) return <code>{text}</code>;
  const { name, file, line, column } = frame;
  return (
    <code title={text}>
      <span class="frame-name">{name === '' ? '(anonymous)' : name}</span>{' '}
      <button
        type="button"
        class="frame-place"
        title="Copy this place; the debugger opens a file by its address with Ctrl+P"
        onClick={() => onCopy(text.slice(text.indexOf('@') + 1))}
      >
        {file}:{line}:{column}
      </button>
    </code>
  );
}
