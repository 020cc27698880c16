/** Puts arrivals together whose departure is not known: its context is not instrumented, or its report was lost. */

import { extensionOf, type ContextFacts, type End } from './facts.js';

/**
 * Arrivals whose departure is unknown, put together: what different contexts of one kind of place received
 * within `togetherMs` left as one; each context's arrivals stay in order.
 *
 * @param orphans in order of time
 */
export function clusters<To>(
  orphans: readonly To[],
  endOf: (orphan: To) => End,
  togetherMs: number,
): To[][] {
  const all: { place: string; first: number; arrivals: To[] }[] = [];
  const last = new Map<ContextFacts, number>();
  let open = 0;
  for (const orphan of orphans) {
    const { at, context } = endOf(orphan);
    while (open < all.length && (all[open]?.first ?? 0) + togetherMs < at) open += 1;
    const place = placeOf(context);
    let index = Math.max(open, (last.get(context) ?? -1) + 1);
    while (index < all.length && all[index]?.place !== place) index += 1;
    const cluster = all[index];
    if (cluster === undefined) all.push({ place, first: at, arrivals: [orphan] });
    else cluster.arrivals.push(orphan);
    last.set(context, index);
  }
  return all.map(({ arrivals }) => arrivals);
}

/** `tabs.connect` reaches the frames of one tab, `runtime.connect` the pages of one extension. */
function placeOf(context: ContextFacts): string {
  const kind = context.stored?.kind;
  const inTab = kind === 'content-script' || kind === 'user-script';
  return inTab ? `tab ${context.stored?.tabId}` : extensionOf(context);
}
