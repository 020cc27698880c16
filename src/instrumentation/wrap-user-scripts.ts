/** Puts the instrumentation first into every `USER_SCRIPT` world, by wrapping `userScripts`. */

import { callOriginal, type Wrap } from './patch.js';
import type { NativeApi } from './webext-types.js';
import { whenGranted } from './when-granted.js';
import { wrapRegistry } from './wrap-registry.js';

/** `porthole instrument` writes the real path, from the extension's root, in this place. */
const USER_SCRIPT_FILE = '__PORTHOLE_USER_SCRIPT_FILE__';

interface ScriptSource {
  readonly file?: string;
}

/**
 * Wraps `userScripts`, at once or, while that permission is not granted, as soon as it is.
 *
 * @param apis `browser`; then `chrome`, where that is another object
 * @param adopt whether scripts registered earlier, without the instrumentation, are to get it
 * @param file path of the instrumentation for user scripts, from the extension's root: `/…`
 */
export function wrapUserScripts(
  apis: readonly NativeApi[],
  wrap: Wrap,
  adopt: boolean,
  file: string = USER_SCRIPT_FILE,
): void {
  if (file[0] === '_') return;
  whenGranted(apis[0] as NativeApi, () => {
    // Only Manifest V3 has what is wrapped here, and there `chrome` is `browser`.
    const holder = apis[0]?.userScripts;
    if (holder === undefined) return false;
    const instrumented = wrapRegistry<ScriptSource>(
      {
        holders: [holder],
        register: 'register',
        update: 'update',
        list: 'getScripts',
        ours: { file },
        pathOf: (source) => source?.file,
      },
      wrap,
      adopt,
    );
    wrap(holder, 'execute', (original, receiver, args) => {
      args[0] = instrumented(args[0]);
      return callOriginal(original, receiver, args);
    });
    return true;
  });
}
