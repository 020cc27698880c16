/**
 * Whether a stored record is what Porthole once wrote. Everything was guarded before it was stored; what is found
 * otherwise was damaged since, and must neither stop the reading of the rest nor be taken for something else.
 */

import type { RedactedSpan } from './redaction.js';
import { readRun, type RunEvents } from './runs.js';
import type { StoredContext, StoredRecording } from './stored.js';

type Raw = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Raw => typeof value === 'object' && value !== null;
const isText = (value: unknown): boolean => typeof value === 'string';
const isNumber = (value: unknown): boolean => Number.isFinite(value);
const orNull =
  (check: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === null || check(value);

const orAbsent =
  (check: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || check(value);

const oneOf =
  (...values: readonly unknown[]) =>
  (value: unknown): boolean =>
    values.includes(value);

const isEndFacts = (value: unknown): boolean =>
  isRecord(value) &&
  orAbsent(oneOf('closed', 'discarded', 'replaced', 'open'))(value['tab']) &&
  orAbsent(oneOf('enabled', 'disabled', 'uninstalled'))(value['extension']);

const isOpenPort = (value: unknown): boolean =>
  isRecord(value) &&
  isNumber(value['number']) &&
  isText(value['name']) &&
  oneOf('opener', 'acceptor')(value['role']) &&
  orAbsent(isText)(value['application']);

const CONTEXT: Readonly<Record<keyof StoredContext, (value: unknown) => boolean>> = {
  key: isText,
  extensionId: isText,
  extensionName: orNull(isText),
  extensionVersion: orNull(isText),
  kind: oneOf('content-script', 'user-script', 'background', 'page'),
  worldId: orNull(isText),
  url: isText,
  tabId: orNull(isNumber),
  frameId: orNull(isNumber),
  documentId: orNull(isText),
  contextId: orNull(isNumber),
  envType: orNull(isText),
  attestedBy: oneOf('browser', 'relay'),
  startedAt: isNumber,
  disconnectedAt: orNull(isNumber),
  endFacts: orAbsent(isEndFacts),
  taken: isNumber,
  order: orAbsent(isNumber),
  lastSegment: orAbsent(isNumber),
  ports: orAbsent((value) => Array.isArray(value) && value.every(isOpenPort)),
};

/** @returns whether it is a {@link StoredContext} */
export function isSoundContext(value: unknown): value is StoredContext {
  return isRecord(value) && Object.entries(CONTEXT).every(([key, check]) => check(value[key]));
}

/** @returns whether it is a {@link StoredRecording} */
export function isSoundRecording(value: unknown): value is StoredRecording {
  return (
    isRecord(value) &&
    Number.isSafeInteger(value['id']) &&
    isNumber(value['startedAt']) &&
    typeof value['on'] === 'boolean' &&
    typeof value['callSites'] === 'boolean'
  );
}

/** @returns those that can be read, of the spans that a stored recording has */
export function soundSpans(recording: StoredRecording | undefined | null): RedactedSpan[] {
  const spans: unknown = recording?.redacted;
  return Array.isArray(spans) ? spans.filter(isSpan) : [];
}

function isSpan(value: unknown): value is RedactedSpan {
  if (!isRecord(value)) return false;
  const { keys, from, until } = value;
  return Array.isArray(keys) && keys.every(isText) && isNumber(from) && orNull(isNumber)(until);
}

/** What can be read of a stored segment. */
export interface SoundSegment {
  readonly payload: string;
  readonly runs: readonly { readonly context: string; readonly events: RunEvents }[];
  /** Events that cannot be read, as far as the segment still says how many there were; 0: none is missing. */
  readonly damaged: number;
}

/**
 * Reads a stored segment.
 *
 * @returns every run that can be read; a run is read whole or not at all
 */
export function readSoundly(value: unknown): SoundSegment {
  const { payload, runs, count } = (isRecord(value) ? value : {}) as Raw;
  if (!Array.isArray(runs) || typeof payload !== 'string') {
    return { payload: '', runs: [], damaged: isNumber(count) ? Math.max(1, Number(count)) : 1 };
  }
  let damaged = 0;
  const sound: { context: string; events: RunEvents }[] = [];
  for (const run of runs as readonly unknown[]) {
    const { context, events, count: said } = (isRecord(run) ? run : {}) as Raw;
    const read = typeof context === 'string' ? readRun(events) : null;
    if (read === null) damaged += isNumber(said) ? Math.max(1, Number(said)) : 1;
    else sound.push({ context: context as string, events: read });
  }
  return { payload, runs: sound, damaged };
}
