/** Wraps `runtime.connectNative` and `sendNativeMessage`, which only extension pages have. */

import type { ConnectTarget } from '../protocol/events.js';
import { messageOf } from './error-text.js';
import { dropPrototypes, epochNow, hostChangesJson, parse, stringify } from './originals.js';
import { callOriginal, type Wrap } from './patch.js';
import { portOpened } from './ports.js';
import { snapshotDelivered, textSnapshot, unreadable, type PostSnapshot } from './snapshot.js';
import type { NativeApi, NativePort } from './webext-types.js';
import { whenGranted } from './when-granted.js';
import { idOf, wrapSend, type SendForm } from './wrap-requests.js';

/**
 * Wraps both, at once or, while the permission `nativeMessaging` is not granted, as soon as it is.
 *
 * @param api `browser` or `chrome`
 * @param silent without a callback a call returns nothing: `chrome` where it is not `browser`
 */
export function wrapNative(api: NativeApi, wrap: Wrap, silent: boolean): void {
  const { runtime } = api;
  const attempt = (): boolean => {
    if (runtime?.connectNative === undefined) return false;
    wrap(runtime, 'connectNative', function connectNative(original, receiver, args) {
      const at = epochNow();
      const port = callOriginal(original, receiver, args) as NativePort;
      const target = nativeTarget(args[0]);
      portOpened(port, 'runtime.connectNative', target, connectNative, at, snapshotNative);
      return port;
    });
    wrapSend(runtime, 'sendNativeMessage', NATIVE, wrap, silent);
    return true;
  };
  whenGranted(api, attempt, 'nativeMessaging');
}

const NATIVE: SendForm = {
  api: 'runtime.sendNativeMessage',
  messageAt: () => 1,
  target: (args) => nativeTarget(args[0]),
  take: snapshotNative,
};

function nativeTarget(application: unknown): ConnectTarget {
  return { __proto__: null, application: idOf(application) } as ConnectTarget;
}

/**
 * Native applications are sent JSON text: `toJSON` and getters run, once, when Firefox writes it. So they run
 * here, and Firefox writes what they gave.
 *
 * @returns never throws
 */
function snapshotNative(value: unknown): PostSnapshot {
  try {
    const text = stringify(value) as string | undefined;
    // JSON cannot say it at all; Firefox writes an empty message.
    if (text === undefined) return { snapshot: snapshotDelivered(undefined), value };
    const written = parse(text) as unknown;
    if (hostChangesJson()) dropPrototypes(written);
    return { snapshot: textSnapshot(text), value: written };
  } catch (error) {
    // A cycle, a BigInt, what a getter throws: the native call finds the same and tells the host.
    return { snapshot: unreadable(messageOf(error)), value };
  }
}
