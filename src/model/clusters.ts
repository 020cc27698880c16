/** Puts accepts together whose opener is not instrumented, or whose open was lost. */

import { extensionOf, type Composition, type ContextFacts, type Port } from './facts.js';

/** All extension pages share one main thread, so they receive one `connect()` within this time. */
export const SAME_CONNECT_MS = 1000;

/**
 * Accepts whose open is unknown, put together: what different contexts of one kind of place accepted within
 * {@link SAME_CONNECT_MS} came from one `connect()`; each context's accepts stay in order.
 */
export function clusters(orphans: readonly Port[]): Composition[] {
  const all: { place: string; first: number; acceptors: Port[] }[] = [];
  const last = new Map<ContextFacts, number>();
  let open = 0;
  for (const port of orphans) {
    const { at } = port.endpoint;
    while (open < all.length && (all[open]?.first ?? 0) + SAME_CONNECT_MS < at) open += 1;
    const place = placeOf(port.context);
    let index = Math.max(open, (last.get(port.context) ?? -1) + 1);
    while (index < all.length && all[index]?.place !== place) index += 1;
    const cluster = all[index];
    if (cluster === undefined) all.push({ place, first: at, acceptors: [port] });
    else cluster.acceptors.push(port);
    last.set(port.context, index);
  }
  return all.map(({ acceptors }) => ({ opener: null, acceptors }));
}

/** `tabs.connect` reaches the frames of one tab, `runtime.connect` the pages of one extension. */
function placeOf(context: ContextFacts): string {
  const kind = context.stored?.kind;
  const inTab = kind === 'content-script' || kind === 'user-script';
  return inTab ? `tab ${context.stored?.tabId}` : extensionOf(context);
}
