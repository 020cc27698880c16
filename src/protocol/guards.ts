/**
 * Checks whatever enters from outside: nothing is more than `unknown` until it has passed here. Apart from
 * `index.ts`, so that the instrumentation stays small.
 */

import * as v from 'valibot';
import { PAYLOAD_CHARS } from './constants.js';
import { hasPayload, type ReportedEvent, type SenderFacts } from './events.js';
import {
  FILE_CHARS,
  FILE_URL_CHARS,
  PIECE_CHARS,
  type FilePiece,
  type FileUnread,
} from './files.js';
import { MUTE_QUERY_CHARS, MUTE_RULES_MAX } from './mutes.js';
import type { FromPanel } from './panel.js';
import type { Batch, Hello, RelayHeader } from './report.js';
import { LIMIT_BOUNDS } from './retention.js';
import { describe, GuardError } from './guard-error.js';
import { REDACTED_KEY_CHARS, REDACTED_KEYS_MAX } from './redaction.js';
import { unpackEvents } from './wire-form.js';
import { PROTOCOL_VERSION } from './version.js';

export { GuardError } from './guard-error.js';

/** Events one batch may hold. The instrumentation sends far fewer; a stranger might not. */
const BATCH_EVENTS_MAX = 10_000;

/** Characters one batch may hold in each of its two texts. */
const BATCH_CHARS_MAX = 16_000_000;

const ID_CHARS = 1_000;
const CODE_CHARS = 4_000_000;

const id = v.pipe(v.string(), v.maxLength(ID_CHARS));
const text = v.pipe(v.string(), v.maxLength(PAYLOAD_CHARS));
/** Epoch milliseconds that `Date` can say. */
const TIME_MAX = 8.64e15;
const time = v.pipe(v.number(), v.minValue(0), v.maxValue(TIME_MAX));
const integer = v.pipe(v.number(), v.safeInteger());

const SENDER = {
  id: v.optional(id),
  url: v.optional(text),
  tabId: v.optional(integer),
  frameId: v.optional(integer),
  documentId: v.optional(id),
  contextId: v.optional(integer),
  envType: v.optional(id),
  userScriptWorldId: v.optional(id),
};

const TARGET = {
  extensionId: v.optional(id),
  tabId: v.optional(integer),
  frameId: v.optional(integer),
  documentId: v.optional(id),
  application: v.optional(id),
};

const HELLO = v.object({
  type: v.literal('hello'),
  protocol: v.literal(PROTOCOL_VERSION),
  uid: v.pipe(v.string(), v.minLength(8), v.maxLength(100), v.regex(/^[\w-]*$/)),
  kind: v.picklist(['content-script', 'user-script', 'background', 'page']),
  url: text,
  startedAt: time,
  extensionName: v.optional(id),
  extensionVersion: v.optional(id),
  ownStack: v.optional(text),
  mutes: v.optional(v.boolean()),
  readsFiles: v.optional(v.boolean()),
});

const BATCH = v.object({
  type: v.literal('batch'),
  batch: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  start: time,
  events: v.pipe(v.string(), v.maxLength(BATCH_CHARS_MAX)),
  payload: v.pipe(v.string(), v.maxLength(BATCH_CHARS_MAX)),
  values: v.optional(v.pipe(v.array(v.unknown()), v.maxLength(BATCH_EVENTS_MAX))),
});

function limit(of: keyof typeof LIMIT_BOUNDS) {
  const [least, most] = LIMIT_BOUNDS[of];
  return v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most));
}

const FILE = v.variant('type', [
  v.object({
    type: v.literal('piece'),
    ask: integer,
    text: v.pipe(v.string(), v.maxLength(PIECE_CHARS)),
    length: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(FILE_CHARS)),
  }),
  v.object({
    type: v.literal('unread'),
    ask: integer,
    reason: v.picklist(['not-found', 'too-big']),
  }),
]);

const RELAY_HEADER = v.object({ type: v.literal('relayed'), sender: v.object(SENDER) });

const FROM_PANEL = v.variant('type', [
  v.object({ type: v.literal('record'), on: v.boolean(), at: v.exactOptional(time) }),
  v.object({ type: v.literal('clear') }),
  v.object({ type: v.literal('set-aside') }),
  v.object({ type: v.literal('list-installed') }),
  v.object({ type: v.literal('bring-back') }),
  v.object({ type: v.literal('call-sites'), on: v.boolean() }),
  v.object({
    type: v.literal('limits'),
    limits: v.object({
      events: limit('events'),
      bytes: limit('bytes'),
      days: v.nullable(limit('days')),
    }),
  }),
  v.object({ type: v.literal('retry') }),
  v.object({ type: v.literal('start-again') }),
  v.object({
    type: v.literal('admit'),
    extensionId: id,
    verdict: v.nullable(v.picklist(['allowed', 'blocked'])),
  }),
  v.object({
    type: v.literal('redaction'),
    on: v.boolean(),
    keys: v.pipe(
      v.array(v.pipe(v.string(), v.maxLength(REDACTED_KEY_CHARS))),
      v.maxLength(REDACTED_KEYS_MAX),
    ),
  }),
  v.object({
    type: v.literal('mutes'),
    rules: v.pipe(
      v.array(
        v.object({
          id: integer,
          query: v.pipe(v.string(), v.maxLength(MUTE_QUERY_CHARS)),
          on: v.boolean(),
        }),
      ),
      v.maxLength(MUTE_RULES_MAX),
    ),
  }),
  v.object({
    type: v.literal('playground-run'),
    tabId: integer,
    run: v.variant('example', [
      v.object({ example: v.literal('content-script') }),
      v.object({ example: v.literal('user-script') }),
      v.object({
        example: v.literal('code'),
        code: v.pipe(v.string(), v.maxLength(CODE_CHARS)),
      }),
    ]),
  }),
  v.object({ type: v.literal('playground-post'), text }),
  v.object({
    type: v.literal('read-file'),
    ask: integer,
    extensionId: id,
    url: v.pipe(v.string(), v.maxLength(FILE_URL_CHARS)),
  }),
]);

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const ordinal = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const form = v.picklist(['json', 'rich', 'json-preview', 'rich-preview', 'unreadable']);
const payload = { form, bytes: count, offset: count, length: count };

/**
 * Strict, because events are kept as they came: an unknown key could hold anything, nested deeply enough to
 * bring down whoever writes it out.
 */
const sender = v.strictObject(SENDER);
const target = v.strictObject(TARGET);

type Check = (value: unknown) => boolean;

/**
 * The schemas most elements have, as plain functions that say the same: these run for every event, on a main
 * thread borrowed from the inspected extension. Measured in Firefox: 0.1 µs an event, with schemas alone
 * 0.5 µs, next to 0.1 µs for the `JSON.parse` before it.
 */
const CHECKS: ReadonlyMap<v.GenericSchema, Check> = new Map<v.GenericSchema, Check>([
  [time, (value) => typeof value === 'number' && value >= 0 && value <= TIME_MAX],
  [count, (value) => Number.isSafeInteger(value) && (value as number) >= 0],
  [ordinal, (value) => Number.isSafeInteger(value) && (value as number) >= 1],
  [form, (value) => (form.options as readonly unknown[]).includes(value)],
]);

/** By tag: a union would try the tuples in turn. */
const EVENTS: ReadonlyMap<unknown, EventSchema> = new Map<ReportedEvent[0], EventSchema>([
  [
    'opened',
    tuple({
      port: ordinal,
      at: time,
      api: v.picklist(['runtime.connect', 'tabs.connect', 'runtime.connectNative']),
      name: text,
      target,
      site: count,
      posted: count,
      delivered: count,
    }),
  ],
  [
    'accepted',
    tuple({
      port: ordinal,
      at: time,
      api: v.picklist([
        'runtime.onConnect',
        'runtime.onConnectExternal',
        'runtime.onUserScriptConnect',
      ]),
      name: text,
      sender,
      posted: count,
      delivered: count,
    }),
  ],
  ['posted', tuple({ port: ordinal, at: time, seq: ordinal, site: count, ...payload })],
  ['refused', tuple({ port: ordinal, at: time, error: text, site: count, ...payload })],
  ['delivered', tuple({ port: ordinal, at: time, seq: ordinal, listeners: count, ...payload })],
  [
    'disconnected',
    tuple({
      port: ordinal,
      at: time,
      by: v.picklist(['self', 'other']),
      error: v.nullable(text),
      site: count,
      posted: count,
      delivered: count,
    }),
  ],
  [
    'sent',
    tuple({
      request: ordinal,
      at: time,
      api: v.picklist(['runtime.sendMessage', 'tabs.sendMessage', 'runtime.sendNativeMessage']),
      target,
      site: count,
      ...payload,
    }),
  ],
  ['replied', tuple({ request: ordinal, at: time, ...payload })],
  ['failed', tuple({ request: ordinal, at: time, error: v.nullable(text) })],
  [
    'received',
    tuple({
      receipt: ordinal,
      at: time,
      api: v.picklist([
        'runtime.onMessage',
        'runtime.onMessageExternal',
        'runtime.onUserScriptMessage',
      ]),
      sender,
      listeners: count,
      ...payload,
    }),
  ],
  [
    'returned',
    tuple({
      receipt: ordinal,
      at: time,
      listener: ordinal,
      what: v.picklist(['nothing', 'true', 'promise', 'threw']),
      error: v.nullable(text),
    }),
  ],
  [
    'answered',
    tuple({
      receipt: ordinal,
      at: time,
      listener: ordinal,
      how: v.picklist(['sendResponse', 'promise']),
      ...payload,
    }),
  ],
  ['rejected', tuple({ receipt: ordinal, at: time, listener: ordinal, error: text })],
  ['site', tuple({ id: ordinal, stack: text })],
  ['lifecycle', tuple({ at: time, what: v.picklist(['frozen', 'thawed', 'unloaded']) })],
  [
    'gap',
    tuple({ at: time, events: count, reason: v.picklist(['buffer-full', 'porthole-absent']) }),
  ],
  ['counted', tuple({ way: integer, at: time, last: ordinal, events: ordinal })],
]);

interface EventSchema {
  /** Names of the elements after the tag. */
  readonly names: readonly string[];
  /** Of each of them. */
  readonly checks: readonly Check[];
  readonly elements: v.GenericSchema;
}

function tuple(elements: Readonly<Record<string, v.GenericSchema>>): EventSchema {
  const schemas = Object.values(elements);
  return {
    names: Object.keys(elements),
    checks: schemas.map((schema) => CHECKS.get(schema) ?? ((value) => v.is(schema, value))),
    elements: v.strictTuple([v.string(), ...schemas]),
  };
}

/**
 * @param value first message of a report port
 * @throws {GuardError} also when it speaks another version of the protocol
 */
export function readHello(value: unknown): Hello {
  const { protocol } = (value ?? {}) as { protocol?: unknown };
  if (typeof protocol === 'number' && protocol !== PROTOCOL_VERSION) {
    throw new GuardError(
      `hello: this Porthole speaks protocol ${PROTOCOL_VERSION}, the instrumentation speaks ${describe(protocol)}; instrument the extension again with this Porthole's version`,
    );
  }
  return defined(check('hello', HELLO, value));
}

/**
 * @param value any later message of a report port
 * @throws {GuardError}
 */
export function readReport(value: unknown): Batch | FilePiece | FileUnread {
  const { type } = (value ?? {}) as { type?: unknown };
  return type === 'piece' || type === 'unread' ? check('file', FILE, value) : readBatch(value);
}

/**
 * @param value a batch, as a context sends it
 * @throws {GuardError}
 */
export function readBatch(value: unknown): Batch {
  return check('batch', BATCH, value) as Batch;
}

/**
 * @param ownScript URL of the script that holds the instrumentation alone: its frames are left out of call sites
 * @returns the batch's events as they are stored, each checked, payload offsets within the batch's payload or values
 * @throws {GuardError} naming the batch, the event's place in it and the element
 */
export function readEvents(batch: Batch, ownScript: string | null = null): ReportedEvent[] {
  let events: unknown;
  try {
    events = JSON.parse(batch.events);
  } catch (error) {
    throw new GuardError(`batch ${batch.batch}, events: ${(error as Error).message}`);
  }
  if (!Array.isArray(events)) {
    throw new GuardError(
      `batch ${batch.batch}, events: expected an array, got ${describe(events)}`,
    );
  }
  if (events.length > BATCH_EVENTS_MAX) {
    throw new GuardError(
      `batch ${batch.batch}, events: expected at most ${BATCH_EVENTS_MAX}, got ${events.length}`,
    );
  }
  unpackEvents(events, batch, ownScript);
  for (let i = 0; i < events.length; i += 1) {
    const wrong = eventComplaint(events[i], batch);
    if (wrong !== null) throw new GuardError(`batch ${batch.batch}, event ${i}${wrong}`);
  }
  return events as ReportedEvent[];
}

/**
 * @param value first message of a relay port
 * @throws {GuardError}
 */
export function readRelayHeader(value: unknown): RelayHeader {
  const header = check('relay header', RELAY_HEADER, value);
  return { type: header.type, sender: defined(header.sender) };
}

/**
 * @param value a message on a panel port
 * @throws {GuardError}
 */
export function readFromPanel(value: unknown): FromPanel {
  return check('panel message', FROM_PANEL, value);
}

/**
 * Picks what the browser attests about the other end of a port. What is absent or of another type is left
 * out: browsers differ in what they tell.
 *
 * @param sender a `runtime.MessageSender`: https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/API/runtime/MessageSender
 */
export function senderFacts(sender: unknown): SenderFacts {
  const { tab, ...rest } = (sender ?? {}) as Record<string, unknown>;
  const all = { ...rest, tabId: (tab as { id?: unknown } | null | undefined)?.id };
  const facts: Record<string, unknown> = {};
  for (const key of ['id', 'url', 'documentId', 'envType', 'userScriptWorldId'] as const) {
    const fact = (all as Record<string, unknown>)[key];
    // A page's address can be a whole document, as `data:`.
    if (typeof fact === 'string')
      facts[key] = fact.slice(0, key === 'url' ? PAYLOAD_CHARS : ID_CHARS);
  }
  for (const key of ['tabId', 'frameId', 'contextId'] as const) {
    const fact = (all as Record<string, unknown>)[key];
    if (Number.isSafeInteger(fact)) facts[key] = fact;
  }
  return facts;
}

/** @returns null, or how to go on after "event n" */
function eventComplaint(event: unknown, batch: Batch): string | null {
  if (!Array.isArray(event)) return `: expected an array, got ${describe(event)}`;
  const values = event as readonly unknown[];
  const schema = EVENTS.get(values[0]);
  if (schema === undefined) return `: expected a known type, got ${describe(values[0])}`;
  const { names } = schema;
  const type = values[0] as string;
  if (values.length !== names.length + 1) {
    return ` (${type}): expected ${names.length + 1} elements, got ${values.length}`;
  }
  if (!schema.checks.every((sound, index) => sound(values[index + 1]))) {
    const result = v.safeParse(schema.elements, values, { abortEarly: true });
    if (!result.success) {
      const issue = result.issues[0];
      const [element, ...inside] = (issue.path ?? []).map((item) => item.key);
      const where = [names[Number(element) - 1], ...inside].join('.');
      return ` (${type}), ${where}: ${complaint(issue)}`;
    }
  }
  if (hasPayload(values as unknown as ReportedEvent)) {
    const length = values.at(-1) as number;
    const isValue = values.at(-4) === 'rich' && length === 0;
    const end = (values.at(-2) as number) + (isValue ? 1 : length);
    const most = isValue ? (batch.values?.length ?? 0) : batch.payload.length;
    if (end > most) {
      return ` (${type}), payload: expected to end at ${most} at most, ends at ${end}`;
    }
  }
  return null;
}

function check<Schema extends v.GenericSchema>(
  what: string,
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = v.getDotPath(issue);
  throw new GuardError(`${what}${path === null ? '' : `, ${path}`}: ${complaint(issue)}`);
}

function complaint(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'max_length' || issue.type === 'min_length') {
    const bound = issue.type === 'max_length' ? 'at most' : 'at least';
    const { requirement } = issue as unknown as { requirement: number };
    return `expected ${bound} ${requirement} characters, got ${(issue.input as string).length}`;
  }
  if (issue.expected === 'never') return 'is not known';
  if (issue.path?.at(-1)?.origin === 'key' || issue.input === undefined) return 'is missing';
  return `expected ${issue.expected ?? issue.type.replace('_', ' ')}, got ${describe(issue.input)}`;
}

/** Optional fields that are present but undefined are dropped, as `exactOptionalPropertyTypes` wants them. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, fact]) => fact !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
