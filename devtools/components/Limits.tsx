/** How much of a recording is kept: the limits, how full it is, and what was deleted to make room. */

import { useState } from 'preact/hooks';
import {
  DEFAULT_LIMITS,
  LIMIT_BOUNDS,
  type RetentionLimits,
  type StoredDropped,
} from '../../src/protocol/index.js';
import { counted, formatCount, text, type TextKey } from '../../src/texts/index.js';
import { formatBytes, formatTime } from '../arithmetic/format.js';
import { safeName } from '../arithmetic/safe-name.js';
import type { RecordingState } from '../state/recording.js';
import { Sentence } from './Sentence.js';

/** Bytes in the unit the person sees. */
const MB = 1_000_000;

interface Field {
  readonly of: keyof RetentionLimits;
  readonly label: TextKey;
  /** What one of the unit shown is in the limit's own. */
  readonly unit: number;
  readonly after: TextKey | null;
}

const FIELDS: readonly Field[] = [
  { of: 'events', label: 'limits_events', unit: 1, after: null },
  { of: 'bytes', label: 'limits_size', unit: MB, after: 'limits_megabytes' },
  { of: 'days', label: 'limits_age', unit: 1, after: 'limits_days' },
];

export function Limits({ recording }: { readonly recording: RecordingState }) {
  const storage = recording.storage.value;
  const deleted = recording.summary.value?.deleted ?? [];
  if (storage === null) return null;
  const { limits, holds } = storage;
  const isDefault = FIELDS.every(({ of }) => limits[of] === DEFAULT_LIMITS[of]);
  return (
    <>
      <h3>{text('limits_title')}</h3>
      <p class="quiet">{text('limits_body')}</p>
      {FIELDS.map((field) => (
        <LimitField key={field.of} field={field} limits={limits} recording={recording} />
      ))}
      <p class="quiet">
        {text('limits_stored', {
          events: counted('event', holds.events),
          size: formatBytes(holds.bytes),
        })}
      </p>
      {!isDefault && (
        <p class="actions">
          <button
            type="button"
            class="action"
            onClick={() => recording.send({ type: 'limits', limits: DEFAULT_LIMITS })}
          >
            {text('limits_to_defaults')}
          </button>
        </p>
      )}
      {deleted.length > 0 && (
        <>
          <h3>{text('limits_deleted_title')}</h3>
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
        <span>{text(label)}</span>
        <input
          type="number"
          inputMode="numeric"
          min={least / unit}
          max={most / unit}
          step={1}
          value={shown}
          placeholder={of === 'days' ? text('limits_any') : ''}
          aria-describedby={`limit-${of}`}
          onChange={({ currentTarget: field }) => {
            const { value } = field;
            const wanted = of === 'days' && value === '' ? null : Math.round(Number(value) * unit);
            if (wanted !== null && !(wanted >= least && wanted <= most)) {
              setComplaint(
                text('limits_bounds', {
                  least: formatCount(least / unit),
                  most: formatCount(most / unit),
                }),
              );
              return;
            }
            setComplaint('');
            recording.send({ type: 'limits', limits: { ...limits, [of]: wanted } });
          }}
        />
        <span>{after === null ? '' : text(after)}</span>
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
      <Sentence
        id={contexts > 0 ? 'limits_deleted_contexts' : 'limits_deleted'}
        parts={{
          extension: <bdi>{safeName(extension)}</bdi>,
          events: counted('event', events),
          size: formatBytes(bytes),
          ...(contexts > 0 && { contexts: counted('context', contexts) }),
          time: formatTime(since),
        }}
      />
    </p>
  );
}
