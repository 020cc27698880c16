/** How much of a recording is kept: the limits, how full it is, and what was deleted to make room. */

import { useState } from 'preact/hooks';
import {
  DEFAULT_LIMITS,
  LIMIT_BOUNDS,
  type RetentionLimits,
  type StoredDropped,
} from '../../src/protocol/index.js';
import { formatBytes, formatNoun, formatTime } from '../arithmetic/format.js';
import { safeName } from '../arithmetic/safe-name.js';
import type { RecordingState } from '../state/recording.js';

/** Bytes in the unit the person sees. */
const MB = 1_000_000;

interface Field {
  readonly of: keyof RetentionLimits;
  readonly label: string;
  /** What one of the unit shown is in the limit's own. */
  readonly unit: number;
  readonly after: string;
}

const FIELDS: readonly Field[] = [
  { of: 'events', label: 'Events', unit: 1, after: '' },
  { of: 'bytes', label: 'Size', unit: MB, after: 'MB' },
  { of: 'days', label: 'Age', unit: 1, after: 'days' },
];

export function Limits({ recording }: { readonly recording: RecordingState }) {
  const storage = recording.storage.value;
  const deleted = recording.summary.value?.deleted ?? [];
  if (storage === null) return null;
  const { limits, holds } = storage;
  const isDefault = FIELDS.every(({ of }) => limits[of] === DEFAULT_LIMITS[of]);
  return (
    <>
      <h3>How much is kept</h3>
      <p class="quiet">
        Beyond any of these the oldest messages are deleted, first those of the extension that has
        most. So none can push out the others: each keeps at least an equal share.
      </p>
      {FIELDS.map((field) => (
        <LimitField key={field.of} field={field} limits={limits} recording={recording} />
      ))}
      <p class="quiet">
        Stored now: {formatNoun(holds.events, 'event')}, {formatBytes(holds.bytes)}. The defaults
        fit a laptop: 2,500,000 events are a million messages seen from both ends, 512 MB leave room
        beside the browser, and what is a week old is rarely asked for.
      </p>
      {!isDefault && (
        <p class="actions">
          <button
            type="button"
            class="action"
            onClick={() => recording.send({ type: 'limits', limits: DEFAULT_LIMITS })}
          >
            Back to the defaults
          </button>
        </p>
      )}
      {deleted.length > 0 && (
        <>
          <h3>Deleted to make room</h3>
          {deleted.map((record) => (
            <Deleted key={record.extension} record={record} />
          ))}
        </>
      )}
    </>
  );
}

interface LimitFieldProps {
  readonly field: Field;
  readonly limits: RetentionLimits;
  readonly recording: RecordingState;
}

function LimitField({ field, limits, recording }: LimitFieldProps) {
  const { of, label, unit, after } = field;
  const [least, most] = LIMIT_BOUNDS[of];
  const [complaint, setComplaint] = useState('');
  const shown = limits[of] === null ? '' : String(limits[of] / unit);
  return (
    <p class="limit">
      <label>
        <span>{label}</span>
        <input
          type="number"
          inputMode="numeric"
          min={least / unit}
          max={most / unit}
          step={1}
          value={shown}
          placeholder={of === 'days' ? 'any' : ''}
          aria-describedby={`limit-${of}`}
          onChange={({ currentTarget: field }) => {
            const { value } = field;
            const wanted = of === 'days' && value === '' ? null : Math.round(Number(value) * unit);
            if (wanted !== null && !(wanted >= least && wanted <= most)) {
              setComplaint(
                `From ${(least / unit).toLocaleString('en-GB')} to ${(most / unit).toLocaleString('en-GB')}`,
              );
              return;
            }
            setComplaint('');
            recording.send({ type: 'limits', limits: { ...limits, [of]: wanted } });
          }}
        />
        <span>{after}</span>
      </label>
      <span id={`limit-${of}`} role="alert" class="complaint">
        {complaint}
      </span>
    </p>
  );
}

function Deleted({ record }: { readonly record: StoredDropped }) {
  const { extension, events, bytes, since, contexts = 0 } = record;
  return (
    <p>
      <bdi>{safeName(extension)}</bdi>: the oldest {formatNoun(events, 'event')},{' '}
      {formatBytes(bytes)}
      {contexts > 0 && `, and the names of ${formatNoun(contexts, 'context')} that had ended`},
      since {formatTime(since)}
    </p>
  );
}
