/**
 * A small message router that knows the truth: it connects simulated contexts, carries their messages with
 * delays, and writes down both what each context would report and which delivery really came from which
 * post. The property tests compare the model with it.
 */

import fc from 'fast-check';
import type { AcceptApi, PortholeEvent, StoredContext } from '../../../src/protocol/index.js';
import { context, senderOf, type Fact } from './fixture.js';

/** What may happen in a scenario. Numbers are taken modulo what there is. */
export type Command =
  | { readonly do: 'connect'; readonly who: number; readonly name: number }
  | { readonly do: 'tabs-connect'; readonly tab: number; readonly name: number }
  | { readonly do: 'post'; readonly port: number; readonly payload: number }
  | { readonly do: 'disconnect'; readonly port: number }
  | { readonly do: 'listen'; readonly page: number; readonly on: boolean }
  | { readonly do: 'restate'; readonly who: number }
  | { readonly do: 'lose'; readonly who: number; readonly events: number };

export type Step = Command & { readonly wait: number; readonly delay: number };

export interface Rules {
  /** Which events a gap may swallow. */
  readonly lossy: 'nothing' | 'messages' | 'everything';
  /** Whether each post says something that no other says. */
  readonly unique: boolean;
}

export interface Outcome {
  readonly contexts: readonly StoredContext[];
  /** What each context reports, in its order. */
  readonly streams: readonly (readonly Fact[])[];
  /** For each message the names of its captured post and deliveries: `cs#1>1`, `bg#1<1`. */
  readonly messages: readonly (readonly string[])[];
  /** For each connection the names of its endpoints, opener first. */
  readonly connections: readonly (readonly string[])[];
}

const DOCUMENT = {
  tabId: 1,
  frameId: 0,
  contextId: 7,
  documentId: 'd1',
  url: 'https://a.example/',
};

export const SCRIPTS: readonly StoredContext[] = [
  context('cs', { ...DOCUMENT, kind: 'content-script' }),
  context('us', { ...DOCUMENT, kind: 'user-script', worldId: '', contextId: null }),
  context('usw', { ...DOCUMENT, kind: 'user-script', worldId: 'w' }),
  context('cs2', { ...DOCUMENT, kind: 'content-script', tabId: 2, contextId: 8, documentId: 'd2' }),
];

export const PAGES: readonly StoredContext[] = [
  context('bg', { kind: 'background', contextId: 20 }),
  context('popup', { kind: 'page', contextId: 21 }),
  context('options', { kind: 'page', contextId: 22 }),
];

/** The browser tells the receivers of user scripts their contextId, though the relay did not tell us. */
export const attested = (from: StoredContext): StoredContext =>
  from.contextId === null ? { ...from, contextId: 7 } : from;

/** Clocks are trusted to a few milliseconds; a page that begins or ceases to listen keeps this distance. */
export const QUIET_MS = 10;

interface End {
  readonly context: StoredContext;
  readonly number: number;
  readonly opened: (at: number) => PortholeEvent;
  others: End[];
  posted: number;
  delivered: number;
  lastDeliveryAt: number;
  closed: boolean;
}

interface Pending {
  readonly at: number;
  readonly run: (at: number) => void;
}

/** Scenarios for fast-check. */
export function steps(): fc.Arbitrary<Step[]> {
  const nat = fc.nat(30);
  const timing = { wait: fc.integer({ min: 1, max: 12 }), delay: fc.integer({ min: 1, max: 30 }) };
  const step = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('connect' as const), who: nat, name: nat, ...timing }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('tabs-connect' as const),
        tab: nat,
        name: nat,
        ...timing,
      }),
    },
    {
      weight: 10,
      arbitrary: fc.record({
        do: fc.constant('post' as const),
        port: nat,
        payload: nat,
        ...timing,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('disconnect' as const), port: nat, ...timing }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('listen' as const),
        page: nat,
        on: fc.boolean(),
        ...timing,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('restate' as const), who: nat, ...timing }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('lose' as const),
        who: nat,
        events: fc.integer({ min: 1, max: 4 }),
        ...timing,
      }),
    },
  );
  // Shrinks to nothing, but begins with enough to meet each other.
  return fc.array(step, { minLength: 1, maxLength: 90, size: 'max' });
}

/** Runs a scenario. */
export function simulate(scenario: readonly Step[], rules: Rules): Outcome {
  return new Router(rules).run(scenario);
}

class Router {
  readonly #contexts = [...SCRIPTS, ...PAGES];
  readonly #streams = new Map<string, Fact[]>(this.#contexts.map(({ key }) => [key, []]));
  readonly #ports = new Map<string, number>();
  readonly #toLose = new Map<string, number>();
  readonly #refusals = new Map<End, number>();
  readonly #listening = new Set<StoredContext>(PAGES.slice(0, 2));
  readonly #ends: End[] = [];
  readonly #messages: string[][] = [];
  readonly #connections: string[][] = [];
  #pending: Pending[] = [];
  #now = 1000;

  constructor(private readonly rules: Rules) {}

  run(scenario: readonly Step[]): Outcome {
    for (const step of scenario) {
      this.#now += step.wait;
      this.#deliverUntil(this.#now);
      this.#perform(step);
    }
    this.#settle();
    return {
      contexts: this.#contexts,
      streams: [...this.#streams.values()],
      messages: this.#messages.filter((names) => names.length > 0),
      connections: this.#connections.filter((names) => names.length > 0),
    };
  }

  #perform(step: Step): void {
    switch (step.do) {
      case 'connect': {
        const opener = pick(this.#contexts, step.who);
        const acceptors = PAGES.filter((page) => page !== opener && this.#listening.has(page));
        this.#connect(opener, acceptors, `port${step.name % 2}`, null, step.delay);
        return;
      }
      case 'tabs-connect': {
        const tabId = 1 + (step.tab % 2);
        const acceptors = SCRIPTS.filter(
          (script) => script.kind === 'content-script' && script.tabId === tabId,
        );
        this.#connect(
          PAGES[0] as StoredContext,
          acceptors,
          `port${step.name % 2}`,
          tabId,
          step.delay,
        );
        return;
      }
      case 'post':
        if (this.#ends.length > 0)
          this.#post(pick(this.#ends, step.port), step.payload, step.delay);
        return;
      case 'disconnect':
        if (this.#ends.length > 0) this.#disconnect(pick(this.#ends, step.port), step.delay);
        return;
      case 'listen': {
        this.#settle();
        this.#now += QUIET_MS;
        const page = pick(PAGES, step.page);
        if (step.on) this.#listening.add(page);
        else this.#listening.delete(page);
        this.#now += QUIET_MS;
        return;
      }
      case 'restate': {
        const who = pick(this.#contexts, step.who);
        for (const end of this.#ends) {
          if (end.context === who && !end.closed) this.#report(who, end.opened(this.#now));
        }
        return;
      }
      case 'lose': {
        if (this.rules.lossy === 'nothing') return;
        const who = pick(this.#contexts, step.who);
        this.#toLose.set(who.key, step.events);
        this.#report(who, ['gap', this.#now, step.events, 'buffer-full']);
        return;
      }
    }
  }

  #connect(
    from: StoredContext,
    acceptors: readonly StoredContext[],
    name: string,
    tabId: number | null,
    delay: number,
  ): void {
    const openedAt = this.#now;
    const opener = this.#end(from, (end) => [
      'opened',
      end.number,
      openedAt,
      tabId === null ? 'runtime.connect' : 'tabs.connect',
      name,
      tabId === null ? {} : { tabId },
      0,
      end.posted,
      end.delivered,
    ]);
    const names: string[] = [];
    this.#connections.push(names);
    if (this.#report(from, opener.opened(openedAt))) names.push(nameOf(opener));
    if (acceptors.length === 0) {
      this.#later(delay, (at) => {
        const error = 'Could not establish connection. Receiving end does not exist.';
        this.#close(opener, at, 'other', error);
      });
      return;
    }
    const api: AcceptApi =
      from.kind === 'user-script' ? 'runtime.onUserScriptConnect' : 'runtime.onConnect';
    const sender = senderOf(attested(from));
    // Accepted in the order of the connects: one pipe to one process.
    const accepted = this.#afterLast('accept', delay);
    const ends = acceptors.map((acceptor) =>
      this.#end(
        acceptor,
        (end) => ['accepted', end.number, accepted, api, name, sender, end.posted, end.delivered],
        true,
      ),
    );
    opener.others = ends;
    for (const end of ends) end.others = [opener];
    this.#at(accepted, () => {
      for (const end of ends) {
        this.#number(end);
        this.#ends.push(end);
        end.closed = opener.closed;
        if (this.#report(end.context, end.opened(accepted))) names.push(nameOf(end));
        if (opener.closed)
          this.#report(end.context, ['disconnected', end.number, accepted, 'other', null, 0, 0, 0]);
      }
    });
  }

  readonly #last = new Map<string, number>();

  /** A time after `delay`, no earlier than the last one given out for this pipe. */
  #afterLast(pipe: string, delay: number): number {
    const at = Math.max(this.#now + delay, this.#last.get(pipe) ?? 0);
    this.#last.set(pipe, at);
    return at;
  }

  #end(who: StoredContext, opened: (end: End) => PortholeEvent, later = false): End {
    const end: End & { number: number } = {
      context: who,
      number: 0,
      opened: () => opened(end),
      others: [],
      posted: 0,
      delivered: 0,
      lastDeliveryAt: 0,
      closed: false,
    };
    if (!later) {
      this.#number(end);
      this.#ends.push(end);
    }
    return end;
  }

  #number(end: { number: number; readonly context: StoredContext }): void {
    end.number = (this.#ports.get(end.context.key) ?? 0) + 1;
    this.#ports.set(end.context.key, end.number);
  }

  #post(from: End, payload: number, delay: number): void {
    const text = this.rules.unique
      ? JSON.stringify({ from: nameOf(from), n: from.posted + 1 })
      : JSON.stringify(`say ${payload % 3}`);
    const reference = ['json', Buffer.byteLength(text), 0, text.length] as const;
    const names: string[] = [];
    if (from.closed) {
      const refused = [
        'refused',
        from.number,
        this.#now,
        'disconnected port',
        0,
        ...reference,
      ] as const;
      if (this.#report(from.context, refused, text)) {
        const count = (this.#refusals.get(from) ?? 0) + 1;
        this.#refusals.set(from, count);
        this.#messages.push([`${nameOf(from)}!${count}`]);
      }
      return;
    }
    this.#messages.push(names);
    from.posted += 1;
    const seq = from.posted;
    if (
      this.#report(from.context, ['posted', from.number, this.#now, seq, 0, ...reference], text)
    ) {
      names.push(`${nameOf(from)}>${seq}`);
    }
    for (const to of from.others) {
      const acceptedAt = to.number === 0 ? (this.#last.get('accept') ?? 0) : 0;
      const at = Math.max(this.#now + delay, to.lastDeliveryAt, acceptedAt);
      to.lastDeliveryAt = at;
      this.#at(at, () => {
        if (to.closed) return;
        to.delivered += 1;
        const delivered = ['delivered', to.number, at, to.delivered, 1, ...reference] as const;
        if (this.#report(to.context, delivered, text)) names.push(`${nameOf(to)}<${to.delivered}`);
      });
    }
  }

  #disconnect(end: End, delay: number): void {
    if (end.closed) return;
    const all = new Set(end.others.flatMap((other) => [other, ...other.others]));
    this.#close(end, this.#now, 'self', null);
    for (const other of all) {
      if (other === end) continue;
      const at = Math.max(this.#now + delay, other.lastDeliveryAt);
      this.#at(at, () => {
        if (!other.closed && other.number > 0) this.#close(other, at, 'other', null);
      });
    }
  }

  #close(end: End, at: number, by: 'self' | 'other', error: string | null): void {
    if (end.closed) return;
    end.closed = true;
    const { number, posted, delivered } = end;
    this.#report(end.context, ['disconnected', number, at, by, error, 0, posted, delivered]);
  }

  /** @returns whether the report was kept */
  #report(who: StoredContext, event: PortholeEvent, payload = ''): boolean {
    const toLose = this.#toLose.get(who.key) ?? 0;
    const mayLose =
      this.rules.lossy === 'everything'
        ? event[0] !== 'gap'
        : event[0] === 'posted' || event[0] === 'delivered';
    if (toLose > 0 && mayLose) {
      this.#toLose.set(who.key, toLose - 1);
      return false;
    }
    this.#streams.get(who.key)?.push({ context: who.key, event, payload });
    return true;
  }

  #later(delay: number, run: (at: number) => void): void {
    this.#at(this.#now + delay, run);
  }

  /** What is due at one time happens in the order in which it was caused. */
  #at(at: number, run: (at: number) => void): void {
    const index = this.#pending.findIndex((other) => other.at > at);
    this.#pending.splice(index < 0 ? this.#pending.length : index, 0, { at, run });
  }

  #deliverUntil(now: number): void {
    for (;;) {
      const next = this.#pending[0];
      if (next === undefined || next.at > now) return;
      this.#pending.shift();
      next.run(next.at);
    }
  }

  #settle(): void {
    this.#now = Math.max(this.#now, ...this.#pending.map(({ at }) => at));
    this.#deliverUntil(this.#now);
  }
}

/** @returns an item, whatever the number */
export function pick<T>(items: readonly T[], index: number): T {
  return items[index % items.length] as T;
}

function nameOf(end: End): string {
  return `${end.context.key}#${end.number}`;
}
