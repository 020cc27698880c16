/** Asks Firefox what it knows about another extension, where Porthole may ask. */

import browser from 'webextension-polyfill';
import type { Installed } from './admission.js';

/** Absent until the `management` permission is granted. */
const available: Partial<Pick<typeof browser, 'management'>> = browser;

/** @returns null without the `management` permission, and for an extension that is not there (any more) */
export async function installed(extensionId: string): Promise<Installed | null> {
  try {
    return (await available.management?.get(extensionId)) ?? null;
  } catch {
    return null;
  }
}
