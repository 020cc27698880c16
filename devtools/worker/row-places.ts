/** Where a row belongs, for the columns that say so: extension, tab and frame. */

import { extensionLabel } from '../../src/model/index.js';
import type { Connection, Request } from '../../src/model/types.js';
import type { RowView } from '../worker-protocol.js';
import { endsOf, type Described } from './ends.js';

/** @returns by the contexts at the ends of a connection */
export function connectionPlaces(
  connection: Connection | undefined,
  model: Described,
): Pick<RowView, 'api' | 'extension' | 'tab'> {
  const ends = connection === undefined ? [] : endsOf(connection);
  const keys = ends.map(({ context }) => context);
  return { api: connection?.api ?? '', ...contextPlaces(keys, model) };
}

/** @returns by the contexts that sent and received it */
export function requestPlaces(
  { api, from, receipts }: Request,
  model: Described,
): Pick<RowView, 'api' | 'extension' | 'tab'> {
  const receivers = receipts.map(({ context }) => context);
  return { api, ...contextPlaces(from === null ? receivers : [from, ...receivers], model) };
}

/** @returns of these contexts, each once: `Demo`, and `3` or, of a frame that is not the page itself, `3 · 12` */
export function contextPlaces(
  keys: readonly string[],
  model: Described,
): Pick<RowView, 'extension' | 'tab'> {
  const extensions = new Map<string, string>();
  const tabs = new Set<string>();
  for (const key of keys) {
    const context = model.contexts.get(key);
    if (context === undefined) continue;
    const { extensionId, tabId, frameId } = context;
    extensions.set(extensionId, extensionLabel(context));
    if (tabId !== null) tabs.add(frameId ? `${tabId} · ${frameId}` : String(tabId));
  }
  return { extension: [...extensions.values()].join(', '), tab: [...tabs].join(', ') };
}
