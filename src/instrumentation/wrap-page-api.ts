/** Wraps all that extension pages can call and listen to; content scripts do without this code. */

import type { WrapApi } from './context.js';
import type { Relay } from './relay.js';
import type { Patches } from './undo.js';
import type { NativeRuntime } from './webext-types.js';
import { whenGranted } from './when-granted.js';
import { wrapConnect } from './wrap-connect.js';
import { listenWith, watchAccepted, type WrapListener } from './wrap-listen.js';
import { wrapNative } from './wrap-native.js';
import { watchReceipts } from './wrap-receipts.js';
import { wrapRuntimeSend } from './wrap-requests.js';
import { wrapScripting } from './wrap-scripting.js';
import { wrapTabs } from './wrap-tabs.js';
import { wrapUserScripts } from './wrap-user-scripts.js';

const CONNECTS = ['onConnect', 'onConnectExternal', 'onUserScriptConnect'] as const;
const MESSAGES = ['onMessage', 'onMessageExternal', 'onUserScriptMessage'] as const;

/**
 * @param createRelay is given the native `runtime`, before it is patched
 * @param adopt whether scripts that were registered before are to be looked at
 */
export function wrapPageApi(
  { wrap, watchGetter }: Patches,
  createRelay: (runtime: NativeRuntime) => Relay,
  adopt: boolean,
): WrapApi {
  return (main) => {
    const { chrome } = globalThis as { chrome?: typeof main };
    // In an MV2 background or page these are two objects with functions of their own.
    const apis = chrome === undefined || chrome.runtime === main.runtime ? [main] : [main, chrome];
    const relay = createRelay(main.runtime as NativeRuntime);

    for (let i = 0; i < apis.length; i += 1) {
      const api = apis[i] as typeof main;
      // Without a callback the functions of an object of its own promise nothing.
      const silent = i > 0;
      wrapConnect(api.runtime, wrap);
      wrapRuntimeSend(api.runtime as NativeRuntime, wrap, watchGetter, silent);
      wrapTabs(api, wrap, silent);
      wrapNative(api, wrap, silent);
    }
    const listenOn = (
      key: (typeof CONNECTS)[number] | (typeof MESSAGES)[number],
      wrapListener: WrapListener,
    ): void => {
      const listen = listenWith(wrapListener, wrap);
      for (let i = 0; i < apis.length; i += 1) {
        const api = apis[i] as typeof main;
        whenGranted(api, () => listen((api.runtime as NativeRuntime)[key]));
      }
    };
    for (const key of CONNECTS) {
      const api = `runtime.${key}` as const;
      listenOn(key, relay.aroundConnect(watchAccepted(api), api));
    }
    for (const key of MESSAGES) {
      const api = `runtime.${key}` as const;
      listenOn(key, relay.aroundMessage(watchReceipts(api), api));
    }
    wrapUserScripts(apis, wrap, adopt);
    wrapScripting(apis, wrap, adopt);
  };
}
