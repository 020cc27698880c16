/** A port that closed because Firefox stopped the background, while the other end still counted on it. */

import { endOf, kindOf, labelOf, openedKey, type Evidence } from '../evidence.js';
import type { Sighting, Subject } from '../types.js';
import { saysDisconnected } from './refused-posts.js';

/** A port with a message in the last so many milliseconds was in use. */
const IN_USE_MS = 60_000;

/** Who opens another port of that name within so many milliseconds has taken notice. */
const NOTICED_MS = 60_000;

/** So many milliseconds are left for taking notice before it is said that nobody did. */
const PATIENCE_MS = 3_000;

/** @returns one sighting a connection */
export function* backgroundStopped(evidence: Evidence): Generator<Sighting> {
  for (const connection of evidence.connections.values()) {
    const { key, name, opener, closedAt, state } = connection;
    if (state !== 'closed' || opener === null || closedAt === null) continue;
    const { closedHow, closedIn } = evidence.endingOf(connection);
    if (closedHow !== 'suspended' || closedIn === opener.context) continue;
    const streams = evidence.traffic.streamsOf(key);
    const refused = streams.flatMap(({ marks }) =>
      (marks.get('refused') ?? []).filter(({ text }) => saysDisconnected(text)),
    );
    const last = evidence.traffic.lastMessageAt(key);
    const reopened = (evidence.opened.get(openedKey(opener.context, name)) ?? []).some(
      (other) => other.openedAt >= closedAt && other.openedAt <= closedAt + NOTICED_MS,
    );
    const wasLeft =
      !reopened &&
      last !== null &&
      last >= closedAt - IN_USE_MS &&
      evidence.now >= closedAt + PATIENCE_MS &&
      endOf(evidence, opener.context) > closedAt + PATIENCE_MS;
    if (refused.length === 0 && !wasLeft) continue;
    const about: Subject[] = [{ kind: 'closed', key }, ...refused.map(({ subject }) => subject)];
    yield {
      rule: 'background-stopped',
      severity: refused.length > 0 ? 'error' : 'warning',
      cause: refused.length > 0 ? 'posted-on' : 'left',
      at: closedAt,
      extension: streams[0]?.extension ?? '',
      connection: key,
      what: `${name} of ${kindOf(evidence, opener.context)}`,
      about,
      facts: {
        name,
        from: labelOf(evidence, opener.context),
        posts: refused.length === 1 ? '1 post' : `${refused.length} posts`,
      },
    };
  }
}
