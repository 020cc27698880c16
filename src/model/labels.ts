/** Names for contexts, as the panel and the terminal show them. */

import type { StoredContext } from '../protocol/index.js';
import { visible } from './preview.js';

/**
 * @returns for instance `background`, `page popup.html`, `content-script example.org/path (frame 3)` or
 *   `user-script «world» example.org/`; without control characters
 */
export function contextLabel(context: StoredContext): string {
  return visible(label(context));
}

function label(context: StoredContext): string {
  const { kind, frameId } = context;
  if (kind === 'background') return kind;
  const { host, path } = placeOf(context.url);
  if (kind === 'page') return `page ${path.replace(/^\//, '')}`.trimEnd();
  const world = context.worldId === null || context.worldId === '' ? '' : ` «${context.worldId}»`;
  const frame = frameId === null || frameId === 0 ? '' : ` (frame ${frameId})`;
  return `${kind}${world} ${host}${path}${frame}`.trimEnd();
}

/** @returns the extension's name, or its id where the name is unknown; without control characters */
export function extensionLabel(context: StoredContext): string {
  return visible(context.extensionName ?? context.extensionId);
}

function placeOf(url: string): { host: string; path: string } {
  if (!URL.canParse(url)) return { host: '', path: url };
  const { protocol, host, pathname } = new URL(url);
  if (host === '' && protocol !== 'file:') return { host: protocol, path: pathname };
  return { host, path: pathname };
}
