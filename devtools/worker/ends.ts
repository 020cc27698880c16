/** Who is at the ends of a connection, and what they are called. */

import {
  applicationLabel,
  applicationOf,
  contextLabel,
  contextName,
  missingContext,
  nobodyThere,
  unknownEnd,
  type Model,
} from '../../src/model/index.js';
import type { Connection, Endpoint } from '../../src/model/types.js';
import { shownPortName } from '../arithmetic/port-name.js';
import type { EndName } from '../worker-protocol.js';

/** What descriptions are made from. */
export type Described = Pick<
  Model,
  'contexts' | 'connections' | 'connectionsOf' | 'lives' | 'unreportedBy'
>;

/** An end whose context is not instrumented. */
export function unknown(): EndName {
  return { kind: '', rest: unknownEnd(), label: unknownEnd() };
}

/** Where nobody listened. */
export function nobody(): EndName {
  return { kind: nobodyThere(), rest: '', label: nobodyThere() };
}

/** @returns the ends of a connection, opener first */
export function endsOf({ opener, acceptors }: Connection): readonly Endpoint[] {
  return opener === null ? acceptors : [opener, ...acceptors];
}

/** @returns the full label of a context */
export function nameOf(key: string, model: Described): string {
  const context = model.contexts.get(key);
  return context === undefined ? missingContext() : contextLabel(context);
}

/** @returns the port's name as it is shown; '' when its opening is not known */
export function nameOfPort(connection: Connection | undefined): string {
  return connection === undefined ? '' : shownPortName(connection.name);
}

/** @returns the name of a context as an end; null: it is not instrumented */
export function endName(key: string | null, model: Described): EndName {
  return key === null ? unknown() : jointName([key], model);
}

/** @returns the name of the connection's opener */
export function openerName(connection: Connection | undefined, model: Described): EndName {
  return endName(connection?.opener?.context ?? null, model);
}

/** @returns a native application as an end */
export function applicationName(application: string): EndName {
  return { kind: 'application', rest: application, label: applicationLabel(application) };
}

/** @returns the names of those who accepted a connection, joined */
export function acceptorNames(connection: Connection | undefined, model: Described): EndName {
  const application = connection === undefined ? null : applicationOf(connection);
  if (application !== null) return applicationName(application);
  const { acceptors = [], state = 'open' } = connection ?? {};
  if (acceptors.length === 0) return state === 'failed' ? nobody() : unknown();
  return jointName(
    acceptors.map((end) => end.context),
    model,
  );
}

/** @returns one name for several contexts: `content-script ×2, background` and what tells them apart */
export function jointName(keys: readonly string[], model: Described): EndName {
  const counts = new Map<string, number>();
  const rests: string[] = [];
  for (const key of keys) {
    const context = model.contexts.get(key);
    const { kind, rest } =
      context === undefined ? { kind: missingContext(), rest: '' } : contextName(context);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (rest !== '') rests.push(rest);
  }
  return {
    kind: [...counts].map(([kind, count]) => (count === 1 ? kind : `${kind} ×${count}`)).join(', '),
    rest: rests.join(', '),
    label: keys.map((key) => nameOf(key, model)).join(', '),
  };
}
