/** Names for contexts, as the panel and the terminal show them. */

import { text } from '../texts/index.js';
import type { StoredContext } from '../protocol/index.js';
import { visible } from './visible.js';
import type { Connection } from './types.js';

type Described = Pick<StoredContext, 'kind' | 'worldId' | 'frameId' | 'url'>;

/** A context's name in two parts: `kind` alone tells who, `rest` tells which. */
export interface ContextName {
  readonly kind: string;
  /** World, path and frame, or the host where the path is `/`; '' for backgrounds. */
  readonly rest: string;
}

/**
 * @returns for instance `background`, `page popup.html`, `content-script example.org/path (frame 3)` or
 *   `user-script «world» example.org/`; without control characters
 */
export function contextLabel(context: Described): string {
  const { host, path } = placeOf(context.url);
  return visible(`${context.kind} ${distinction(context, host + path)}`.trimEnd());
}

/** @returns the name for a narrow place; without control characters */
export function contextName(context: StoredContext): ContextName {
  const { host, path } = placeOf(context.url);
  const bare = path === '/' || host.endsWith(':');
  return {
    kind: context.kind,
    rest: visible(distinction(context, bare ? host + path : path)),
  };
}

function distinction({ kind, worldId, frameId, url }: Described, place: string): string {
  if (kind === 'background') return '';
  if (kind === 'page') return placeOf(url).path.replace(/^\//, '');
  const world = worldId === null || worldId === '' ? '' : `«${worldId}» `;
  const frame = frameId === null || frameId === 0 ? '' : ` (frame ${frameId})`;
  return `${world}${place}${frame}`;
}

/** @returns the extension's name, or its id where the name is unknown; without control characters */
export function extensionLabel(context: StoredContext): string {
  return visible(context.extensionName ?? context.extensionId);
}

/** @returns how an end is called of which nothing reports */
export function unknownEnd(): string {
  return text('end_not_instrumented');
}

/** @returns how the other end is called where nobody listened */
export function nobodyThere(): string {
  return text('end_nobody');
}

/** @returns how a native application at an end is called */
export function applicationLabel(application: string): string {
  return text('end_application', { application });
}

/** @returns how a context is called whose record is missing */
export function missingContext(): string {
  return text('end_unknown');
}

/** @returns the native application at the other end, or null when the other end is no application */
export function applicationOf({ api, target, name }: Connection): string | null {
  return api === 'runtime.connectNative' ? visible(target?.application ?? name) : null;
}

interface Place {
  readonly host: string;
  readonly path: string;
}

/** Addresses whose places are kept: a row names two contexts, and parsing is what takes longest in describing it. */
const MOST_PLACES = 500;
const places = new Map<string, Place>();

function placeOf(url: string): Place {
  const known = places.get(url);
  if (known !== undefined) return known;
  if (places.size >= MOST_PLACES) places.clear();
  const place = parsePlace(url);
  places.set(url, place);
  return place;
}

function parsePlace(url: string): Place {
  if (!URL.canParse(url)) return { host: '', path: url };
  const { protocol, host, pathname } = new URL(url);
  if (host === '' && protocol !== 'file:') return { host: protocol, path: pathname };
  return { host, path: pathname };
}
