/** A `connect()` or `sendMessage()` that found nobody listening, with the nearest cause. */

import { text } from '../../../texts/index.js';
import type { ConnectTarget, EndHow } from '../../../protocol/index.js';
import type { ModelContext } from '../../types.js';
import {
  endOf,
  heardKey,
  kindOf,
  labelOf,
  messageNamed,
  livedAt,
  SKEW_MS,
  wasFrozen,
  type Ear,
  type Evidence,
} from '../evidence.js';
import type { Sighting, Subject } from '../types.js';

/** A listener that appears within so many milliseconds was on its way. */
const SOON_MS = 30_000;

/** Messages to several tabs within so many milliseconds of each other are one call to all tabs. */
const BROADCAST_MS = 2_000;

/** Ends after which content scripts may stay behind, cut off. */
const ORPHANING: readonly string[] = ['reloaded', 'updated', 'disabled'] satisfies EndHow[];

/** A call that nobody heard. */
interface Call {
  readonly at: number;
  readonly api: string;
  readonly target: ConnectTarget;
  readonly caller: ModelContext;
  /** Name of the port, or type of the message. */
  readonly name: string;
  readonly subject: Subject;
  readonly connection: string | null;
  readonly isPort: boolean;
}

interface Cause {
  readonly cause: string;
  /** Milliseconds from the call to what came too late. */
  readonly delay?: number;
  /** Context that the cause names. */
  readonly who?: string;
}

/** @returns one sighting a call */
export function* nobodyListens(evidence: Evidence): Generator<Sighting> {
  for (const call of callsOf(evidence)) {
    const found = causeOf(call, evidence);
    if (found === null) continue;
    const { at, api, caller, name, subject, connection, isPort } = call;
    const ear = earFor(call);
    const event = `runtime.on${{ own: '', external: '', 'user-script': 'UserScript' }[ear]}${isPort ? 'Connect' : 'Message'}${ear === 'external' ? 'External' : ''}`;
    yield {
      rule: 'nobody-listens',
      severity: 'error',
      cause: found.cause,
      at,
      extension: caller.extensionId,
      connection,
      what: `${api} from ${kindOf(evidence, caller.key)} ${name}`,
      about: [subject],
      facts: {
        api,
        event,
        name: isPort ? text('finding_fact_port', { name }) : messageNamed(name),
        from: labelOf(evidence, caller.key),
        who: found.who ?? '',
        delay: Math.round(found.delay ?? 0),
        tab: call.target.tabId ?? '',
        other: call.target.extensionId ?? '',
        method: isPort ? 'connect' : 'sendMessage',
        listener: isPort ? '(port) => { /* … */ }' : '(message, sender) => { /* … */ }',
        wrong: isPort ? 'runtime.onConnect' : 'runtime.onMessage',
      },
    };
  }
}

function* callsOf({ connections, requests, contexts }: Evidence): Generator<Call> {
  for (const { key, state, api, target, opener, name, openedAt } of connections.values()) {
    const caller = opener === null ? undefined : contexts.get(opener.context);
    if (state !== 'failed' || caller === undefined || api === 'runtime.connectNative') continue;
    yield {
      at: openedAt,
      api,
      target: target ?? {},
      caller,
      name,
      subject: { kind: 'closed', key },
      connection: key,
      isPort: true,
    };
  }
  for (const { key, state, api, target, from, sentAt, messageType } of requests.values()) {
    const caller = from === null ? undefined : contexts.get(from);
    if (state !== 'unheard' || caller === undefined || sentAt === null) continue;
    if (api === 'runtime.sendNativeMessage') continue;
    yield {
      at: sentAt,
      api,
      target: target ?? {},
      caller,
      name: messageType ?? '',
      subject: { kind: 'request', key },
      connection: null,
      isPort: false,
    };
  }
}

function earFor({ caller, target }: Call): Ear {
  if (target.extensionId !== undefined && target.extensionId !== caller.extensionId) {
    return 'external';
  }
  return caller.kind === 'user-script' ? 'user-script' : 'own';
}

/** @returns null where it is no fault of anybody */
function causeOf(call: Call, evidence: Evidence): Cause | null {
  const ear = earFor(call);
  if (ear === 'external') return { cause: 'other-extension' };
  return call.api.startsWith('tabs.')
    ? causeInTab(call, evidence)
    : causeInPages(call, ear, evidence);
}

function causeInPages(call: Call, ear: Ear, evidence: Evidence): Cause | null {
  const { at, caller } = call;
  const all = evidence.byExtension.get(caller.extensionId) ?? [];
  const pages = all.filter(
    ({ kind, key }) => (kind === 'background' || kind === 'page') && key !== caller.key,
  );
  const late = lateAmong(pages, ear, at, evidence);
  if (late !== null) return late;
  if (
    ear === 'user-script' &&
    pages.some(({ key }) => evidence.firstHeard.has(heardKey(key, 'own')))
  ) {
    return { cause: 'wrong-event' };
  }
  const here = pages.filter((page) => livedAt(evidence, page, at));
  if (caller.kind === 'background' || caller.kind === 'page') {
    // Telling the popup, should it be open, is how it is done.
    const listens = pages.some(({ key }) => evidence.firstHeard.has(heardKey(key, ear)));
    if (listens && here.length === 0) return null;
    const scripts = all.some(({ kind }) => kind === 'content-script');
    if (scripts && here.every(({ kind }) => kind === 'page')) return { cause: 'scripts-need-tabs' };
  }
  if (here.length > 0) return { cause: 'no-listener', who: labelOf(evidence, here[0]?.key) };
  const backgrounds = pages.filter(({ kind }) => kind === 'background');
  const next = backgrounds.find(({ startedAt }) => startedAt > at);
  const before = backgrounds.findLast(({ startedAt }) => startedAt <= at);
  if (before !== undefined) return { cause: 'background-asleep' };
  if (next !== undefined) return { cause: 'background-not-started', delay: next.startedAt - at };
  return { cause: 'background-unknown' };
}

function causeInTab(call: Call, evidence: Evidence): Cause | null {
  const { at, caller, target } = call;
  const inTab = (evidence.byExtension.get(caller.extensionId) ?? []).filter(
    ({ kind, tabId, frameId, documentId, key }) =>
      kind === 'content-script' &&
      key !== caller.key &&
      tabId === (target.tabId ?? null) &&
      (target.frameId === undefined || frameId === target.frameId) &&
      (target.documentId === undefined || documentId === target.documentId),
  );
  const here = inTab.filter((script) => livedAt(evidence, script, at));
  const frozen = here.find(({ key }) => wasFrozen(evidence, key, at));
  const awake = here.filter(({ key }) => !wasFrozen(evidence, key, at));
  if (awake.length > 0) {
    const late = lateAmong(awake, 'own', at, evidence);
    return late ?? { cause: 'no-listener', who: labelOf(evidence, awake[0]?.key) };
  }
  if (frozen !== undefined) return { cause: 'frozen', who: labelOf(evidence, frozen.key) };
  if (isBroadcast(call, evidence)) return null;
  const next = inTab.find(({ startedAt }) => startedAt > at && startedAt <= at + SOON_MS);
  if (next !== undefined) {
    return {
      cause: 'tab-not-loaded',
      delay: next.startedAt - at,
      who: labelOf(evidence, next.key),
    };
  }
  const orphan = inTab.findLast(({ key }) => {
    const how = evidence.lives.get(key)?.end?.how ?? '';
    return endOf(evidence, key) <= at + SKEW_MS && ORPHANING.includes(how);
  });
  if (orphan !== undefined) return { cause: 'orphaned', who: labelOf(evidence, orphan.key) };
  return { cause: 'no-script-in-tab' };
}

/**
 * A call that fails proves that no listener was there, and one that is heard that one was: so what lived then and
 * heard others soon after got its listener in between.
 */
function lateAmong(
  receivers: readonly ModelContext[],
  ear: Ear,
  at: number,
  evidence: Evidence,
): Cause | null {
  for (const receiver of receivers) {
    const heard = evidence.firstHeard.get(heardKey(receiver.key, ear));
    if (heard === undefined || heard <= at || heard > at + SOON_MS) continue;
    if (!livedAt(evidence, receiver, at)) continue;
    return { cause: 'listener-late', delay: heard - at, who: labelOf(evidence, receiver.key) };
  }
  return null;
}

/** Whoever tells all tabs knows that not every tab has a script. */
function isBroadcast({ at, api, caller, target, name }: Call, { requests }: Evidence): boolean {
  if (api !== 'tabs.sendMessage') return false;
  for (const request of requests.values()) {
    if (
      request.from === caller.key &&
      request.api === api &&
      (request.messageType ?? '') === name &&
      request.target?.tabId !== target.tabId &&
      Math.abs((request.sentAt ?? -Infinity) - at) <= BROADCAST_MS
    ) {
      return true;
    }
  }
  return false;
}
