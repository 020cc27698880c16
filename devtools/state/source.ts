/**
 * The source of a frame: the script that ran, and where it says (or has beside it) a source map, the original it was made
 * from. All of it are files of the inspected extension, read when a person wants to see them, and text to whoever shows it.
 */

import { extensionRoot, FILE_URL_CHARS } from '../../src/protocol/files.js';
import { parseFrame, type StackFrame } from '../arithmetic/stack.js';
import { sourceMapUrl } from '../arithmetic/source-map-url.js';
import type { MapLookup } from '../source-maps.js';
import type { Lookup, MapFault, OriginalPlace, Place } from '../worker/source-map.js';
import type { NoFile, ReadFile } from './files.js';

export type { OriginalPlace } from '../worker/source-map.js';

/** What a source is found with. */
export interface SourceHost {
  readonly readFile: ReadFile;
  /** Gives null when it takes too long. */
  readonly lookUp: (lookup: MapLookup) => Promise<Lookup | null>;
}

/** A text, and the place in it that is to be shown. */
export interface ShownSource extends Place {
  /** URL, or what the source map says in its place. */
  readonly source: string;
  readonly text: string;
}

/** Why there is no original to be seen. */
export type NoOriginal =
  /** The script names no map, and there is none beside it. */
  | { readonly kind: 'no-map' }
  /** It names one outside the extension, which is not asked for. */
  | { readonly kind: 'foreign-map'; readonly map: string }
  | { readonly kind: 'missing-map'; readonly map: string; readonly fault: NoFile }
  | { readonly kind: 'bad-map'; readonly map: string; readonly why: MapFault | 'too-slow' }
  /** The map says nothing of this place. */
  | { readonly kind: 'unmapped'; readonly map: string }
  /** It is known where it was, but neither the map nor the extension has that text. */
  | { readonly kind: 'no-text'; readonly place: OriginalPlace };

export type LoadedSource =
  | { readonly kind: 'failed'; readonly fault: NoFile }
  | {
      readonly kind: 'loaded';
      readonly generated: ShownSource;
      readonly original: ShownSource | null;
      /** Null where there is an original. */
      readonly noOriginal: NoOriginal | null;
      /** Where frames were in their originals, by the frame's line of the stack. */
      readonly places: ReadonlyMap<string, OriginalPlace>;
    };

/**
 * @param extensionId as the browser attests it of the context whose stack it is
 * @param frames the stack's lines; those of the same script are looked up as well
 * @param frame one of them, for which `fileFrame` is not null
 * @param onProgress hears how much of a file has come, 0 to 1
 */
export async function loadSource(
  host: SourceHost,
  extensionId: string,
  frames: readonly string[],
  frame: StackFrame,
  onProgress: (done: number) => void,
): Promise<LoadedSource> {
  const { url } = frame;
  const script = await host.readFile(extensionId, url, onProgress);
  if (script.fault !== null) return { kind: 'failed', fault: script.fault };
  const generated = { ...placeOf(frame), source: url, text: script.text };
  const without = (noOriginal: NoOriginal): LoadedSource => ({
    kind: 'loaded',
    generated,
    original: null,
    noOriginal,
    places: new Map(),
  });

  const named = sourceMapUrl(script.text);
  const isInline = named?.startsWith('data:') === true;
  const mapUrl = isInline ? url : resolve(named ?? `${fileOf(url)}.map`, url);
  let map = named ?? '';
  if (!isInline) {
    if (mapUrl === null) return without({ kind: 'foreign-map', map });
    const file = await host.readFile(extensionId, mapUrl, onProgress);
    if (file.fault !== null) {
      return without(
        named === null && file.fault === 'not-found'
          ? { kind: 'no-map' }
          : { kind: 'missing-map', map: mapUrl, fault: file.fault },
      );
    }
    map = file.text;
  }
  const mapName = isInline ? '' : (mapUrl ?? '');

  // The frame that is to be shown first, then the others of this script.
  const alike = frames
    .map((text) => ({ text, parsed: parseFrame(text) }))
    .filter(({ parsed }) => parsed?.url === url);
  const places = [frame, ...alike.map(({ parsed }) => parsed ?? frame)].map(placeOf);
  const lookup = await host.lookUp({ map, mapUrl: mapUrl ?? url, places });
  if (lookup?.kind !== 'found') {
    return without({ kind: 'bad-map', map: mapName, why: lookup?.why ?? 'too-slow' });
  }
  const [place = null, ...others] = lookup.originals;
  if (place === null) return without({ kind: 'unmapped', map: mapName });
  const known = new Map(
    alike.flatMap(({ text }, index) => {
      const other = others[index] ?? null;
      return other === null ? [] : [[text, other] as const];
    }),
  );
  let { content } = lookup;
  if (content === null && resolve(place.source, url) === place.source) {
    content = (await host.readFile(extensionId, place.source, onProgress)).text;
  }
  return {
    kind: 'loaded',
    generated,
    original: content === null ? null : { ...place, text: content },
    noOriginal: content === null ? { kind: 'no-text', place } : null,
    places: known,
  };
}

function placeOf({ line, column }: StackFrame): Place {
  return { line: Number(line), column: Number(column) };
}

function fileOf(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

/** @returns the URL of a file of the same extension; null for any other */
function resolve(reference: string, base: string): string | null {
  const root = extensionRoot(base);
  if (root === null || !URL.canParse(reference, base)) return null;
  const url = new URL(reference, base).href;
  return url.startsWith(root) && url.length <= FILE_URL_CHARS ? url : null;
}

/** Milliseconds that a look-up may take. */
const LOOKUP_MS = 20_000;

/** @param start makes a worker of `source-maps.ts` */
export async function lookUpInWorker(
  start: () => Worker,
  lookup: MapLookup,
): Promise<Lookup | null> {
  const worker = start();
  try {
    return await new Promise((resolve) => {
      setTimeout(resolve, LOOKUP_MS, null);
      worker.addEventListener('message', ({ data }: MessageEvent<Lookup>) => resolve(data));
      worker.addEventListener('error', () => resolve(null));
      worker.postMessage(lookup);
    });
  } finally {
    worker.terminate();
  }
}
