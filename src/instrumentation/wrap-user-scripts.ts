/**
 * Puts the instrumentation first into every `USER_SCRIPT` world, by wrapping `userScripts.register`,
 * `update` and `execute`; `getScripts` shows the host's scripts as the host gave them.
 */

import { isArray, safeMap } from './originals.js';
import { callOriginal, type Patches } from './patch.js';
import type { AnyFunction, NativeApi } from './webext-types.js';

/** `porthole instrument` writes the real path, from the extension's root, in this place. */
const USER_SCRIPT_FILE = '__PORTHOLE_USER_SCRIPT_FILE__';

interface ScriptSource {
  readonly file?: string;
  readonly code?: string;
}

interface Script {
  readonly id?: string;
  readonly world?: string;
  readonly js?: readonly ScriptSource[];
}

/**
 * Wraps `api.userScripts`, at once or, while that permission is not granted, as soon as it is.
 *
 * @param api `browser` or `chrome`
 */
export function wrapUserScripts(api: NativeApi, patches: Patches): void {
  if (USER_SCRIPT_FILE[0] === '_') return;
  if (api.userScripts !== undefined) {
    wrapAll(api, patches);
    return;
  }
  const optional = api.runtime?.getManifest?.()['optional_permissions'];
  if (!isArray(optional) || !includes(optional, 'userScripts')) return;
  const onAdded = api.permissions?.onAdded;
  const later = (): void => {
    if (api.userScripts === undefined) return;
    onAdded?.removeListener(later);
    wrapAll(api, patches);
  };
  onAdded?.addListener(later);
}

function includes(list: readonly unknown[], wanted: string): boolean {
  for (let i = 0; i < list.length; i += 1) if (list[i] === wanted) return true;
  return false;
}

function wrapAll(api: NativeApi, patches: Patches): void {
  const worlds = safeMap<string, string | undefined>();

  const instrumented = (script: unknown): unknown => {
    if (typeof script !== 'object' || script === null) return script;
    const { id, js } = script as Script;
    const world = (script as Script).world ?? (id === undefined ? undefined : worlds.get(id));
    if (id !== undefined) worlds.set(id, world);
    // A MAIN world is the page's own: nothing of ours belongs there.
    if (world === 'MAIN' || !isArray(js)) return script;
    return { ...script, js: [{ file: USER_SCRIPT_FILE }, ...(js as ScriptSource[])] };
  };

  const each = (original: AnyFunction) =>
    function (this: unknown, ...args: unknown[]): unknown {
      if (isArray(args[0])) {
        const scripts: unknown[] = [];
        for (let i = 0; i < args[0].length; i += 1) scripts[i] = instrumented(args[0][i]);
        args[0] = scripts;
      }
      return callOriginal(original, this, args);
    };

  patches.wrap(api.userScripts, 'register', each);
  patches.wrap(api.userScripts, 'update', each);
  patches.wrap(
    api.userScripts,
    'execute',
    (original) =>
      function (this: unknown, ...args) {
        args[0] = instrumented(args[0]);
        return callOriginal(original, this, args);
      },
  );
  patches.wrap(
    api.userScripts,
    'getScripts',
    (original) =>
      async function (this: unknown, ...args) {
        const scripts = (await callOriginal(original, this, args)) as Script[];
        for (const script of scripts) {
          if (script.js?.[0]?.file === USER_SCRIPT_FILE) {
            (script.js as ScriptSource[]).splice(0, 1);
          }
        }
        return scripts;
      },
  );
}
