/**
 * Wraps the sending of one-off messages: `sendMessage` of `runtime` and `tabs`, and `sendNativeMessage`.
 *
 * A handler of ours on the browser's promise would make every rejection a handled one. So the host gets a
 * promise of ours instead, which settles with the same value or the very same error one microtask later, and
 * which is left unhandled where the host leaves it so. For the same reason `runtime.lastError` is never read
 * here, for that would count as the host's own look at it: what the host reads is seen in passing.
 */

import type { ConnectTarget, SendApi, SendTarget } from '../protocol/events.js';
import { captureSite, idOfSite } from './call-site.js';
import { messageOf } from './error-text.js';
import { append, copyOfStart, epochNow, keys, stringify } from './originals.js';
import { callOriginal, type WatchGetter, type Wrap } from './patch.js';
import { lenderAwake, record, wanted } from './reporter.js';
import { snapshotDelivered, snapshotSent, type PostSnapshot } from './snapshot.js';
import type { AnyFunction, NativeRuntime } from './webext-types.js';

/** How one of the functions is called. */
export interface SendForm {
  /** Its name in events; the part after the dot is the function's own. */
  readonly api: SendApi;
  /** Where among the arguments the message stands. */
  messageAt(args: readonly unknown[]): number;
  /** Whom arguments name that the browser accepted. */
  target(args: readonly unknown[], messageAt: number): SendTarget;
  /** @returns what the message is, and what to pass on in its place */
  take(message: unknown): PostSnapshot;
}

let requests = 0;
/** What the host has read of `runtime.lastError` since its callback was called. */
let seenError: string | null = null;

function replied(request: number, reply: unknown): void {
  lenderAwake();
  if (!wanted()) return;
  record(`"replied",${request}`, snapshotDelivered(reply));
}

function failed(request: number, error: string | null): void {
  if (wanted()) record(`"failed",${request},${stringify(error)}`);
}

function watchCallback(request: number, callback?: AnyFunction): AnyFunction {
  return function (this: unknown, ...args) {
    const answered = args.length > 0;
    if (answered) replied(request, args[0]);
    seenError = null;
    try {
      return callback && callOriginal(callback, this, args);
    } finally {
      // Firefox passes no argument when, and only when, `runtime.lastError` is set.
      if (!answered) failed(request, seenError);
    }
  };
}

async function watchPromise(request: number, promise: unknown): Promise<unknown> {
  let reply: unknown;
  try {
    reply = await promise;
  } catch (error) {
    failed(request, messageOf(error));
    throw error;
  }
  replied(request, reply);
  return reply;
}

/**
 * @param holder of the function, which need not be there
 * @param silent without a callback a call returns nothing: `chrome` where it is not `browser`
 */
export function wrapSend(
  holder: object | undefined,
  key: string,
  form: SendForm,
  wrap: Wrap,
  silent: boolean,
): void {
  wrap(holder, key, function send(original, receiver, args) {
    let result: unknown;
    if (!wanted()) {
      result = callOriginal(original, receiver, args);
      lenderAwake();
      return result;
    }
    const at = epochNow();
    const where = captureSite(send);
    const messageAt = form.messageAt(args);
    const { snapshot, value } = form.take(args[messageAt]);
    requests += 1;
    const request = requests;
    const sent = (target: SendTarget): void => {
      const site = idOfSite(where);
      record(`"sent",${request},"${form.api}",${stringify(target)},${site}`, snapshot, at);
    };
    if (messageAt < args.length) {
      args[messageAt] = value;
      const last = args.length - 1;
      const callback = args[last];
      if (typeof callback === 'function') {
        args[last] = watchCallback(request, callback as AnyFunction);
      } else if (silent && last < 3) append(args, watchCallback(request));
    }
    try {
      result = callOriginal(original, receiver, args);
    } catch (error) {
      // Nothing says that what the arguments name is of the types it should be.
      sent({});
      failed(request, messageOf(error));
      throw error;
    }
    lenderAwake();
    sent(form.target(args, messageAt));
    return result === undefined ? result : watchPromise(request, result);
  });
}

/**
 * Wraps `runtime.sendMessage`, and sees the host read `runtime.lastError`.
 *
 * @param silent see {@link wrapSend}
 */
export function wrapRuntimeSend(
  runtime: NativeRuntime,
  wrap: Wrap,
  watchGetter: WatchGetter,
  silent: boolean,
): void {
  wrapSend(runtime, 'sendMessage', RUNTIME, wrap, silent);
  watchGetter(runtime, 'lastError', (error) => {
    if (error) seenError = messageOf(error);
  });
}

/** `runtime.sendMessage([extensionId], message, [options], [callback])`, read as Firefox reads it. */
const RUNTIME: SendForm = {
  api: 'runtime.sendMessage',
  messageAt(args) {
    const { length } = args;
    const given = typeof args[length - 1] === 'function' ? length - 1 : length;
    return given === 1 || (given === 2 && isOptions(args[1])) ? 0 : 1;
  },
  target: (args, messageAt) => ownTarget(messageAt ? args[0] : undefined),
  take: snapshotSent,
};

function isOptions(value: unknown): boolean {
  if (typeof value !== 'object') return value === undefined;
  return value === null || keys(value).length === 0;
}

/** @returns an id as events carry it; for anything else undefined, which JSON text leaves out */
export function idOf(value: unknown): string | undefined {
  return typeof value === 'string' ? copyOfStart(value, 1_000) : undefined;
}

/** @returns what `connect` and `sendMessage` of `runtime` name, without the prototype where a host may put `toJSON` */
export function ownTarget(extensionId: unknown): ConnectTarget {
  return { __proto__: null, extensionId: idOf(extensionId) } as ConnectTarget;
}
