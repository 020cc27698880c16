/**
 * Puts the instrumentation first into scripts that an extension registers by id, and hides it from what the
 * browser tells of them: `userScripts` and `scripting` are the same in that and differ in their words.
 */

import { append, chain, dropFirst, isArray, safeMap } from './originals.js';
import { callOriginal, type Wrap } from './patch.js';
import type { AnyFunction } from './webext-types.js';

/** An API that keeps scripts under ids. */
export interface Registry<Source> {
  /** `browser.scripting`, say; then `chrome.scripting`, where that has functions of its own. */
  readonly holders: readonly object[];
  readonly register: string;
  readonly update: string;
  readonly list: string;
  /** The instrumentation, as this API names a file. */
  readonly ours: Source;
  /** Path of a source from the extension's root; the browser lists it without the slash. */
  pathOf(source: Source | undefined): string | undefined;
}

interface Script<Source> {
  readonly id?: string;
  readonly world?: string;
  readonly js?: readonly Source[];
}

interface Known {
  readonly isMain: boolean;
  /** The host gave its sources in this life of the context, so that they have the instrumentation. */
  readonly given: boolean;
}

/** Sources that the browser has, by the script's id. */
type Held<Source> = Map<string, readonly Source[] | undefined>;

/**
 * @param adopt whether to look now for scripts that were registered without the instrumentation
 * @returns what makes a copy, with the instrumentation first, of a script or of an injection of that form
 */
export function wrapRegistry<Source>(
  registry: Registry<Source>,
  wrap: Wrap,
  adopt: boolean,
): (script: unknown) => unknown {
  const { holders, ours, pathOf } = registry;
  const [main] = holders as readonly [Record<string, AnyFunction>];
  const nativeList = main[registry.list] as AnyFunction;
  const nativeUpdate = main[registry.update] as AnyFunction;
  const known = safeMap<string, Known>();
  const ourPath = pathOf(ours);

  const withOurs = (js: readonly Source[]): Source[] => {
    const sources = [ours];
    for (let i = 0; i < js.length; i += 1) append(sources, js[i] as Source);
    return sources;
  };

  const isOurs = (source: Source | undefined): boolean => {
    const path = pathOf(source);
    return path !== undefined && (path === ourPath || `/${path}` === ourPath);
  };

  const instrumented = (script: unknown, held?: Held<Source>): unknown => {
    if (typeof script !== 'object' || script === null) return script;
    const copy = { ...script } as Script<Source>;
    const { id, world } = copy;
    const before = id === undefined ? undefined : known.get(id);
    // Without a word about it a new script's world is the extension's own.
    const isMain = world ? world === 'MAIN' : before?.isMain === true;
    const moved = id === undefined ? undefined : held?.get(id);
    const js = copy.js ?? moved;
    // A list that is empty stays so: the browser has its own complaint about it.
    const hasSources = isArray(js) && js.length > 0;
    if (id !== undefined) known.set(id, { isMain, given: hasSources || before?.given === true });
    if (!hasSources) return script;
    // A MAIN world is the page's own: nothing of ours belongs there.
    return isMain ? { ...copy, js } : { ...copy, js: withOurs(js) };
  };

  const allInstrumented = (scripts: unknown, held?: Held<Source>): unknown => {
    if (!isArray(scripts)) return scripts;
    const all: unknown[] = [];
    for (let i = 0; i < scripts.length; i += 1) append(all, instrumented(scripts[i], held));
    return all;
  };

  /**
   * Ids in an update for which the browser must be asked: in what world a script is that an earlier life of
   * this background registered, and what sources one has that now moves to another world.
   */
  const unclear = (scripts: unknown): string[] => {
    const ids: string[] = [];
    if (!isArray(scripts)) return ids;
    for (let i = 0; i < scripts.length; i += 1) {
      const { id, js, world } = (scripts[i] ?? {}) as Script<Source>;
      if (typeof id !== 'string') continue;
      const before = known.get(id);
      const asks = isArray(js)
        ? !world && before === undefined
        : world && before?.isMain !== (world === 'MAIN');
      if (asks) append(ids, id);
    }
    return ids;
  };

  /** Takes our file out of what the browser lists, in place. */
  const hide = (scripts: unknown): unknown => {
    if (!isArray(scripts)) return scripts;
    for (let i = 0; i < scripts.length; i += 1) {
      const { js } = scripts[i] as Script<Source>;
      if (isArray(js) && isOurs(js[0])) dropFirst(js, 1);
    }
    return scripts;
  };

  const learn = (scripts: unknown): Held<Source> => {
    const held: Held<Source> = safeMap();
    const listed = hide(scripts) as readonly Script<Source>[];
    for (let i = 0; i < listed.length; i += 1) {
      const { id, world, js } = listed[i] as Script<Source> & { readonly id: string };
      if (known.get(id) === undefined) known.set(id, { isMain: world === 'MAIN', given: false });
      held.set(id, js);
    }
    return held;
  };

  for (let i = 0; i < holders.length; i += 1) {
    const holder = holders[i] as object;
    wrap(holder, registry.register, (original, receiver, args) => {
      args[0] = allInstrumented(args[0]);
      return callOriginal(original, receiver, args);
    });
    wrap(holder, registry.update, (original, receiver, args) => {
      const update = (held?: unknown): unknown => {
        args[0] = allInstrumented(args[0], held as Held<Source> | undefined);
        return callOriginal(original, receiver, args);
      };
      const ids = unclear(args[0]);
      if (ids.length === 0) return update();
      const listed = callOriginal(nativeList, main, [{ ids }]);
      const result = chain(
        chain(listed, learn, () => undefined),
        update,
      );
      return holder !== main || typeof args[args.length - 1] === 'function' ? undefined : result;
    });
    wrap(holder, registry.list, (original, receiver, args) => {
      const last = args.length - 1;
      const callback = args[last];
      if (typeof callback === 'function') {
        args[last] = (scripts: unknown) =>
          callOriginal(callback as AnyFunction, undefined, [hide(scripts)]);
      }
      const result = callOriginal(original, receiver, args);
      return result === undefined ? result : chain(result, hide);
    });
  }

  if (adopt) {
    const adoptAll = (scripts: unknown): void => {
      const listed = scripts as readonly (Script<Source> & { readonly id: string })[];
      for (let i = 0; i < listed.length; i += 1) {
        const { id, world, js } = listed[i] as (typeof listed)[number];
        const isMain = world === 'MAIN';
        const before = known.get(id);
        if (before === undefined) known.set(id, { isMain, given: false });
        if (isMain || !isArray(js) || js.length === 0 || isOurs(js[0]) || before?.given) continue;
        // One by one: an id that the host has just unregistered would fail all the others.
        chain(
          callOriginal(nativeUpdate, main, [[{ id, js: withOurs(js) }]]),
          () => undefined,
          () => undefined,
        );
      }
    };
    try {
      chain(callOriginal(nativeList, main, []), adoptAll, () => undefined);
    } catch {
      // What an earlier life registered then keeps what it has.
    }
  }
  return (script) => instrumented(script);
}
