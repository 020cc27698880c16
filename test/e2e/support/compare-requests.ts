/**
 * Compares what Porthole captured of one-off messages with what the witness saw: each context's calls and
 * arrivals in order, what came of each call, and what the model makes of them: which arrivals are whose call,
 * and who won.
 */
import type { Model, Request } from '../../../src/model/index.js';
import type { CapturedMessages, CapturedReceipt, CapturedRequest } from './captured-requests.js';
import type { WitnessedReceipt, WitnessedRequest } from './message-witness.js';

/** What Firefox says before a message leaves its process, so that the witness cannot know of it. */
const REFUSED = /argument|could not be cloned/;

/** What the comparison has to know of contexts; a place is {@link placeName}. */
export interface Contexts {
  /** Key of the context at a place. */
  readonly keys: ReadonlyMap<string, string>;
  /** Whether what it did at that time, or after, may have been too late for it to be told. */
  mayBeUnsaid(place: string, at: number): boolean;
  /** Whether the context has counted losses. */
  hasGap(key: string): boolean;
}

export interface RequestComparison {
  /** Calls, arrivals and outcomes the witness saw. */
  readonly events: number;
  readonly missing: string[];
  readonly extra: string[];
  readonly disordered: string[];
  readonly mispaired: string[];
  /** Of calls, arrivals and outcomes, those that contexts could not report in their last moment; their contexts. */
  readonly unsaid: number;
  readonly cutOff: ReadonlySet<string>;
  /** What is missing in contexts that have counted losses, by their key. */
  readonly lost: ReadonlyMap<string, number>;
}

/** How a context is called by what both sides know of it. */
export function placeName(
  extension: string,
  contextId: number | null,
  world: string | null,
): string {
  return `${extension} ${String(contextId)} ${String(world)}`;
}

interface Seen {
  readonly request: WitnessedRequest;
  /** Null: the call itself. */
  readonly receipt: WitnessedReceipt | null;
}

/** @param witnessed requests of the extensions that are instrumented, and arrivals there */
export function compareRequests(
  witnessed: readonly WitnessedRequest[],
  captured: CapturedMessages,
  model: Model,
  contexts: Contexts,
  instrumented: (extension: string) => boolean,
): RequestComparison {
  const result = {
    events: 0,
    missing: [] as string[],
    extra: [] as string[],
    disordered: [] as string[],
    mispaired: [] as string[],
    unsaid: 0,
    cutOff: new Set<string>(),
    lost: new Map<string, number>(),
  };
  const theirs = new Map<string, Seen[]>();
  for (const request of witnessed) {
    const { extension, contextId, world } = request;
    if (instrumented(extension)) {
      add(theirs, `${placeName(extension, contextId, world)} sends`, { request, receipt: null });
    }
    for (const receipt of request.receipts) {
      if (receipt.heard === false || !instrumented(receipt.extension)) continue;
      const place = placeName(receipt.extension, receipt.contextId, null);
      add(theirs, `${place} receives`, { request, receipt });
    }
  }
  const ours = new Map<string, (CapturedRequest | CapturedReceipt)[]>();
  const placeOf = (key: string): string => {
    const { extensionId, contextId, worldId } = model.contexts.get(key) ?? {};
    return placeName(String(extensionId), contextId ?? null, worldId ?? null);
  };
  for (const request of captured.requests) {
    const { outcome } = request;
    if (outcome !== null && 'error' in outcome && REFUSED.test(outcome.error ?? '')) continue;
    add(ours, `${placeOf(request.context)} sends`, request);
  }
  for (const receipt of captured.receipts) {
    add(ours, `${placeOf(receipt.context)} receives`, receipt);
  }

  const pairs: Pairs = { calls: new Map(), receipts: new Map() };
  for (const name of new Set([...theirs.keys(), ...ours.keys()])) {
    const place = name.replace(/ \w+$/, '');
    const miss = (what: string, at: number): void => {
      const key = contexts.keys.get(place);
      if (key !== undefined && contexts.mayBeUnsaid(place, at)) {
        result.unsaid += 1;
        result.cutOff.add(key);
      } else if (key !== undefined && contexts.hasGap(key)) {
        result.lost.set(key, (result.lost.get(key) ?? 0) + 1);
      } else {
        result.missing.push(`${name}: ${what}`);
      }
    };
    const has = ours.get(name) ?? [];
    let next = 0;
    for (const seen of theirs.get(name) ?? []) {
      const { request, receipt } = seen;
      const mine = has[next];
      const same = mine !== undefined && (mine.text === null || mine.text === request.text);
      // Who has not said that it listens may have gone before it was called.
      if (receipt?.heard === null && !same) continue;
      result.events += 1;
      if (!same) {
        const later = has.slice(next).some(({ text }) => text === request.text);
        if (later && !contexts.hasGap(contexts.keys.get(place) ?? '')) {
          const text = String(mine?.text);
          result.disordered.push(`${name}: ${text}, where the witness saw ${request.text}`);
        } else {
          miss(request.text, receipt?.at ?? request.at);
          continue;
        }
      }
      next += 1;
      if (receipt !== null) {
        pairs.receipts.set(receipt, mine as CapturedReceipt);
        continue;
      }
      pairs.calls.set(request, mine as CapturedRequest);
      if (request.outcome !== null) result.events += 1;
      compareOutcome(name, request, mine as CapturedRequest, result, miss);
    }
    for (const { text } of has.slice(next)) result.extra.push(`${name}: ${String(text)}`);
  }
  result.mispaired.push(...checkPairs(witnessed, model, pairs));
  return result;
}

function compareOutcome(
  name: string,
  { text, outcome, settledAt }: WitnessedRequest,
  { outcome: mine, frozen }: CapturedRequest,
  { extra, disordered }: Pick<RequestComparison, 'extra' | 'disordered'>,
  miss: (what: string, at: number) => void,
): void {
  if (outcome === null) {
    if (mine !== null) extra.push(`${name}: what came of ${text}`);
    return;
  }
  if (mine === null) {
    if (!frozen) miss(`what came of ${text}`, settledAt);
    return;
  }
  const [was, is] = [outcome, mine].map((each) =>
    'reply' in each ? ['reply', each.reply] : ['error', each.error],
  ) as [string[], [string, string | null]];
  // What nobody read, and what was cut off, nobody can know.
  if (was[0] !== is[0] || (is[1] !== null && was[1] !== is[1])) {
    disordered.push(`${name}: ${text} came to ${is.join(' ')}, not ${was.join(' ')}`);
  }
}

interface Pairs {
  readonly calls: Map<WitnessedRequest, CapturedRequest>;
  readonly receipts: Map<WitnessedReceipt, CapturedReceipt>;
}

/** @returns where the model joins other ends than the witness saw belong together, or tells of another winner */
function checkPairs(
  witnessed: readonly WitnessedRequest[],
  model: Model,
  { calls, receipts }: Pairs,
): string[] {
  const faults: string[] = [];
  const byEnd = new Map<string, Request>();
  for (const request of model.requests.values()) {
    for (const key of endsOf(request)) byEnd.set(key, request);
  }
  for (const seen of witnessed) {
    const call = calls.get(seen);
    const arrivals = seen.receipts.map((receipt) => receipts.get(receipt) ?? null);
    const ends = arrivals.flatMap((arrival) => (arrival === null ? [] : [receiptKey(arrival)]));
    if (call !== undefined) ends.unshift(`${call.context}?${String(call.event[1])}`);
    const found = new Set(ends.map((end) => byEnd.get(end)));
    const all = [...found].flatMap((request) => (request === undefined ? [] : endsOf(request)));
    if (all.sort().join() !== [...ends].sort().join() || found.size > 1) {
      faults.push(`${seen.text}: ${all.join(' + ')}, not ${ends.join(' + ')}`);
      continue;
    }
    const [request] = found;
    const decider = seen.decidedBy === null ? null : (arrivals[seen.decidedBy] ?? null);
    // Whose answer was not recorded, or is no answer but a promise that was collected, nobody can name.
    const isKnown = decider === null || decider.account.some(decides);
    if (request === undefined || seen.outcome === null || !isKnown) continue;
    if (decider === null && seen.decidedBy !== null) continue;
    const wanted = decider === null ? null : receiptKey(decider);
    const winner = request.winner?.receipt ?? null;
    if (winner !== wanted) {
      faults.push(`${seen.text}: won by ${String(winner)}, not ${String(wanted)}`);
    }
  }
  return faults;
}

function decides(entry: CapturedReceipt['account'][number]): boolean {
  return entry[0] !== 'returned' || entry[2] === 'threw';
}

function receiptKey({ context, event }: CapturedReceipt): string {
  return `${context}@${String(event[1])}`;
}

function endsOf({ key, from, receipts }: Request): string[] {
  const heard = receipts.map((receipt) => receipt.key);
  return from === null ? heard : [key, ...heard];
}

function add<T>(to: Map<string, T[]>, key: string, item: T): void {
  const list = to.get(key);
  if (list === undefined) to.set(key, [item]);
  else list.push(item);
}
