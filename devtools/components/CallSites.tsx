/** Where a message was posted from, frame by frame, each leading to its source; and the switch for recording that. */

import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { text } from '../../src/texts/index.js';
import { fileFrame, parseFrame, sourceName, type StackFrame } from '../arithmetic/stack.js';
import type { RecordingState } from '../state/recording.js';
import type { OriginalPlace } from '../state/source.js';
import type { SiteDetail } from '../worker-protocol.js';
import { FidelityNote } from './FidelityNote.js';
import { Icon } from './Icon.js';
import { lazy } from './lazy.js';
import { Switch } from './Switch.js';

const SourceView = lazy(async () => (await import('./SourceView.js')).SourceView);

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

/** A frame whose source is shown. */
interface Opened {
  readonly site: SiteDetail;
  readonly frame: StackFrame;
}

/** Give it a key that goes with the row: what was opened for one is not for the next. */
export function Sites({ sites, recording, onCopy }: SitesProps) {
  const [opened, setOpened] = useState<Opened | null>(null);
  const [places, setPlaces] = useState<ReadonlyMap<string, OriginalPlace>>(new Map());
  const addPlaces = useCallback(
    (more: ReadonlyMap<string, OriginalPlace>) =>
      setPlaces((before) => new Map([...before, ...more])),
    [],
  );
  const list = useRef<HTMLDivElement>(null);
  const last = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (opened === null && last.current !== null) {
      list.current?.querySelector<HTMLElement>(`[data-frame="${last.current}"]`)?.focus();
    }
  }, [opened]);
  if (opened !== null) {
    const { site, frame } = opened;
    return (
      <SourceView
        {...{ recording, frame, onCopy }}
        extensionId={site.extensionId}
        frames={site.frames}
        onPlaces={addPlaces}
        onClose={() => setOpened(null)}
      />
    );
  }
  const off = recording.callSites.value === false;
  return (
    <div ref={list}>
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
              onClick={() =>
                onCopy(site.frames.map((frame) => originalFrame(frame, places)).join('\n'))
              }
            >
              <Icon name="copy" />
            </button>
          </h3>
          <ol class="frames">
            {site.frames.map((frame, index) => (
              <li key={index}>
                <Frame
                  printed={frame}
                  original={places.get(frame) ?? null}
                  name={`${site.title} ${index}`}
                  onCopy={onCopy}
                  onOpen={(file) => {
                    last.current = `${site.title} ${index}`;
                    setOpened({ site, frame: file });
                  }}
                />
              </li>
            ))}
          </ol>
        </section>
      ))}
      {sites.length > 0 && <FidelityNote>{text('call_sites_fidelity')}</FidelityNote>}
      <p class="site-switch">
        <CallSitesSwitch recording={recording} />
      </p>
    </div>
  );
}

/** @returns a line of a stack, as it would be if the original had run, where that is known */
function originalFrame(frame: string, places: ReadonlyMap<string, OriginalPlace>): string {
  const place = places.get(frame);
  if (place === undefined) return frame;
  return `${frame.slice(0, frame.indexOf('@'))}@${sourceName(place.source)}:${place.line}:${place.column}`;
}

interface FrameProps {
  /** As it stands in a stack. */
  readonly printed: string;
  /** Where it was in the source it was made from, once that is known. */
  readonly original: OriginalPlace | null;
  /** Names it among the frames shown. */
  readonly name: string;
  readonly onCopy: (text: string) => void;
  readonly onOpen: (frame: StackFrame) => void;
}

/** Extensions cannot open a source in Firefox's debugger: it is shown here. */
function Frame({ printed, original, name, onCopy, onOpen }: FrameProps) {
  const frame = parseFrame(printed);
  if (frame === null) return <code>{printed}</code>;
  const file = fileFrame(printed);
  const shown =
    original === null
      ? `${frame.file}:${frame.line}:${frame.column}`
      : `${sourceName(original.source)}:${original.line}:${original.column}`;
  return (
    <code title={printed}>
      <span class="frame-name">
        {frame.name === '' ? text('call_sites_anonymous') : frame.name}
      </span>
      {file === null ? (
        <span class="frame-text" title={text('call_sites_no_file')}>
          {shown}
        </span>
      ) : (
        <button
          type="button"
          class="frame-place"
          data-frame={name}
          title={text('call_sites_open_title')}
          onClick={() => onOpen(file)}
        >
          {shown}
        </button>
      )}
      <button
        type="button"
        class="copy-line always"
        title={text('call_sites_copy_place')}
        aria-label={text('call_sites_copy_place')}
        onClick={() => onCopy(original === null ? printed.slice(printed.indexOf('@') + 1) : shown)}
      >
        <Icon name="copy" />
      </button>
    </code>
  );
}
