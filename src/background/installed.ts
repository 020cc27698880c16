/** Asks Firefox what it knows about other extensions, where Porthole may ask. */

import browser from 'webextension-polyfill';
import { originalName, type InstalledExtension } from '../protocol/index.js';
import type { Installed } from './admission.js';

/** Until the `management` permission is granted, Firefox has only what concerns Porthole itself there. */
const available: { readonly management?: Partial<typeof browser.management> } = browser;

/** @returns null without the `management` permission, and for an extension that is not there (any more) */
export async function installed(extensionId: string): Promise<Installed | null> {
  try {
    return (await available.management?.get?.(extensionId)) ?? null;
  } catch {
    return null;
  }
}

/** @returns those that are enabled, without Porthole; null without the `management` permission */
export async function installedExtensions(): Promise<InstalledExtension[] | null> {
  const all = await available.management?.getAll?.();
  if (all === undefined) return null;
  return all
    .filter(({ id, type, enabled }) => type === 'extension' && enabled && id !== browser.runtime.id)
    .map(({ id, name, hostPermissions = [] }) => ({
      extensionId: id,
      name: originalName(name),
      isInstrumented: name !== originalName(name),
      hasHosts: hostPermissions.length > 0,
    }));
}
