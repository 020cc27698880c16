/** The texts in a worker, to which Firefox does not bring them: read when the worker starts. For its effect, before all others. */

import { useTextFiles, type TextFile } from '../../src/texts/index.js';

/** The worker is named after the browser's language, as `pt_BR`. */
const locale = (globalThis as { name?: string }).name?.replaceAll('-', '_') ?? '';
const folders = new Set([locale, locale.replace(/_.*/, ''), 'en'].filter(Boolean));
useTextFiles([...folders].map(read).filter((file) => file !== null));

/** At once, as `importScripts` does it: a file of the extension's own is there within a millisecond or two. */
function read(folder: string): TextFile | null {
  const request = new XMLHttpRequest();
  request.open('GET', `/_locales/${folder}/messages.json`, false);
  try {
    request.send();
    return JSON.parse(request.responseText) as TextFile;
  } catch {
    // Firefox has no other way to say that nobody has translated Porthole into this language.
    return null;
  }
}
