/** Waits for what Firefox puts into the API only once an optional permission is granted. */

import { isArray } from './originals.js';
import type { NativeApi } from './webext-types.js';

/**
 * Tries at once, and again whenever a permission is granted, until that succeeds. An extension that cannot
 * be granted the permission gets no listener of ours: it would wake its background.
 *
 * @param api `browser` or `chrome`
 * @param attempt returns whether it found what it needs
 */
export function whenGranted(
  api: NativeApi,
  attempt: () => boolean,
  permission = 'userScripts',
): void {
  if (attempt()) return;
  const optional = api.runtime?.getManifest?.()['optional_permissions'];
  const onAdded = api.permissions?.onAdded;
  if (!isArray(optional) || onAdded === undefined || !includes(optional, permission)) return;
  const later = (): void => {
    if (attempt()) onAdded.removeListener(later);
  };
  onAdded.addListener(later);
}

function includes(list: readonly unknown[], wanted: string): boolean {
  for (let i = 0; i < list.length; i += 1) if (list[i] === wanted) return true;
  return false;
}
