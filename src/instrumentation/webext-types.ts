/** The little of the WebExtension API that the instrumentation touches, as unpatched objects have it. */

export type AnyFunction = (...args: unknown[]) => unknown;

export interface NativeEvent {
  addListener: AnyFunction;
  removeListener: AnyFunction;
  hasListener: AnyFunction;
}

/** https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/API/runtime/Port */
export interface NativePort {
  name: string;
  sender?: unknown;
  error?: { message?: string } | null;
  postMessage: AnyFunction;
  disconnect: AnyFunction;
  onMessage: NativeEvent;
  onDisconnect: NativeEvent;
}

export interface NativeRuntime {
  id?: string;
  connect: AnyFunction;
  sendMessage?: AnyFunction;
  connectNative?: AnyFunction;
  sendNativeMessage?: AnyFunction;
  getManifest?: () => Record<string, unknown>;
  onConnect?: NativeEvent;
  onConnectExternal?: NativeEvent;
  onUserScriptConnect?: NativeEvent;
  onMessage?: NativeEvent;
  onMessageExternal?: NativeEvent;
  onUserScriptMessage?: NativeEvent;
}

export interface NativeUserScripts {
  register: AnyFunction;
  update: AnyFunction;
  execute: AnyFunction;
  getScripts: AnyFunction;
}

/** `browser` or `chrome` */
export interface NativeApi {
  runtime?: NativeRuntime;
  tabs?: { connect?: AnyFunction; sendMessage?: AnyFunction; executeScript?: AnyFunction };
  scripting?: { executeScript?: AnyFunction };
  contentScripts?: object;
  userScripts?: NativeUserScripts;
  permissions?: { onAdded?: NativeEvent };
}
