/** Narrows rows to one tab. */

import type { Model } from './model.js';
import type { RowPredicate } from './text-filter.js';

/**
 * @returns whether a row belongs to the tab: its connection has an end there, or it tells of a context there
 */
export function tabScope(
  tabId: number,
  model: Pick<Model, 'contexts' | 'connections'>,
): RowPredicate {
  const inTab = (key: string): boolean => model.contexts.get(key)?.tabId === tabId;
  return (row) => {
    if (row.kind === 'lifecycle' || row.kind === 'gap') return inTab(row.context);
    const key = row.kind === 'message' ? row.message.connection : row.connection;
    const connection = model.connections.get(key);
    if (connection === undefined) return false;
    const { opener, acceptors } = connection;
    return (
      (opener !== null && inTab(opener.context)) || acceptors.some((end) => inTab(end.context))
    );
  };
}
