/**
 * Finds which arrivals belong to which departure, without any id on the wire: which accepted ports to which
 * opened port, which received one-off messages to which sent one. What differs between the two stands in a
 * {@link Pairing}.
 *
 * Departures and arrivals are gathered in groups of one departing context and one name. In a group, the
 * arrivals in each context are matched on their own, from the newest back: each takes the latest departure
 * that is not later than itself, may arrive there, and comes before the one its successor took. Going back
 * from the newest makes a departure that this context never saw (it did not listen yet, or its report was
 * lost) a matter of that one departure; going forward it would shift all later ones.
 *
 * Clocks can disagree, by as much as somebody sets one back or forward. Then times leave arrivals without a
 * departure, or with one that is out of order. Where all that a context sent is known, and as much of it can
 * have come to another context as arrived there, their order alone decides, and times are not asked. The
 * backgrounds of an extension, which follow each other, are one such context.
 *
 * The result depends on the set of facts alone, never on the order in which they came to be known. A group
 * keeps what it had found, and stops as soon as going back meets an unchanged part.
 */

import type { AcceptApi, ReceiveApi, SenderFacts } from '../protocol/index.js';
import { clusters } from './clusters.js';
import {
  compareText,
  extensionOf,
  upperBound,
  type ContextFacts,
  type End,
  type Match,
} from './facts.js';
import { SparseSet } from './sparse-set.js';
import { CLOCK_SKEW_MS, OpenerIndex, senderNames } from './openers.js';

/** Longest time from departure to arrival: an event page has to start first. */
const PATIENCE_MS = 60_000;

/** What matching has to know of a kind of departures and arrivals. */
export interface Pairing<From, To> {
  readonly of: (end: From | To) => End;
  /** What the browser told the context of arrival about the one of departure, and by which API. */
  origin(arrival: To): { readonly api: AcceptApi | ReceiveApi; readonly sender: SenderFacts };
  /** Everything of this kind in a context. */
  endsIn(context: ContextFacts): Iterable<From | To>;
  isDeparture(end: From | To): end is From;
  /** @returns whether the API and what came of it allow that this departure arrived there */
  mayMeet(departure: From, arrival: To): boolean;
  /** @returns whether it has arrived there, if anybody listened, whatever the clocks say */
  reaches(departure: From, arrival: To): boolean;
  /** @returns whether all departures from there up to the last are known, so that none can be missing between */
  isComplete(context: ContextFacts): boolean;
  /** One departure arrives everywhere within this time, in milliseconds. */
  readonly togetherMs: number;
}

/** The arrivals in one context in one group. */
interface ArrivalList<To> {
  readonly context: ContextFacts;
  /** In order of number. */
  arrivals: To[];
  /** First index that changed since the last settling. */
  changedFrom: number;
  /** Arrivals that have no departure. */
  unmatched: number;
  /** Whether order alone decided. */
  byOrder: boolean;
}

interface Group<From, To> {
  /** In order of number. */
  departures: From[];
  departuresChangedFrom: number;
  /** By context key. */
  readonly lists: Map<string, ArrivalList<To>>;
  /** Arrivals without a departure here. */
  readonly orphans: SparseSet<To>;
  orphansChanged: boolean;
  readonly touched: SparseSet<From>;
}

/** What matching knows of an arrival. */
interface Standing<From, To> {
  group: Group<From, To>;
  list: ArrivalList<To>;
  departure: From | null;
}

export class Matcher<From extends object, To extends object> {
  readonly #pairing: Pairing<From, To>;
  readonly #openers = new OpenerIndex();
  readonly #groups = new Map<string, Group<From, To>>();
  readonly #changed = new Set<Group<From, To>>();
  /** Groups that order decides or might decide, by the departing context. */
  readonly #restless = new Map<ContextFacts, Set<Group<From, To>>>();
  /** Contexts of which more numbers are known than at the last settling. */
  readonly #numbered = new Set<ContextFacts>();
  /** Contexts all of whose numbers were known then. */
  readonly #complete = new Set<ContextFacts>();
  readonly #departed = new Map<From, { readonly group: Group<From, To>; takers: readonly To[] }>();
  readonly #arrived = new Map<To, Standing<From, To>>();
  /** Arrivals by the names of their sender's place. */
  readonly #waiting = new Map<string, Set<To>>();
  readonly #atOf: (end: From | To) => number;
  readonly #numberOf: (end: From | To) => number;

  constructor(pairing: Pairing<From, To>) {
    this.#pairing = pairing;
    this.#atOf = (end) => pairing.of(end).at;
    this.#numberOf = (end) => pairing.of(end).number;
  }

  /** A context's record is new, or says something new about where it is. */
  contextChanged(context: ContextFacts, before: ContextFacts['stored']): void {
    if (context.stored === null) return;
    const names = this.#openers.put(context.stored, before);
    for (const name of names) {
      for (const arrival of this.#waiting.get(name) ?? []) this.#place(arrival);
    }
    for (const end of this.#pairing.endsIn(context)) this.reconsider(end);
  }

  /** Something left the context, and perhaps only its number is known: order may say less or more than before. */
  numbered(context: ContextFacts): void {
    this.#numbered.add(context);
  }

  /** A departure or arrival whose facts are known now. */
  add(end: From | To): void {
    this.numbered(this.#pairing.of(end).context);
    if (this.#pairing.isDeparture(end)) {
      const { context, name, number } = this.#pairing.of(end);
      const group = this.#group(groupKey(context.key, name));
      const index = upperBound(group.departures, number, this.#numberOf);
      group.departures = inserted(group.departures, index, end);
      group.departuresChangedFrom = Math.min(group.departuresChangedFrom, index);
      group.touched.add(end);
      this.#departed.set(end, { group, takers: [] });
      return;
    }
    for (const name of this.#senderNames(end)) {
      let arrivals = this.#waiting.get(name);
      if (arrivals === undefined) this.#waiting.set(name, (arrivals = new Set()));
      arrivals.add(end);
    }
    this.#place(end);
  }

  /** Something that matching looks at changed: the time, what came of it, where its context is. */
  reconsider(end: From | To): void {
    const { context, number } = this.#pairing.of(end);
    if (this.#pairing.isDeparture(end)) {
      const group = this.#departed.get(end)?.group;
      if (group === undefined) return;
      const index = upperBound(group.departures, number, this.#numberOf) - 1;
      group.departuresChangedFrom = Math.min(group.departuresChangedFrom, index);
      group.touched.add(end);
      this.#changed.add(group);
      return;
    }
    const standing = this.#arrived.get(end);
    if (standing === undefined) return;
    const { group, departure } = standing;
    const list = group.lists.get(context.key);
    if (list !== undefined) {
      const index = upperBound(list.arrivals, number, this.#numberOf) - 1;
      list.changedFrom = Math.min(list.changedFrom, index);
    }
    if (group.orphans.has(end)) group.orphansChanged = true;
    if (departure !== null) group.touched.add(departure);
    this.#changed.add(group);
  }

  /**
   * Matches what changed.
   * @returns the matches that may be other than before, each whole; an end is in at most one of them
   */
  settle(): Match<From, To>[] {
    const found: Match<From, To>[] = [];
    for (const context of this.#numbered) this.#askOrder(context);
    this.#numbered.clear();
    for (const group of this.#changed) this.#settleGroup(group, found);
    this.#changed.clear();
    return found;
  }

  /** Order says something else than before only where all numbers have become known, or no longer are. */
  #askOrder(context: ContextFacts): void {
    const isComplete = this.#pairing.isComplete(context);
    if (isComplete === this.#complete.has(context)) return;
    if (isComplete) this.#complete.add(context);
    else this.#complete.delete(context);
    for (const group of this.#restless.get(context) ?? []) this.#changed.add(group);
  }

  /** Remembers whether order decides in the group, or might. */
  #noteRest(group: Group<From, To>): void {
    const [departure] = group.departures;
    if (departure === undefined) return;
    const { context } = this.#pairing.of(departure);
    let isRestless = group.orphans.size > 0;
    for (const { byOrder } of group.lists.values()) if (byOrder) isRestless = true;
    const groups = this.#restless.get(context);
    if (!isRestless) groups?.delete(group);
    else if (groups === undefined) this.#restless.set(context, new Set([group]));
    else groups.add(group);
  }

  #senderNames(arrival: To): string[] {
    const { api, sender } = this.#pairing.origin(arrival);
    return senderNames(api, sender, extensionOf(this.#pairing.of(arrival).context));
  }

  #group(key: string): Group<From, To> {
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = {
        departures: [],
        departuresChangedFrom: 0,
        lists: new Map(),
        orphans: new SparseSet(),
        orphansChanged: false,
        touched: new SparseSet(),
      };
      this.#groups.set(key, group);
    }
    this.#changed.add(group);
    return group;
  }

  /** Puts an arrival into the group of the context that its sender speaks of. */
  #place(arrival: To): void {
    const { context, name, number, at } = this.#pairing.of(arrival);
    const { api, sender } = this.#pairing.origin(arrival);
    const origin = this.#openers.find(api, sender, extensionOf(context), at);
    const home = origin === null ? `?${this.#senderNames(arrival)[0]}` : origin.key;
    const group = this.#group(groupKey(home, name));
    const before = this.#arrived.get(arrival);
    if (before?.group === group) return;
    if (before !== undefined) this.#leave(arrival, before);

    let list = group.lists.get(context.key);
    if (list === undefined) {
      list = { context, arrivals: [], changedFrom: 0, unmatched: 0, byOrder: false };
      group.lists.set(context.key, list);
    }
    const index = upperBound(list.arrivals, number, this.#numberOf);
    list.arrivals = inserted(list.arrivals, index, arrival);
    list.changedFrom = Math.min(list.changedFrom, index);
    group.orphans.add(arrival);
    group.orphansChanged = true;
    list.unmatched += 1;
    this.#arrived.set(arrival, { group, list, departure: null });
  }

  #leave(arrival: To, standing: Standing<From, To>): void {
    const { group, list } = standing;
    this.#changed.add(group);
    const index = list.arrivals.indexOf(arrival);
    list.arrivals.splice(index, 1);
    list.changedFrom = Math.min(list.changedFrom, index);
    if (group.orphans.delete(arrival)) group.orphansChanged = true;
    this.#take(arrival, standing, null);
    list.unmatched -= 1;
  }

  #take(arrival: To, standing: Standing<From, To>, departure: From | null): void {
    if (standing.departure !== null) {
      const previous = this.#departed.get(standing.departure);
      if (previous !== undefined) previous.takers = previous.takers.filter((to) => to !== arrival);
      standing.group.touched.add(standing.departure);
    }
    if (standing.departure === null) standing.list.unmatched -= 1;
    if (departure === null) standing.list.unmatched += 1;
    standing.departure = departure;
    if (departure !== null) {
      const departed = this.#departed.get(departure);
      if (departed !== undefined) departed.takers = [...departed.takers, arrival];
      standing.group.touched.add(departure);
    }
  }

  #settleGroup(group: Group<From, To>, found: Match<From, To>[]): void {
    if (group.departures.length > 0) {
      for (const list of group.lists.values()) {
        if (list.byOrder) list.changedFrom = 0;
        this.#settleByTime(group, list);
      }
      const doubtful = this.#doubtful(group);
      for (const lists of successions(group.lists.values())) {
        this.#setByOrder(
          group,
          lists,
          lists.some((list) => doubtful.has(list)) && this.#settleByOrder(group, lists),
        );
      }
    }
    group.departuresChangedFrom = group.departures.length;

    const { togetherMs } = this.#pairing;
    for (const from of group.touched) {
      const takers = [...(this.#departed.get(from)?.takers ?? [])].sort(this.#byTime);
      const isByOrder = (arrival: To): boolean => this.#arrived.get(arrival)?.list.byOrder === true;
      const latest = this.#latestOf(takers.filter((arrival) => !isByOrder(arrival)));
      const isOne = (arrival: To): boolean => isByOrder(arrival) || this.#atOf(arrival) <= latest;
      const to = takers.filter(isOne);
      for (const arrival of takers) setMember(group, arrival, !isOne(arrival));
      found.push({ from, to });
    }
    group.touched.clear();

    if (group.orphansChanged) {
      const orphans = [...group.orphans].sort(this.#byTime);
      for (const to of clusters(orphans, this.#pairing.of, togetherMs)) {
        found.push({ from: null, to });
      }
    }
    group.orphansChanged = false;
    this.#noteRest(group);
  }

  readonly #byTime = (a: To, b: To): number => {
    const left = this.#pairing.of(a);
    const right = this.#pairing.of(b);
    return left.at - right.at || compareText(left.key, right.key);
  };

  /** @returns when one of them may have arrived at the latest, if all are of one departure */
  #latestOf(takers: readonly To[]): number {
    return Math.min(...takers.map(this.#atOf)) + this.#pairing.togetherMs;
  }

  /** @returns the lists in which times leave something that cannot be so */
  #doubtful(group: Group<From, To>): Set<ArrivalList<To>> {
    const doubtful = new Set<ArrivalList<To>>();
    const look = (arrival: To): void => {
      const { list, departure } = this.#arrived.get(arrival) as Standing<From, To>;
      if (departure === null || this.#isAmiss(arrival, departure)) doubtful.add(list);
    };
    for (const list of group.lists.values()) if (list.byOrder) list.arrivals.forEach(look);
    for (const arrival of group.orphans) look(arrival);
    for (const from of group.touched) this.#departed.get(from)?.takers.forEach(look);
    return doubtful;
  }

  /** @returns whether it is apart from the departure's other arrivals, or one of two where there can be one */
  #isAmiss(arrival: To, departure: From): boolean {
    const takers = this.#departed.get(departure)?.takers ?? [];
    if (takers.length < 2) return false;
    if (this.#atOf(arrival) > this.#latestOf(takers)) return true;
    const { context } = this.#pairing.of(arrival);
    const background = backgroundOf(context);
    return takers.some((other) => {
      const there = this.#pairing.of(other).context;
      return background !== null && there !== context && backgroundOf(there) === background;
    });
  }

  #setByOrder(group: Group<From, To>, lists: readonly ArrivalList<To>[], byOrder: boolean): void {
    for (const list of lists) {
      if (list.byOrder === byOrder) continue;
      list.byOrder = byOrder;
      for (const arrival of list.arrivals) {
        const departure = this.#arrived.get(arrival)?.departure;
        if (departure) group.touched.add(departure);
      }
    }
  }

  /** @returns whether order alone decides; then each arrival has its departure */
  #settleByOrder(group: Group<From, To>, lists: readonly ArrivalList<To>[]): boolean {
    const arrivals = lists.flatMap((list) => list.arrivals);
    const { departures } = group;
    const [first] = arrivals;
    const [departure] = departures;
    if (first === undefined || departure === undefined) return false;
    if (departures.length < arrivals.length) return false;
    const eligible = departures.filter((each) => this.#pairing.reaches(each, first));
    if (eligible.length !== arrivals.length) return false;
    if (!this.#pairing.isComplete(this.#pairing.of(departure).context)) return false;
    const isNews = arrivals.some((to, at) => this.#arrived.get(to)?.departure !== eligible[at]);
    if (!isNews && !this.#isSteady(eligible, arrivals)) return false;
    for (const [index, arrival] of arrivals.entries()) {
      const standing = this.#arrived.get(arrival) as Standing<From, To>;
      const own = eligible[index] as From;
      if (standing.departure !== own) this.#take(arrival, standing, own);
      setMember(group, arrival, false);
    }
    return true;
  }

  /**
   * What is apart from the departure's other arrivals can be of a later one that is not reported yet. Not so where the
   * times between departures came again between arrivals: then it is the clocks that differ.
   */
  #isSteady(departures: readonly From[], arrivals: readonly To[]): boolean {
    let least = Infinity;
    let most = -Infinity;
    for (const [index, arrival] of arrivals.entries()) {
      const ahead = this.#atOf(arrival) - this.#atOf(departures[index] as From);
      least = Math.min(least, ahead);
      most = Math.max(most, ahead);
    }
    return arrivals.length > 1 && most - least < this.#pairing.togetherMs;
  }

  #settleByTime(group: Group<From, To>, list: ArrivalList<To>): void {
    let bound = group.departures.length;
    for (let index = list.arrivals.length - 1; index >= 0; index -= 1) {
      const arrival = list.arrivals[index] as To;
      const standing = this.#arrived.get(arrival) as Standing<From, To>;
      const at = this.#latestDeparture(group, arrival, bound);
      const departure = at < 0 ? null : (group.departures[at] as From);
      if (departure === standing.departure) {
        const isUnchanged = index < list.changedFrom && at < group.departuresChangedFrom;
        if (departure !== null && isUnchanged) break;
      } else {
        this.#take(arrival, standing, departure);
        setMember(group, arrival, departure === null);
      }
      if (at >= 0) bound = at;
    }
    list.changedFrom = list.arrivals.length;
  }

  /** @returns the index of the latest departure below `bound` that may have arrived so, or -1 */
  #latestDeparture(group: Group<From, To>, arrival: To, bound: number): number {
    const { departures } = group;
    const at = this.#atOf(arrival);
    let index = Math.min(bound, upperBound(departures, at + CLOCK_SKEW_MS, this.#atOf)) - 1;
    for (; index >= 0; index -= 1) {
      const departure = departures[index] as From;
      if (at - this.#atOf(departure) > PATIENCE_MS) return -1;
      if (this.#pairing.mayMeet(departure, arrival)) return index;
    }
    return -1;
  }
}

/**
 * What one departure can arrive in only once: an extension has one background at a time.
 *
 * @returns the lists of its backgrounds together, in the order of their lives where that is known; each other list alone
 */
function successions<To>(lists: Iterable<ArrivalList<To>>): ArrivalList<To>[][] {
  const alone: ArrivalList<To>[][] = [];
  const backgrounds = new Map<string, ArrivalList<To>[]>();
  for (const list of lists) {
    const background = backgroundOf(list.context);
    const lives = backgrounds.get(background ?? '');
    if (background === null) alone.push([list]);
    else if (lives === undefined) backgrounds.set(background, [list]);
    else lives.push(list);
  }
  for (const lives of backgrounds.values()) lives.sort(byLife);
  return [...alone, ...backgrounds.values()];
}

function byLife<To>({ context: a }: ArrivalList<To>, { context: b }: ArrivalList<To>): number {
  return (a.stored?.order ?? 0) - (b.stored?.order ?? 0) || compareText(a.key, b.key);
}

/** @returns the extension whose background it is; null for other contexts, and where the order of lives is not known */
function backgroundOf({ stored }: ContextFacts): string | null {
  return stored?.kind === 'background' && stored.order !== undefined ? stored.extensionId : null;
}

/** @returns the list with the item in it: an array of one takes a tenth of one that has grown to one */
function inserted<T>(items: T[], index: number, item: T): T[] {
  if (items.length === 0) return [item];
  items.splice(index, 0, item);
  return items;
}

function groupKey(home: string, name: string): string {
  return `${home}\n\n${name}`;
}

function setMember<From, To>(group: Group<From, To>, arrival: To, orphan: boolean): void {
  if (group.orphans.has(arrival) === orphan) return;
  if (orphan) group.orphans.add(arrival);
  else group.orphans.delete(arrival);
  group.orphansChanged = true;
}
