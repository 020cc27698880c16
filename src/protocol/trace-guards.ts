/** Checks the lines of a trace file, which anybody may have written or cut off. Apart from `trace.ts` for valibot's sake. */

import * as v from 'valibot';
import { describe, GuardError } from './guard-error.js';
import { TRACE_FORMAT, type TraceFinding, type TraceHeader, type TraceLine } from './trace.js';

const text = v.string();
const number = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const ordinal = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const integer = v.pipe(v.number(), v.safeInteger());
const stack = v.optional(v.array(text));

const target = v.object({
  extensionId: v.optional(text),
  tabId: v.optional(integer),
  frameId: v.optional(integer),
  documentId: v.optional(text),
  application: v.optional(text),
});

const payload = {
  bytes: count,
  payload: v.optional(v.unknown()),
  payloadRich: v.optional(text),
  payloadPreview: v.optional(text),
  payloadUnreadable: v.optional(text),
};

const sendApi = v.picklist([
  'runtime.sendMessage',
  'tabs.sendMessage',
  'runtime.sendNativeMessage',
]);
const receiveApi = v.picklist([
  'runtime.onMessage',
  'runtime.onMessageExternal',
  'runtime.onUserScriptMessage',
]);

const header = v.object({
  kind: v.literal('trace'),
  format: v.literal(TRACE_FORMAT),
  version: v.pipe(v.number(), v.safeInteger()),
  recordedAt: v.pipe(
    text,
    v.check((value) => Number.isFinite(Date.parse(value)), 'Expected a date'),
  ),
  browser: text,
  porthole: text,
  redacted: v.optional(v.array(text)),
  redactedAtCapture: v.optional(
    v.array(v.object({ keys: v.array(text), from: number, until: v.nullable(number) })),
  ),
});

const context = v.object({
  kind: v.literal('context'),
  id: text,
  extension: text,
  extensionName: v.nullable(text),
  type: v.picklist(['content-script', 'user-script', 'background', 'page']),
  worldId: v.nullable(text),
  tabId: v.nullable(integer),
  frameId: v.nullable(integer),
  documentId: v.nullable(text),
  url: text,
  startedAt: number,
  extensionVersion: v.optional(text),
  endFacts: v.optional(
    v.object({
      // A word that this version does not know is as good as none.
      tab: v.fallback(
        v.optional(v.picklist(['closed', 'discarded', 'replaced', 'open'])),
        undefined,
      ),
      extension: v.fallback(
        v.optional(v.picklist(['enabled', 'disabled', 'uninstalled'])),
        undefined,
      ),
    }),
  ),
  mutedRequests: v.optional(count),
});

const connection = v.object({
  kind: v.literal('connection'),
  id: text,
  name: text,
  api: v.picklist([
    'runtime.connect',
    'tabs.connect',
    'runtime.connectNative',
    'runtime.onConnect',
    'runtime.onConnectExternal',
    'runtime.onUserScriptConnect',
  ]),
  target: v.nullable(target),
  opener: v.nullable(text),
  acceptors: v.array(text),
  openedAt: number,
  closedAt: v.nullable(number),
  closedBy: v.nullable(text),
  closedHow: v.nullable(text),
  closedIn: v.nullable(text),
  error: v.nullable(text),
  muted: v.optional(count),
});

const message = v.object({
  kind: v.literal('message'),
  connection: text,
  seq: count,
  from: v.nullable(text),
  postedAt: v.nullable(number),
  ...payload,
  deliveries: v.array(
    v.object({ context: text, at: number, seq: v.optional(ordinal), listeners: count }),
  ),
  arrivalMuted: v.optional(v.boolean()),
  error: v.optional(text),
  stack,
});

const answer = v.object({
  at: number,
  how: v.picklist(['sendResponse', 'promise']),
  ignored: v.optional(v.literal(true)),
  ...payload,
});

const account = v.object({
  listener: ordinal,
  returned: v.nullable(
    v.object({
      at: number,
      what: v.picklist(['nothing', 'true', 'promise', 'threw']),
      error: v.optional(text),
    }),
  ),
  answers: v.array(answer),
  rejected: v.nullable(v.object({ at: number, error: text })),
});

const receipt = v.object({
  context: text,
  api: receiveApi,
  at: number,
  listeners: count,
  accounts: v.array(account),
});

const reply = v.object({ at: number, from: v.nullable(text), ...payload });

const request = v.object({
  kind: v.literal('request'),
  id: text,
  api: v.union([sendApi, receiveApi]),
  target: v.nullable(target),
  from: v.nullable(text),
  sentAt: v.nullable(number),
  ...payload,
  deliveries: v.array(receipt),
  state: v.picklist(['waiting', 'replied', 'unanswered', 'failed', 'unheard']),
  settledAt: v.nullable(number),
  reply: v.nullable(reply),
  error: v.nullable(text),
  winner: v.nullable(v.object({ context: text, listener: ordinal })),
  stack,
});

const lifecycle = v.object({
  kind: v.literal('lifecycle'),
  context: text,
  event: v.picklist(['frozen', 'thawed', 'unloaded', 'ended']),
  at: number,
});

const gap = v.object({
  kind: v.literal('gap'),
  context: v.nullable(text),
  extension: v.optional(text),
  events: count,
  reason: v.picklist(['buffer-full', 'porthole-absent', 'deleted', 'damaged']),
  at: v.nullable(number),
});

/** Findings are not read: whoever reads judges anew. */
type Kind = Exclude<TraceLine['kind'], 'finding'>;

const LINES: Readonly<Record<Kind, v.GenericSchema>> = {
  trace: header,
  context,
  connection,
  message,
  request,
  lifecycle,
  gap,
};

/** A line that this Porthole knows, but for what the guard lets through: a `version` that may be a newer one. */
export type ReadLine = Exclude<TraceLine, TraceHeader | TraceFinding> | ReadHeader;
export type ReadHeader = Omit<TraceHeader, 'version'> & { readonly version: number };

/**
 * Reads one line of a trace file.
 *
 * @param text without its line break
 * @returns the line, without keys that this version does not know; null for an empty line and for a kind that it does
 *   not know, both of which readers skip
 * @throws {GuardError} in one line, naming the kind and the element
 */
export function readTraceLine(text: string): ReadLine | null {
  if (text.trim() === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new GuardError(`not JSON: ${(error as Error).message}`);
  }
  const kind: unknown = (value as { readonly kind?: unknown } | null)?.kind;
  if (typeof kind !== 'string') throw new GuardError(`expected a kind, got ${describe(value)}`);
  if (!Object.hasOwn(LINES, kind)) return null;
  const result = v.safeParse(LINES[kind as Kind], value);
  if (result.success) return result.output as ReadLine;
  const [issue] = result.issues;
  throw new GuardError(
    `${kind}, ${v.getDotPath(issue) ?? 'line'}: ${issue.message.replaceAll('\n', ' ')}`,
  );
}
