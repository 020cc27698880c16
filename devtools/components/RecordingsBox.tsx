/** What can be done with whole recordings: open a trace, export, keep, and what is kept. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { counted, text } from '../../src/texts/index.js';
import css from '../styles/recordings.css?inline';
import settingsCss from '../styles/settings.css?inline';
import type { KeptRecording } from '../../src/protocol/index.js';
import { REDACTED_KEYS } from '../../src/protocol/redaction.js';
import { formatBytes, formatDate } from '../arithmetic/format.js';
import { freeName } from '../arithmetic/free-name.js';
import type { RecordingState } from '../state/recording.js';
import type { ExportWhat } from '../worker-protocol.js';
import { Icon } from './Icon.js';

interface RecordingsBoxProps {
  readonly recording: RecordingState;
  readonly onDone: () => void;
}

export function RecordingsBox({ recording, onDone }: RecordingsBoxProps) {
  const { traces } = recording;
  const chooser = useRef<HTMLInputElement>(null);
  useEffect(() => traces.list(), [traces]);
  return (
    <>
      <style>{settingsCss}</style>
      <style>{css}</style>
      <h3>{text('recordings_open')}</h3>
      <p class="actions">
        <input
          ref={chooser}
          type="file"
          accept=".ndjson,.gz,application/x-ndjson,application/gzip"
          hidden
          onChange={({ currentTarget }) => {
            const file = currentTarget.files?.[0];
            currentTarget.value = '';
            if (file === undefined) return;
            traces.open(file);
            onDone();
          }}
        />
        <button type="button" class="action" onClick={() => chooser.current?.click()}>
          {text('recordings_open_trace')}
        </button>
        <span class="quiet">{text('recordings_drop')}</span>
      </p>
      <Export recording={recording} onDone={onDone} />
      <Kept recording={recording} onDone={onDone} />
    </>
  );
}

function Export({ recording, onDone }: RecordingsBoxProps) {
  const { traces } = recording;
  const [what, setWhat] = useState<ExportWhat>('all');
  const [redact, setRedact] = useState(true);
  const [gzip, setGzip] = useState(false);
  const summary = recording.summary.value;
  const keys = recording.redaction.value?.keys ?? REDACTED_KEYS;
  const choices: readonly [ExportWhat, string, boolean][] = [
    ['all', counted('recordings_export_all', summary?.rows ?? 0), true],
    ['shown', counted('recordings_export_shown', summary?.visible ?? 0), true],
    ['selected', text('recordings_export_selected'), recording.selectedKey.value !== null],
  ];
  return (
    <>
      <h3>{text('recordings_export')}</h3>
      <div role="radiogroup" aria-label={text('recordings_export_what')}>
        {choices.map(([value, label, possible]) => (
          <label key={value} class={`switch${possible ? '' : ' quiet'}`}>
            <input
              type="radio"
              name="export-what"
              checked={what === value}
              disabled={!possible}
              onChange={() => setWhat(value)}
            />
            {label}
          </label>
        ))}
      </div>
      <label class="switch" title={text('recordings_redact_title', { keys: keys.join(', ') })}>
        <input
          type="checkbox"
          checked={redact}
          onChange={({ currentTarget }) => setRedact(currentTarget.checked)}
        />
        {text('recordings_redact')}
      </label>
      <label class="switch">
        <input
          type="checkbox"
          checked={gzip}
          onChange={({ currentTarget }) => setGzip(currentTarget.checked)}
        />
        {text('recordings_gzip')}
      </label>
      <p class="actions">
        <button
          type="button"
          class="action"
          onClick={() => {
            traces.export(what, redact ? keys : [], gzip);
            onDone();
          }}
        >
          {text('recordings_export_trace')}
        </button>
      </p>
    </>
  );
}

function Kept({ recording, onDone }: RecordingsBoxProps) {
  const { traces } = recording;
  const [name, setName] = useState('');
  const began = recording.summary.value?.recording?.startedAt;
  const list = traces.kept.value ?? [];
  const suggestion = freeName(
    began === undefined ? text('recordings_unnamed') : formatDate(began),
    list.map((one) => one.name),
  );
  const removed = traces.removed.value;
  return (
    <>
      <h3>{text('recordings_kept')}</h3>
      {traces.opened.value === null && (
        <form
          class="keep"
          onSubmit={(event) => {
            event.preventDefault();
            traces.keep(name.trim() === '' ? suggestion : name.trim());
            setName('');
          }}
        >
          <input
            type="text"
            class="keys"
            aria-label={text('recordings_name')}
            placeholder={suggestion}
            spellcheck={false}
            maxLength={100}
            value={name}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
          <button type="submit" class="action">
            {text('recordings_keep')}
          </button>
        </form>
      )}
      {list.length === 0 && <p class="quiet">{text('recordings_kept_none')}</p>}
      <ul class="kept">
        {list.map((one) => (
          <KeptLine key={one.id} one={one} recording={recording} onDone={onDone} />
        ))}
      </ul>
      {removed !== null && (
        <p class="actions">
          <span class="quiet">{text('recordings_deleted', { name: removed.name })}</span>
          <button type="button" class="action" onClick={() => traces.restore()}>
            {text('undo')}
          </button>
        </p>
      )}
    </>
  );
}

function KeptLine({
  one,
  recording,
  onDone,
}: RecordingsBoxProps & { readonly one: KeptRecording }) {
  const { traces } = recording;
  const [renaming, setRenaming] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (renaming) field.current?.select();
  }, [renaming]);
  const { name } = one;
  const recordedAt = formatDate(one.recordedAt);
  if (renaming) {
    const finish = (wanted: string): void => {
      setRenaming(false);
      if (wanted.trim() !== '' && wanted.trim() !== name) traces.rename(one, wanted.trim());
    };
    return (
      <li>
        <input
          ref={field}
          type="text"
          class="keys"
          aria-label={text('recordings_new_name', { name })}
          maxLength={100}
          defaultValue={name}
          onKeyDown={(event) => {
            if (event.key === 'Enter') finish(event.currentTarget.value);
            else if (event.key === 'Escape') setRenaming(false);
            else return;
            event.preventDefault();
            event.stopPropagation();
            // The field goes: the focus stays in the box.
            event.currentTarget.closest<HTMLElement>('.dropdown-box')?.focus();
          }}
          onBlur={(event) => finish(event.currentTarget.value)}
        />
      </li>
    );
  }
  return (
    <li>
      <button
        type="button"
        class="kept-name"
        title={text('recordings_show', { name })}
        onClick={() => {
          traces.openKept(one);
          onDone();
        }}
      >
        <bdi>{name}</bdi>
        <span class="quiet">
          {[
            ...(name === recordedAt ? [] : [recordedAt]),
            counted('message', one.messages),
            formatBytes(one.bytes),
          ].join(', ')}
        </span>
      </button>
      <button
        type="button"
        class="tool"
        title={text('recordings_rename')}
        aria-label={text('recordings_rename_this', { name })}
        onClick={() => setRenaming(true)}
      >
        <Icon name="rename" />
      </button>
      <button
        type="button"
        class="tool"
        title={text('recordings_export_trace')}
        aria-label={text('recordings_export_this', { name })}
        onClick={() => traces.exportKept(one)}
      >
        <Icon name="newest" />
      </button>
      <button
        type="button"
        class="tool"
        title={text('recordings_delete')}
        aria-label={text('recordings_delete_this', { name })}
        onClick={(event) => {
          event.currentTarget.closest<HTMLElement>('.dropdown-box')?.focus();
          traces.remove(one);
        }}
      >
        <Icon name="clear" />
      </button>
    </li>
  );
}
