/**
 * Finds which accepted ports belong to which opened port, without any id on the wire.
 *
 * Opens and accepts are gathered in groups of one opener context and one port name. In a group, the accepts
 * of each acceptor context are matched on their own, from the newest back: each takes the latest open that
 * is not later than itself, may be accepted there, and comes before the open its successor took. Going
 * back from the newest makes an open that this context never saw (it did not listen yet, or its report was
 * lost) a matter of that one open; going forward it would shift all later ones.
 *
 * The result depends on the set of facts alone, never on the order in which they arrived. A group keeps
 * what it had found, and stops as soon as going back meets an unchanged part.
 */

import type { AcceptApi } from '../protocol/index.js';
import { clusters, SAME_CONNECT_MS } from './clusters.js';
import { mayAccept } from './eligibility.js';
import {
  byTime,
  extensionOf,
  upperBound,
  type Composition,
  type ContextFacts,
  type Port,
} from './facts.js';
import { CLOCK_SKEW_MS, OpenerIndex, senderNames } from './openers.js';

/** Longest time from `connect()` to its acceptance: an event page has to start first. */
export const ACCEPT_PATIENCE_MS = 60_000;

/** The accepts of one acceptor context in one group. */
interface AcceptList {
  readonly context: ContextFacts;
  /** In order of port number. */
  readonly accepts: Port[];
  /** First index that changed since the last settling. */
  changedFrom: number;
}

interface Group {
  /** In order of port number. */
  readonly opens: Port[];
  opensChangedFrom: number;
  readonly lists: Map<string, AcceptList>;
  /** Accepts without an open here. */
  readonly orphans: Set<Port>;
  orphansChanged: boolean;
  readonly touched: Set<Port>;
}

/** What matching knows of a port. */
interface Standing {
  group: Group;
  /** Of an accept: the open it took. */
  open: Port | null;
  /** Of an open: the accepts that took it. */
  takers: Port[];
}

const atOf = (port: Port): number => port.endpoint.at;
const numberOf = (port: Port): number => port.endpoint.port;

export class Matcher {
  readonly #openers = new OpenerIndex();
  readonly #groups = new Map<string, Group>();
  readonly #changed = new Set<Group>();
  readonly #standing = new Map<Port, Standing>();
  /** Accepts by the names of their sender's place. */
  readonly #waiting = new Map<string, Set<Port>>();

  /** A context's record is new, or says something new about where it is. */
  contextChanged(context: ContextFacts, before: ContextFacts['stored']): void {
    if (context.stored === null) return;
    const names = this.#openers.put(context.stored, before);
    for (const name of names) {
      for (const port of this.#waiting.get(name) ?? []) this.#place(port);
    }
    for (const port of context.ports.values()) this.reconsider(port);
  }

  /** An opened or accepted port whose facts are known now. */
  add(port: Port): void {
    if (port.endpoint.role === 'opener') {
      const group = this.#group(openKey(port.context.key, port.endpoint.name));
      const index = upperBound(group.opens, numberOf(port), numberOf);
      group.opens.splice(index, 0, port);
      group.opensChangedFrom = Math.min(group.opensChangedFrom, index);
      group.touched.add(port);
      this.#standing.set(port, { group, open: null, takers: [] });
      return;
    }
    for (const name of this.#senderNames(port)) {
      let ports = this.#waiting.get(name);
      if (ports === undefined) this.#waiting.set(name, (ports = new Set()));
      ports.add(port);
    }
    this.#place(port);
  }

  /** Something that matching looks at changed: the time, whether it failed, where its context is. */
  reconsider(port: Port): void {
    const standing = this.#standing.get(port);
    if (standing === undefined) return;
    const { group } = standing;
    if (port.endpoint.role === 'opener') {
      const index = upperBound(group.opens, numberOf(port), numberOf) - 1;
      group.opensChangedFrom = Math.min(group.opensChangedFrom, index);
      group.touched.add(port);
    } else {
      const list = group.lists.get(port.context.key);
      if (list !== undefined) {
        const index = upperBound(list.accepts, numberOf(port), numberOf) - 1;
        list.changedFrom = Math.min(list.changedFrom, index);
      }
      if (group.orphans.has(port)) group.orphansChanged = true;
      if (standing.open !== null) group.touched.add(standing.open);
    }
    this.#changed.add(group);
  }

  /**
   * Matches what changed.
   * @returns the connections that may be other than before, each whole; a port is in at most one of them
   */
  settle(): Composition[] {
    const found: Composition[] = [];
    for (const group of this.#changed) this.#settleGroup(group, found);
    this.#changed.clear();
    return found;
  }

  #senderNames(port: Port): string[] {
    return senderNames(
      port.endpoint.api as AcceptApi,
      port.endpoint.sender ?? {},
      extensionOf(port.context),
    );
  }

  #group(key: string): Group {
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = {
        opens: [],
        opensChangedFrom: 0,
        lists: new Map(),
        orphans: new Set(),
        orphansChanged: false,
        touched: new Set(),
      };
      this.#groups.set(key, group);
    }
    this.#changed.add(group);
    return group;
  }

  /** Puts an accept into the group of the context that its sender speaks of. */
  #place(port: Port): void {
    const { endpoint } = port;
    const opener = this.#openers.find(
      endpoint.api as AcceptApi,
      endpoint.sender ?? {},
      extensionOf(port.context),
      endpoint.at,
    );
    const home = opener === null ? `?${this.#senderNames(port)[0]}` : opener.key;
    const group = this.#group(openKey(home, endpoint.name));
    const before = this.#standing.get(port);
    if (before?.group === group) return;
    if (before !== undefined) this.#leave(port, before);

    let list = group.lists.get(port.context.key);
    if (list === undefined) {
      list = { context: port.context, accepts: [], changedFrom: 0 };
      group.lists.set(port.context.key, list);
    }
    const index = upperBound(list.accepts, numberOf(port), numberOf);
    list.accepts.splice(index, 0, port);
    list.changedFrom = Math.min(list.changedFrom, index);
    group.orphans.add(port);
    group.orphansChanged = true;
    this.#standing.set(port, { group, open: null, takers: [] });
  }

  #leave(port: Port, standing: Standing): void {
    const { group } = standing;
    this.#changed.add(group);
    const list = group.lists.get(port.context.key);
    if (list !== undefined) {
      const index = list.accepts.indexOf(port);
      list.accepts.splice(index, 1);
      list.changedFrom = Math.min(list.changedFrom, index);
    }
    if (group.orphans.delete(port)) group.orphansChanged = true;
    this.#take(port, standing, null);
  }

  #take(accept: Port, standing: Standing, open: Port | null): void {
    if (standing.open !== null) {
      const previous = this.#standing.get(standing.open);
      if (previous !== undefined) previous.takers = previous.takers.filter((p) => p !== accept);
      standing.group.touched.add(standing.open);
    }
    standing.open = open;
    if (open !== null) {
      this.#standing.get(open)?.takers.push(accept);
      standing.group.touched.add(open);
    }
  }

  #settleGroup(group: Group, found: Composition[]): void {
    if (group.opens.length > 0) {
      for (const list of group.lists.values()) this.#settleList(group, list);
    }
    group.opensChangedFrom = group.opens.length;

    for (const open of group.touched) {
      const takers = [...(this.#standing.get(open)?.takers ?? [])].sort(byTime);
      const latest = takers[0] === undefined ? 0 : takers[0].endpoint.at + SAME_CONNECT_MS;
      const acceptors = takers.filter((port) => port.endpoint.at <= latest);
      for (const port of takers) setMember(group, port, port.endpoint.at > latest);
      found.push({ opener: open, acceptors });
    }
    group.touched.clear();

    if (group.orphansChanged) found.push(...clusters([...group.orphans].sort(byTime)));
    group.orphansChanged = false;
  }

  #settleList(group: Group, list: AcceptList): void {
    let bound = group.opens.length;
    for (let index = list.accepts.length - 1; index >= 0; index -= 1) {
      const accept = list.accepts[index] as Port;
      const standing = this.#standing.get(accept) as Standing;
      const at = latestOpen(group, accept, bound);
      const open = at < 0 ? null : (group.opens[at] as Port);
      if (open === standing.open) {
        if (open !== null && index < list.changedFrom && at < group.opensChangedFrom) break;
      } else {
        this.#take(accept, standing, open);
        setMember(group, accept, open === null);
      }
      if (at >= 0) bound = at;
    }
    list.changedFrom = list.accepts.length;
  }
}

function openKey(home: string, name: string): string {
  return `${home}\n\n${name}`;
}

function setMember(group: Group, port: Port, orphan: boolean): void {
  if (group.orphans.has(port) === orphan) return;
  if (orphan) group.orphans.add(port);
  else group.orphans.delete(port);
  group.orphansChanged = true;
}

/** @returns the index of the latest open below `bound` that this accept may have come from, or -1 */
function latestOpen(group: Group, accept: Port, bound: number): number {
  const { at } = accept.endpoint;
  let index = Math.min(bound, upperBound(group.opens, at + CLOCK_SKEW_MS, atOf)) - 1;
  for (; index >= 0; index -= 1) {
    const open = group.opens[index] as Port;
    if (at - open.endpoint.at > ACCEPT_PATIENCE_MS) return -1;
    if (mayAccept(open, accept)) return index;
  }
  return -1;
}
