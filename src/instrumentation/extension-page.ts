/** Entry for backgrounds and packaged pages: first script of the background and of every HTML file. */

import { currentStack } from './call-site.js';
import { instrument } from './index.js';
import type { NativeApi } from './webext-types.js';

instrument({ kind: isBackground() ? 'background' : 'page', ownStack: currentStack() });

/** Whether this page is the background: the one Firefox generates for scripts, or the manifest's own. */
function isBackground(): boolean {
  if (location.pathname === '/_generated_background_page.html') return true;
  const { browser, chrome } = globalThis as { browser?: NativeApi; chrome?: NativeApi };
  const manifest = (browser ?? chrome)?.runtime?.getManifest?.();
  const page = (manifest?.['background'] as { page?: string } | undefined)?.page;
  return page !== undefined && new URL(page, location.origin).pathname === location.pathname;
}
