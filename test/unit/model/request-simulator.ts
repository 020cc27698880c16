/**
 * A small router of one-off messages that knows the truth: it carries them to all who listen, lets listeners
 * answer, and writes down both what each context would report and which arrival came from which call.
 */

import fc from 'fast-check';
import type { PortholeEvent, StoredContext } from '../../../src/protocol/index.js';
import { senderOf, type Fact } from './fixture.js';
import { attested, PAGES, pick, QUIET_MS, SCRIPTS } from './simulator.js';

/** What may happen in a scenario. Numbers are taken modulo what there is. */
export type RequestStep = { readonly wait: number; readonly delay: number } & (
  | { readonly do: 'ask'; readonly who: number; readonly says: number }
  | { readonly do: 'tabs-ask'; readonly tab: number; readonly says: number }
  | { readonly do: 'listen'; readonly page: number; readonly on: boolean }
  | { readonly do: 'lose'; readonly who: number; readonly events: number }
);

export interface RequestRules {
  readonly lossy: boolean;
  /** Whether each call says something that no other says. */
  readonly unique: boolean;
}

export interface RequestOutcome {
  readonly contexts: readonly StoredContext[];
  /** What each context reports, in its order. */
  readonly streams: readonly (readonly Fact[])[];
  /** For each request the names of its recorded call and arrivals: `cs?1`, `bg@1`. */
  readonly requests: readonly (readonly string[])[];
  /** Where nothing is lost: who gave the answer the caller got, by the call's name. */
  readonly winners: ReadonlyMap<string, string>;
}

/** Scenarios for fast-check. */
export function requestSteps(): fc.Arbitrary<RequestStep[]> {
  const nat = fc.nat(30);
  const timing = { wait: fc.integer({ min: 1, max: 12 }), delay: fc.integer({ min: 1, max: 30 }) };
  const ask = fc.record({ do: fc.constant('ask' as const), who: nat, says: nat, ...timing });
  const tabs = fc.record({ do: fc.constant('tabs-ask' as const), tab: nat, says: nat, ...timing });
  const listen = fc.record({
    do: fc.constant('listen' as const),
    page: nat,
    on: fc.boolean(),
    ...timing,
  });
  const lose = fc.record({
    do: fc.constant('lose' as const),
    who: nat,
    events: fc.integer({ min: 1, max: 4 }),
    ...timing,
  });
  const step = fc.oneof(
    { weight: 10, arbitrary: ask },
    { weight: 3, arbitrary: tabs },
    { weight: 2, arbitrary: listen },
    { weight: 1, arbitrary: lose },
  );
  return fc.array(step, { minLength: 1, maxLength: 60, size: 'max' });
}

/** Runs a scenario. */
export function simulateRequests(
  scenario: readonly RequestStep[],
  rules: RequestRules,
): RequestOutcome {
  return new Router(rules).run(scenario);
}

class Router {
  readonly #contexts = [...SCRIPTS, ...PAGES];
  readonly #streams = new Map<string, Fact[]>(this.#contexts.map(({ key }) => [key, []]));
  readonly #counts = new Map<string, number>();
  readonly #toLose = new Map<string, number>();
  readonly #listening = new Set<StoredContext>(PAGES.slice(0, 2));
  readonly #requests: string[][] = [];
  readonly #winners = new Map<string, string>();
  readonly #lastArrival = new Map<string, number>();
  #pending: { readonly at: number; readonly run: () => void }[] = [];
  #now = 1000;

  constructor(private readonly rules: RequestRules) {}

  run(scenario: readonly RequestStep[]): RequestOutcome {
    for (const step of scenario) {
      this.#advance(this.#now + step.wait);
      this.#perform(step);
    }
    this.#settle();
    return {
      contexts: this.#contexts,
      streams: [...this.#streams.values()],
      requests: this.#requests.filter((names) => names.length > 0),
      winners: this.#winners,
    };
  }

  #perform(step: RequestStep): void {
    switch (step.do) {
      case 'ask': {
        const from = pick(this.#contexts, step.who);
        const receivers = PAGES.filter((page) => page !== from && this.#listening.has(page));
        this.#ask(from, receivers, null, step.says, step.delay);
        return;
      }
      case 'tabs-ask': {
        const tabId = 1 + (step.tab % 2);
        const receivers = SCRIPTS.filter(
          (script) => script.kind === 'content-script' && script.tabId === tabId,
        );
        this.#ask(PAGES[0] as StoredContext, receivers, tabId, step.says, step.delay);
        return;
      }
      case 'listen': {
        this.#settle();
        this.#now += QUIET_MS;
        const page = pick(PAGES, step.page);
        if (step.on) this.#listening.add(page);
        else this.#listening.delete(page);
        this.#now += QUIET_MS;
        return;
      }
      case 'lose':
        if (this.rules.lossy) this.#toLose.set(pick(this.#contexts, step.who).key, step.events);
    }
  }

  #ask(
    from: StoredContext,
    receivers: readonly StoredContext[],
    tabId: number | null,
    says: number,
    delay: number,
  ): void {
    const number = this.#next(`${from.key}?`);
    const name = `${from.key}?${number}`;
    const text = JSON.stringify({ says: this.rules.unique ? name : says % 3 });
    const names: string[] = [];
    this.#requests.push(names);
    const api = tabId === null ? 'runtime.sendMessage' : 'tabs.sendMessage';
    const target = tabId === null ? {} : { tabId };
    const sent = ['sent', number, this.#now, api, target, 0, ...referenceTo(text)] as const;
    if (this.#report(from, sent, text)) names.push(name);
    if (receivers.length === 0) {
      this.#at(this.#now + 1, () => {
        const error = 'Could not establish connection. Receiving end does not exist.';
        const isTold = this.#report(from, ['failed', number, this.#now, error]);
        if (isTold && names[0] !== name) this.#requests.push([name]);
      });
      return;
    }

    let settled = false;
    const settle = (by: string, event: PortholeEvent, payload: string): void => {
      if (settled) return;
      settled = true;
      this.#winners.set(name, by);
      if (this.#report(from, event, payload) && names[0] !== name) {
        // The call was lost, but not what came of it.
        this.#requests.push([name]);
      }
    };
    for (const [index, receiver] of receivers.entries()) {
      // One pipe to each process: nothing overtakes.
      const at = Math.max(this.#now + delay, this.#lastArrival.get(receiver.key) ?? 0);
      this.#lastArrival.set(receiver.key, at);
      this.#at(at, () => {
        const receipt = this.#next(`${receiver.key}@`);
        const own = `${receiver.key}@${receipt}`;
        const heard =
          from.kind === 'user-script' ? 'runtime.onUserScriptMessage' : 'runtime.onMessage';
        const sender = senderOf(attested(from));
        const received = ['received', receipt, at, heard, sender, 1, ...referenceTo(text)] as const;
        const isKnown = this.#report(receiver, received, text);
        let isAlone = false;
        const tell = (event: PortholeEvent, payload = ''): void => {
          if (!this.#report(receiver, event, payload) || isKnown || isAlone) return;
          isAlone = true;
          this.#requests.push([own]);
        };
        if (isKnown) names.push(own);
        tell(['returned', receipt, at, 1, 'promise', null]);
        this.#at(at + 1 + index * 3, () => {
          const answer = JSON.stringify({ by: own });
          const answered = ['answered', receipt, this.#now, 1, 'promise'] as const;
          tell([...answered, ...referenceTo(answer)], answer);
          this.#at(this.#now + 1, () =>
            settle(own, ['replied', number, this.#now, ...referenceTo(answer)], answer),
          );
        });
      });
    }
  }

  #next(counter: string): number {
    const number = (this.#counts.get(counter) ?? 0) + 1;
    this.#counts.set(counter, number);
    return number;
  }

  /** @returns whether the report was kept */
  #report(who: StoredContext, event: PortholeEvent, payload = ''): boolean {
    const toLose = this.#toLose.get(who.key) ?? 0;
    if (toLose > 0) {
      this.#toLose.set(who.key, toLose - 1);
      return false;
    }
    this.#streams.get(who.key)?.push({ context: who.key, event, payload });
    return true;
  }

  /** What is due at one time happens in the order in which it was caused. */
  #at(at: number, run: () => void): void {
    const index = this.#pending.findIndex((other) => other.at > at);
    this.#pending.splice(index < 0 ? this.#pending.length : index, 0, { at, run });
  }

  #advance(now: number): void {
    for (;;) {
      const next = this.#pending[0];
      if (next === undefined || next.at > now) break;
      this.#pending.shift();
      this.#now = next.at;
      next.run();
    }
    this.#now = now;
  }

  #settle(): void {
    while (this.#pending.length > 0) {
      this.#advance(Math.max(...this.#pending.map(({ at }) => at)));
    }
  }
}

function referenceTo(text: string): ['json', number, number, number] {
  return ['json', Buffer.byteLength(text), 0, text.length];
}
