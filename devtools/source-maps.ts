/**
 * Entry of a worker that lives for one look-up in a source map: decoding a large one takes a second, which the inspected
 * extension's thread does not have, and a map that takes for ever ends with its worker.
 */

import { lookUp, type Lookup, type Place } from './worker/source-map.js';

/** What it is sent, once. */
export interface MapLookup {
  /** Text of the map; or a `data:` URL that holds it. */
  readonly map: string;
  /** Which its sources are relative to. */
  readonly mapUrl: string;
  readonly places: readonly Place[];
}

addEventListener('message', (event: MessageEvent<MapLookup>) => {
  void answer(event.data).then((lookup) => postMessage(lookup));
});

async function answer({ map, mapUrl, places }: MapLookup): Promise<Lookup> {
  try {
    const text = map.startsWith('data:') ? await (await fetch(map)).text() : map;
    return lookUp(text, mapUrl, places);
  } catch {
    return { kind: 'unusable', why: 'no-json' };
  }
}
