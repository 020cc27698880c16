/** A port that is opened again the moment it closes, over and over. */

import type { Connection } from '../../types.js';
import { kindOf, labelOf, type Evidence } from '../evidence.js';
import type { Sighting } from '../types.js';

/** So many connections within {@link WITHIN_MS} are a storm. */
const STORM = 5;
const WITHIN_MS = 10_000;

/** Opened within so many milliseconds after the last one closed. */
const AT_ONCE_MS = 2_000;

/** @returns one sighting a context and name */
export function* reconnectStorm(evidence: Evidence): Generator<Sighting> {
  for (const connections of evidence.opened.values()) {
    if (connections.length < STORM) continue;
    const storm = stormIn(connections);
    const [first] = storm;
    if (first?.opener === undefined || first.opener === null) continue;
    const { context } = first.opener;
    const failed = storm.filter(({ state }) => state === 'failed').length;
    yield {
      rule: 'reconnect-storm',
      severity: 'warning',
      cause: 2 * failed > storm.length ? 'failing' : 'closing',
      at: first.openedAt,
      extension: evidence.contexts.get(context)?.extensionId ?? '',
      connection: null,
      what: `${first.name} from ${kindOf(evidence, context)}`,
      about: storm.map(({ key }) => ({ kind: 'opened', key })),
      count: storm.length,
      facts: {
        name: first.name,
        from: labelOf(evidence, context),
        times: storm.length,
        seconds: Math.max(
          1,
          Math.round(((storm.at(-1)?.openedAt ?? first.openedAt) - first.openedAt) / 1000),
        ),
      },
    };
  }
}

/** @returns the connections, from the first to the last of the longest chain in which each follows the end of another */
function stormIn(connections: readonly Connection[]): readonly Connection[] {
  let longest: Connection[] = [];
  let chain: Connection[] = [];
  for (const connection of connections) {
    const before = chain.at(-1);
    if (before === undefined || !follows(connection, before)) chain = [];
    chain.push(connection);
    if (chain.length > longest.length && isDense(chain)) longest = chain;
  }
  return longest;
}

function isDense(chain: readonly Connection[]): boolean {
  const first = chain.at(-STORM);
  const last = chain.at(-1);
  return first !== undefined && last !== undefined && last.openedAt - first.openedAt <= WITHIN_MS;
}

/** Who closes a port and opens another means to. */
function follows({ openedAt }: Connection, before: Connection): boolean {
  const { closedAt, closedBy, opener } = before;
  return (
    closedAt !== null &&
    closedBy !== opener?.context &&
    openedAt >= closedAt &&
    openedAt - closedAt <= AT_ONCE_MS
  );
}
