/**
 * Puts the instrumentation first into content scripts that an extension injects by itself: `scripting`, and
 * in Manifest V2 `tabs.executeScript` and `contentScripts.register`. Where a script of the manifest runs
 * already, the instrumentation finds that out and does nothing.
 */

import { append, chain, isArray } from './originals.js';
import { callOriginal, type Wrap } from './patch.js';
import type { AnyFunction, NativeApi } from './webext-types.js';
import { whenGranted } from './when-granted.js';
import { wrapRegistry } from './wrap-registry.js';

/** `porthole instrument` writes the real path, from the extension's root, in this place. */
const CONTENT_SCRIPT_FILE = '__PORTHOLE_CONTENT_SCRIPT_FILE__';

/**
 * @param apis `browser`; then `chrome`, where that is another object
 * @param adopt whether scripts registered earlier, without the instrumentation, are to get it
 * @param file path of the instrumentation for content scripts, from the extension's root: `/…`
 */
export function wrapScripting(
  apis: readonly NativeApi[],
  wrap: Wrap,
  adopt: boolean,
  file: string = CONTENT_SCRIPT_FILE,
): void {
  if (file[0] === '_') return;
  const [main] = apis as readonly [NativeApi];
  const attempt = (): boolean => {
    if (main.scripting === undefined) return false;
    const holders: NonNullable<NativeApi['scripting']>[] = [];
    for (let i = 0; i < apis.length; i += 1) {
      const holder = apis[i]?.scripting;
      if (holder !== undefined) append(holders, holder);
    }
    wrapRegistry<string>(
      {
        holders,
        register: 'registerContentScripts',
        update: 'updateContentScripts',
        list: 'getRegisteredContentScripts',
        ours: file,
        pathOf: (path) => path,
      },
      wrap,
      adopt,
    );
    const native = main.scripting.executeScript as AnyFunction;
    for (let i = 0; i < holders.length; i += 1) {
      wrapExecuteScript(holders[i] as object, main.scripting, native, file, wrap);
    }
    return true;
  };
  whenGranted(main, attempt, 'scripting');
  const tabs = main.tabs;
  const native = tabs?.executeScript;
  for (let i = 0; i < apis.length; i += 1) {
    const api = apis[i] as NativeApi;
    if (native !== undefined) wrapTabsExecuteScript(api.tabs, tabs, native, file, wrap);
    wrapRegister(api.contentScripts, file, wrap);
  }
}

interface Injection {
  readonly files?: readonly unknown[];
  readonly func?: unknown;
  readonly world?: unknown;
}

/** `scripting.executeScript`, whose result is that of the last file, or of the function. */
function wrapExecuteScript(
  holder: object,
  main: unknown,
  native: AnyFunction,
  file: string,
  wrap: Wrap,
): void {
  wrap(holder, 'executeScript', (original, receiver, args) => {
    const injection = args[0];
    if (typeof injection === 'object' && injection !== null) {
      const { files, func, world } = { ...injection } as Injection;
      if (world !== 'MAIN' && isArray(files) && files.length > 0) {
        const all: unknown[] = [file];
        for (let i = 0; i < files.length; i += 1) append(all, files[i]);
        args[0] = { ...injection, files: all };
      } else if (world !== 'MAIN' && func) {
        before(native, main, [{ ...injection, func: null, args: null, files: [file] }]);
      }
    }
    return callOriginal(original, receiver, args);
  });
}

/** `tabs.executeScript([tabId], details, [callback])`, which takes one file or a text. */
function wrapTabsExecuteScript(
  holder: object | undefined,
  main: unknown,
  native: AnyFunction,
  file: string,
  wrap: Wrap,
): void {
  wrap(holder, 'executeScript', (original, receiver, args) => {
    const ours: unknown[] = [];
    for (let i = 0; i < args.length && i < 2; i += 1) {
      const arg = args[i];
      if (typeof arg === 'function') break;
      const isDetails = typeof arg === 'object' && arg !== null;
      append(ours, isDetails ? { ...arg, code: null, file } : arg);
      if (isDetails) break;
    }
    before(native, main, ours);
    return callOriginal(original, receiver, args);
  });
}

/**
 * Runs our file where the host's script is about to run. Firefox injects into a frame in the order of the
 * calls, also when a file has to be read first.
 */
function before(native: AnyFunction, main: unknown, args: unknown[]): void {
  try {
    chain(
      callOriginal(native, main, args),
      () => undefined,
      () => undefined,
    );
  } catch {
    // The host's own call says what is wrong.
  }
}

/** `contentScripts.register`. */
function wrapRegister(holder: object | undefined, file: string, wrap: Wrap): void {
  wrap(holder, 'register', (original, receiver, args) => {
    const options = args[0];
    if (typeof options === 'object' && options !== null) {
      const { js, world } = { ...options } as { js?: unknown; world?: unknown };
      if (isArray(js) && js.length > 0 && world !== 'MAIN') {
        const sources: unknown[] = [{ file }];
        for (let i = 0; i < js.length; i += 1) append(sources, js[i]);
        args[0] = { ...options, js: sources };
      }
    }
    return callOriginal(original, receiver, args);
  });
}
