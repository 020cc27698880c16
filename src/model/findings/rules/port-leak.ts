/** Ports that are opened again and again while the earlier ones stay open and silent. */

import { kindOf, labelOf, type Evidence } from '../evidence.js';
import type { Sighting } from '../types.js';

/** So many open ports of one name and context, silent ones, are a leak. */
const MANY = 10;

/** Without a message for so long, in milliseconds, a port is silent. */
const SILENT_MS = 30_000;

/** @returns one sighting a context and name */
export function* portLeak(evidence: Evidence): Generator<Sighting> {
  const { now, traffic } = evidence;
  for (const connections of evidence.opened.values()) {
    if (connections.length < MANY) continue;
    const silent = connections.filter(
      ({ key, state, openedAt, muted }) =>
        state === 'open' &&
        // What a mute rule keeps out may be anything but silence.
        muted === 0 &&
        (traffic.lastMessageAt(key) ?? openedAt) < now - SILENT_MS,
    );
    const [first] = silent;
    if (silent.length < MANY || first?.opener === undefined || first.opener === null) continue;
    const { context } = first.opener;
    yield {
      rule: 'port-leak',
      severity: 'warning',
      cause: 'never-closed',
      at: first.openedAt,
      extension: evidence.contexts.get(context)?.extensionId ?? '',
      connection: null,
      what: `${first.name} from ${kindOf(evidence, context)}`,
      about: silent.map(({ key }) => ({ kind: 'opened', key })),
      count: silent.length,
      facts: { name: first.name, from: labelOf(evidence, context), ports: silent.length },
    };
  }
}
