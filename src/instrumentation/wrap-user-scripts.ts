/**
 * Puts the instrumentation first into every `USER_SCRIPT` world, by wrapping `userScripts.register`,
 * `update` and `execute`; `getScripts` shows the host's scripts as the host gave them.
 */

import { append, chain, dropFirst, isArray, safeMap } from './originals.js';
import { callOriginal, type Patches } from './patch.js';
import type { AnyFunction, NativeApi, NativeUserScripts } from './webext-types.js';
import { whenGranted } from './when-granted.js';

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
 * @param file path of the instrumentation for user scripts, from the extension's root: `/…`
 */
export function wrapUserScripts(
  api: NativeApi,
  patches: Patches,
  file: string = USER_SCRIPT_FILE,
): void {
  if (file[0] === '_') return;
  whenGranted(api, () => {
    if (api.userScripts === undefined) return false;
    wrapAll(api.userScripts, file, patches);
    return true;
  });
}

function wrapAll(userScripts: NativeUserScripts, file: string, patches: Patches): void {
  const nativeGetScripts = userScripts.getScripts;
  /** World of each script this background has seen; `undefined` is the default, a `USER_SCRIPT` world. */
  const worlds = safeMap<string, string | undefined>();

  const instrumented = (script: unknown): unknown => {
    if (typeof script !== 'object' || script === null) return script;
    const copy = { ...script } as Script;
    const { id, js } = copy;
    const world = copy.world ?? (id === undefined ? undefined : worlds.get(id));
    if (id !== undefined) worlds.set(id, world);
    // A MAIN world is the page's own: nothing of ours belongs there.
    if (world === 'MAIN' || !isArray(js)) return script;
    const sources: ScriptSource[] = [{ file }];
    for (let i = 0; i < js.length; i += 1) append(sources, js[i] as ScriptSource);
    return { ...copy, js: sources };
  };

  const allInstrumented = (scripts: unknown): unknown => {
    if (!isArray(scripts)) return scripts;
    const all: unknown[] = [];
    for (let i = 0; i < scripts.length; i += 1) append(all, instrumented(scripts[i]));
    return all;
  };

  /** Scripts whose world nobody has told this background: an earlier life of it registered them. */
  const unknownIds = (scripts: unknown): string[] => {
    const ids: string[] = [];
    if (!isArray(scripts)) return ids;
    for (let i = 0; i < scripts.length; i += 1) {
      const { id, js, world } = (scripts[i] ?? {}) as Script;
      if (typeof id === 'string' && isArray(js) && world === undefined && !worlds.has(id)) {
        append(ids, id);
      }
    }
    return ids;
  };

  const learn = (scripts: unknown): void => {
    if (!isArray(scripts)) return;
    for (let i = 0; i < scripts.length; i += 1) {
      const { id, world } = scripts[i] as Script;
      if (id !== undefined) worlds.set(id, world);
    }
  };

  const hide = (scripts: unknown): unknown => {
    if (!isArray(scripts)) return scripts;
    for (let i = 0; i < scripts.length; i += 1) {
      const { js } = scripts[i] as Script;
      // Firefox gives paths back without the slash that makes them start at the root.
      const first = js?.[0]?.file;
      if (first === file || `/${first}` === file) dropFirst(js as ScriptSource[], 1);
    }
    return scripts;
  };

  patches.wrap(
    userScripts,
    'register',
    (original) =>
      function (this: unknown, ...args) {
        args[0] = allInstrumented(args[0]);
        return callOriginal(original, this, args);
      },
  );
  patches.wrap(
    userScripts,
    'update',
    (original) =>
      function (this: unknown, ...args) {
        const update = (): unknown => {
          args[0] = allInstrumented(args[0]);
          return callOriginal(original, this, args);
        };
        const ids = unknownIds(args[0]);
        if (ids.length === 0) return update();
        const known = callOriginal(nativeGetScripts, userScripts, [{ ids }]);
        return chain(
          chain(known, learn, () => undefined),
          update,
        );
      },
  );
  patches.wrap(
    userScripts,
    'execute',
    (original) =>
      function (this: unknown, ...args) {
        args[0] = instrumented(args[0]);
        return callOriginal(original, this, args);
      },
  );
  patches.wrap(
    userScripts,
    'getScripts',
    (original) =>
      function (this: unknown, ...args) {
        const last = args.length - 1;
        const callback = args[last];
        if (typeof callback === 'function') {
          args[last] = (scripts: unknown) =>
            callOriginal(callback as AnyFunction, this, [hide(scripts)]);
        }
        const result = callOriginal(original, this, args);
        return result === undefined ? result : chain(result, hide);
      },
  );
}
