/** Watches `runtime.Port` objects: patched in place, so that the host keeps the very object Firefox gave it. */

import type { AcceptApi, ConnectTarget, OpenApi, SenderFacts } from '../protocol/events.js';
import type { EventBody } from '../protocol/wire.js';
import { captureSite, idOfSite, type CallSite } from './call-site.js';
import { watchDeliveries } from './deliveries.js';
import { errorText } from './error-text.js';
import { append, copyOfStart, epochNow, safeMap, safeWeakMap, stringify } from './originals.js';
import { callOriginal, wrap, type Wrapper } from './patch.js';
import { generation, lenderAwake, record, wanted } from './reporter.js';
import { snapshotDelivered, snapshotPosted, withoutClone, type PostSnapshot } from './snapshot.js';
import type { NativePort } from './webext-types.js';

type TakeMessage = (message: unknown) => PostSnapshot;

/** @returns what states a port, without its counters; may tell the collector of a call site */
type Facts = (
  id: number,
) => `"opened",${number},"${OpenApi}",${string}` | `"accepted",${number},"${AcceptApi}",${string}`;

const watched = safeWeakMap<NativePort, true>();
/** What states each port that is open, if the collector has not heard of it. */
const open = safeMap<number, () => void>();
/**
 * What tells of the ends of stated ports that could not be recorded, and returns whether that is done: no more than
 * there were stated ports open at once.
 */
let untold: (() => boolean)[] = [];
let lastId = 0;

function watch(
  port: NativePort,
  facts: Facts,
  isWanted: boolean,
  at: number,
  take: TakeMessage = snapshotPosted,
): void {
  watched.set(port, true);
  lastId += 1;
  const id = lastId;
  let isOpen = true;
  let posted = 0;
  let delivered = 0;
  /** {@link generation} in which it was stated; 0 when it was missed so far, -1 before that. */
  let stated = isWanted ? -1 : 0;

  const state = (): void => {
    if (stated === generation) return;
    const weight = +(stated < 0);
    stated = 0;
    const body = `${facts(id)},${posted},${delivered}` as EventBody;
    if (record(body, null, at, weight)) stated = generation;
  };
  open.set(id, state);
  if (isWanted) state();

  wrap(port, 'postMessage', function postMessage(original, receiver, args) {
    if (!wanted(1, isOpen ? id : 0, posted + 1)) {
      const result = callOriginal(original, receiver, args);
      posted += 1;
      lenderAwake();
      return result;
    }
    const postedAt = epochNow();
    const { snapshot, value } = take(args[0]);
    const where = captureSite(postMessage);
    if (args.length > 0) args[0] = value;
    let result: unknown;
    try {
      result = callOriginal(original, receiver, args);
    } catch (error) {
      const reason = errorText(error);
      // What the browser does not carry for the host it does not carry for us.
      const kept = withoutClone(snapshot, reason);
      record(`"refused",${id},${stringify(reason)},${idOfSite(where)}`, kept, postedAt);
      throw error;
    }
    posted += 1;
    lenderAwake();
    record(`"posted",${id},${posted},${idOfSite(where)}`, snapshot, postedAt);
    return result;
  });

  const release = watchDeliveries(port.onMessage, (message, listeners) => {
    delivered += 1;
    lenderAwake();
    if (!wanted(1, -id, delivered)) return;
    record(`"delivered",${id},${delivered},${listeners}`, snapshotDelivered(message));
  });

  const { onDisconnect } = port;
  const { addListener, removeListener } = onDisconnect;
  const weightOfEnd = (): number => +(stated < 1);
  const closed = (
    by: 'self' | 'other',
    error: string | null,
    where: CallSite | null,
    isEndRecorded: boolean,
  ): void => {
    if (!isOpen) return;
    isOpen = false;
    open.delete(id);
    release();
    callOriginal(removeListener, onDisconnect, [closedByOther]);
    const closedAt = epochNow();
    const body = (site: number): EventBody =>
      `"disconnected",${id},"${by}",${stringify(error)},${site},${posted},${delivered}`;
    const tell = (site: number): boolean => record(body(site), null, closedAt, weightOfEnd());
    if ((!isEndRecorded || !tell(idOfSite(where))) && stated === generation) {
      append(untold, () => stated !== generation || tell(0));
    }
  };
  const closedByOther = (): void => {
    if (!isOpen) return;
    const error = port.error?.message;
    closed('other', error ? copyOfStart(error) : null, null, wanted(weightOfEnd()));
  };
  callOriginal(addListener, onDisconnect, [closedByOther]);
  wrap(port, 'disconnect', function disconnect(original, receiver, args) {
    const isEndRecorded = isOpen && wanted(weightOfEnd());
    const where = isEndRecorded ? captureSite(disconnect) : null;
    const result = callOriginal(original, receiver, args);
    closed('self', null, where, isEndRecorded);
    return result;
  });
}

/**
 * The host got a port from `connect()`. Never throws.
 *
 * @param wrapper what ran in the place of the function the host called, for the call site
 * @param at when it was called: once the native function has returned the port may be accepted already
 * @param take what a message is that is posted there, and what to post in its place
 */
export function portOpened(
  port: NativePort,
  api: OpenApi,
  target: ConnectTarget,
  wrapper: Wrapper,
  at: number,
  take?: TakeMessage,
): void {
  try {
    lenderAwake();
    const isWanted = wanted();
    const where = isWanted ? captureSite(wrapper) : null;
    const facts = `"${api}",${nameOf(port)},${stringify(target)}` as const;
    watch(port, (id) => `"opened",${id},${facts},${idOfSite(where)}`, isWanted, at, take);
  } catch {
    // No port as we know them; the host has what the browser gave it.
  }
}

/** A listener of the host got a port. Harmless when the port is watched already; never throws. */
export function portAccepted(port: NativePort, api: AcceptApi): void {
  try {
    if (watched.get(port)) return;
    const isWanted = wanted();
    const facts = `"${api}",${nameOf(port)},${stringify(senderFacts(port.sender))}` as const;
    watch(port, (id) => `"accepted",${id},${facts}`, isWanted, epochNow());
  } catch {
    // As above.
  }
}

/** States what the collector has not heard: open ports, and the end of ports it takes for open. */
export function restatePorts(): void {
  const ends = untold;
  untold = [];
  for (let i = 0; i < ends.length; i += 1) {
    const tell = ends[i] as (typeof ends)[number];
    if (!tell()) append(untold, tell);
  }
  open.forEach((state) => state());
}

function nameOf({ name }: NativePort): string {
  return stringify(copyOfStart(name));
}

/**
 * @param sender a `runtime.MessageSender`: https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/API/runtime/MessageSender
 * @returns what it says of the context at the other end, and what else the browser adds; the collector picks
 */
export function senderFacts(sender: unknown): SenderFacts {
  const { tab, url } = (sender ?? {}) as { tab?: { id?: number }; url?: string };
  return {
    ...(sender as SenderFacts | undefined),
    // Ours alone to write as JSON text: no `toJSON` of the host.
    __proto__: null,
    tab: undefined,
    tabId: tab?.id,
    // The address of a page can be a whole document, as `data:`.
    url: url && copyOfStart(url),
  } as object;
}
