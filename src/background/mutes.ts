/**
 * Keeps out of the recording what mute rules name, before anything is stored. What is kept out is counted, and the posts'
 * and deliveries' numbers stay, so that pairing goes on.
 *
 * All judging is done here: both ends of a message are judged by the same code, with the same rules at hand, and content
 * scripts have no room for a query language. Where the verdict on a port's posts or deliveries does not depend on what
 * they say, the context is told, and only counts them from then on; see {@link Mute}. What it has not been told of, or
 * cannot be, is judged as it arrives.
 */

import { compileMute, type Expected, type Muteable } from '../model/muting.js';
import type {
  CountedEvent,
  CountedMuteRule,
  MutedEvent,
  MuteRule,
  OpenPort,
  PayloadEvent,
  PayloadForm,
  PortholeEvent,
  ReportedEvent,
  StoredMutes,
  Way,
} from '../protocol/index.js';
import type { Context } from './contexts.js';

/** Open ports of a context whose names outlive this page: the newest. */
const STORED_PORTS = 100;
/** Open ports of a context whose names are known; what is on more is recorded. */
const KNOWN_PORTS = 5_000;
/** The same of all contexts together. */
const KNOWN_PORTS_IN_ALL = 100_000;
/** Characters of a port's name; one that is longer is not known. */
const NAME_CHARS = 1_000;
/** Ways of a context's ports that it is told to count only; what is on more is judged as it arrives. */
const TOLD_WAYS = 1_000;
/** Muted calls and receipts of a context of which more may come. */
const KNOWN_CALLS = 1_000;

/** Milliseconds in which changed counts are told and stored once. */
const TELL_MS = 500;

interface Rule {
  counted: CountedMuteRule;
  readonly passes: ((event: Muteable | Expected) => boolean) | null;
}

/** What was heard of one context. */
interface Heard {
  readonly ports: Map<number, OpenPort>;
  /** Muted `sendMessage()` calls that have neither reply nor error yet, by their number. */
  readonly calls: Map<number, Rule>;
  /** Muted one-off messages that were received, by their number. */
  readonly receipts: Map<number, Rule>;
  /** Of its open ports, the ways that rules keep out whatever is said there, or did before. */
  readonly verdicts: Map<Way, Verdict>;
  /** The ways of which it was told last. */
  told: readonly Way[];
  /** Its ports are other ones than are stored. */
  isDirty: boolean;
}

/** On one way of a port. */
interface Verdict {
  /** Id of the rule. */
  readonly rule: number;
  readonly isMuted: boolean;
}

export interface MutesOptions {
  readonly stored: StoredMutes | undefined;
  readonly save: (record: StoredMutes) => void;
  /** All there are. */
  readonly contexts: () => Iterable<Context>;
  /** Called when rules or counts have changed. */
  readonly onChange: () => void;
}

export class Mutes {
  readonly #options: MutesOptions;
  #rules: readonly Rule[];
  #isAsking: boolean;
  readonly #heard = new WeakMap<Context, Heard>();
  #ports = 0;
  #telling: ReturnType<typeof setTimeout> | undefined;

  constructor(options: MutesOptions) {
    this.#options = options;
    this.#rules = (options.stored?.rules ?? []).map(ready);
    this.#isAsking = this.#rules.some(({ passes }) => passes !== null);
  }

  get rules(): readonly CountedMuteRule[] {
    return this.#rules.map(({ counted }) => counted);
  }

  /** These rules from now on; one that was there before goes on counting. */
  set(rules: readonly MuteRule[]): void {
    const before = new Map(this.rules.map((rule) => [rule.id, rule.kept]));
    this.#rules = rules.map((rule) => ready({ ...rule, kept: before.get(rule.id) ?? 0 }));
    this.#isAsking = this.#rules.some(({ passes }) => passes !== null);
    for (const context of this.#options.contexts()) {
      if (context.link === null) continue;
      const heard = this.#heardOf(context);
      for (const port of heard.ports.values()) this.#judge(port, heard, context);
      this.#tell(heard, context);
    }
    this.#save();
  }

  /** The context has a new line, and has been welcomed: it tells everything until it hears otherwise. */
  joined(context: Context): void {
    const heard = this.#heardOf(context);
    heard.told = [];
    this.#tell(heard, context);
  }

  /**
   * @param events of one batch, guarded
   * @param payload their texts, joined
   * @returns those that are recorded; in the place of the others, one for each port and way that says which they were
   */
  sift(context: Context, events: ReportedEvent[], payload: string): PortholeEvent[] {
    const heard = this.#heardOf(context);
    const muted = new Muted();
    // What was counted before a port closed is told after that.
    for (const event of events) if (event[0] === 'counted') this.#counted(event, heard, muted);
    const kept = events.filter((event): event is PortholeEvent => {
      if (event[0] === 'counted') return false;
      const rule = this.#look(event, heard, context, payload);
      if (rule === null) return true;
      muted.add(event);
      keptOut(rule, 1);
      return false;
    });
    if (heard.isDirty) {
      storePorts(heard, context);
      this.#tell(heard, context);
    }
    if (kept.length === events.length) return kept;
    this.#telling ??= setTimeout(() => this.#save(), TELL_MS);
    kept.push(...muted.events());
    return kept;
  }

  /** The context's line has closed: what is stored of its ports is enough until it comes again. */
  left(context: Context): void {
    const heard = this.#heard.get(context);
    if (heard === undefined) return;
    this.#ports -= heard.ports.size;
    heard.ports.clear();
    heard.verdicts.clear();
  }

  /** Finds out what is kept out of the port whatever is said there. */
  #judge(port: OpenPort, { verdicts }: Heard, context: Context): void {
    for (const way of [port.number, -port.number]) {
      const rule = this.#isAsking ? this.#ruleFor(expectedOn(port, way < 0, context)) : null;
      const before = verdicts.get(way);
      if (rule !== null) verdicts.set(way, { rule: rule.counted.id, isMuted: true });
      else if (before !== undefined) verdicts.set(way, { ...before, isMuted: false });
    }
  }

  /** Tells the context which of its ways it need only count, unless it has been told. */
  #tell(heard: Heard, context: Context): void {
    if (!context.mutes) return;
    const all = [...heard.verdicts].flatMap(([way, { isMuted }]) => (isMuted ? [way] : []));
    const ways = all.slice(-TOLD_WAYS);
    if (ways.join() === heard.told.join()) return;
    heard.told = ways;
    context.link?.send({ type: 'mute', ways });
  }

  /** Some of its messages the context has counted. */
  #counted([, way, at, last, events]: CountedEvent, heard: Heard, muted: Muted): void {
    muted.addCounted(way, at, last, events);
    const id = heard.verdicts.get(way)?.rule;
    const rule = this.#rules.find(({ counted }) => counted.id === id);
    if (rule !== undefined) keptOut(rule, events);
  }

  #save(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    this.#options.save({ key: 'mutes', rules: this.rules });
    this.#options.onChange();
  }

  /** @returns the rule that keeps the event out; null: it is recorded */
  #look(event: PortholeEvent, heard: Heard, context: Context, payload: string): Rule | null {
    switch (event[0]) {
      case 'opened': {
        const [, number, , , name, { application }] = event;
        const port: OpenPort = { number, name, role: 'opener' };
        const whole = application === undefined ? port : { ...port, application };
        this.#open(whole, heard, context);
        return null;
      }
      case 'accepted':
        this.#open({ number: event[1], name: event[4], role: 'acceptor' }, heard, context);
        return null;
      case 'disconnected':
        heard.verdicts.delete(event[1]);
        heard.verdicts.delete(-event[1]);
        if (heard.ports.delete(event[1])) {
          this.#ports -= 1;
          heard.isDirty = true;
        }
        return null;
      case 'posted':
      case 'delivered':
      case 'refused':
        return this.#isAsking
          ? this.#ruleFor(messageOf(event, heard.ports.get(event[1]), context, payload))
          : null;
      case 'sent': {
        const { application } = event[4];
        return this.#call(event, application, heard.calls, context, payload);
      }
      case 'received':
        return this.#call(event, undefined, heard.receipts, context, payload);
      case 'replied':
      case 'failed': {
        const rule = heard.calls.get(event[1]) ?? null;
        heard.calls.delete(event[1]);
        return rule;
      }
      case 'returned':
      case 'answered':
      case 'rejected':
        return heard.receipts.get(event[1]) ?? null;
      default:
        return null;
    }
  }

  /** What follows a one-off message goes its way, whatever the rules say then. */
  #call(
    event: Extract<PortholeEvent, readonly ['sent' | 'received', ...unknown[]]>,
    application: string | undefined,
    known: Map<number, Rule>,
    context: Context,
    payload: string,
  ): Rule | null {
    if (!this.#isAsking) return null;
    const rule = this.#ruleFor({
      kind: 'request',
      names: application === undefined ? [] : [application],
      direction: 'request',
      ...payloadOf(event, payload),
      extension: extensionOf(context),
    });
    if (rule === null) return null;
    known.set(event[1], rule);
    const [oldest] = known.keys();
    if (known.size > KNOWN_CALLS && oldest !== undefined) known.delete(oldest);
    return rule;
  }

  #open(port: OpenPort, heard: Heard, context: Context): void {
    const { ports } = heard;
    if (ports.has(port.number) || port.name.length > NAME_CHARS) return;
    if (ports.size >= KNOWN_PORTS || this.#ports >= KNOWN_PORTS_IN_ALL) return;
    ports.set(port.number, port);
    this.#ports += 1;
    this.#judge(port, heard, context);
    heard.isDirty = true;
  }

  #ruleFor(event: Muteable | Expected): Rule | null {
    return this.#rules.find(({ passes }) => passes?.(event) === true) ?? null;
  }

  #heardOf(context: Context): Heard {
    let heard = this.#heard.get(context);
    if (heard === undefined) {
      heard = {
        ports: new Map(),
        calls: new Map(),
        receipts: new Map(),
        verdicts: new Map(),
        told: [],
        isDirty: false,
      };
      this.#heard.set(context, heard);
    }
    // Its line, or this page, is new: before, at least these were known.
    const { ports = [] } = context.stored;
    if (heard.ports.size === 0 && ports.length > 0) {
      for (const port of ports) {
        heard.ports.set(port.number, port);
        this.#judge(port, heard, context);
      }
      this.#ports += ports.length;
    }
    return heard;
  }
}

function ready(counted: CountedMuteRule): Rule {
  return { counted, passes: counted.on ? compileMute(counted.query).passes : null };
}

function keptOut(rule: Rule, events: number): void {
  rule.counted = { ...rule.counted, kept: rule.counted.kept + events };
}

/** They are stored with the batch that told of them. */
function storePorts(heard: Heard, context: Context): void {
  heard.isDirty = false;
  const newest = [...heard.ports.values()].slice(-STORED_PORTS);
  const { ports: _, ...stored } = context.stored;
  context.stored = newest.length === 0 ? stored : { ...stored, ports: newest };
}

function messageOf(
  event: Extract<PayloadEvent, readonly ['posted' | 'delivered' | 'refused', ...unknown[]]>,
  port: OpenPort | undefined,
  context: Context,
  payload: string,
): Muteable {
  return { ...expectedOn(port, event[0] === 'delivered', context), ...payloadOf(event, payload) };
}

function expectedOn(port: OpenPort | undefined, isDelivery: boolean, context: Context): Expected {
  const extension = extensionOf(context);
  if (port === undefined) return { kind: 'message', names: null, direction: null, extension };
  const { name, application, role } = port;
  return {
    kind: 'message',
    names: application === undefined ? [name] : [name, application],
    direction: (role === 'opener') === isDelivery ? 'in' : 'out',
    extension,
  };
}

function payloadOf(
  event: PayloadEvent,
  payload: string,
): Pick<Muteable, 'form' | 'bytes' | 'text'> {
  const [form, bytes, offset, length] = event.slice(-4) as [PayloadForm, number, number, number];
  return { form, bytes, text: () => payload.slice(offset, offset + length) };
}

function extensionOf({ stored: { extensionId, extensionName } }: Context): readonly string[] {
  return extensionName === null ? [extensionId] : [extensionId, extensionName];
}

/** What is written of the muted events of one batch. */
class Muted {
  readonly #byKey = new Map<string, { at: number; events: number; spans: number[] }>();

  add(event: PortholeEvent): void {
    const at = event[2] as number;
    switch (event[0]) {
      case 'posted':
      case 'delivered':
        this.#add(event[1], event[0], at, 1, event[3], event[3]);
        return;
      case 'refused':
        this.#add(event[1], 'other', at, 1);
        return;
      default:
        this.#add(0, 'other', at, 1);
    }
  }

  /** Those that their context has counted. */
  addCounted(way: Way, at: number, last: number, events: number): void {
    const first = Math.max(1, last - events + 1);
    this.#add(Math.abs(way), way < 0 ? 'delivered' : 'posted', at, events, first, last);
  }

  *events(): Generator<MutedEvent> {
    for (const [key, { at, events, spans }] of this.#byKey) {
      const [port = '', way] = key.split(' ');
      yield ['muted', Number(port), at, way as MutedEvent[3], inOrder(spans), events];
    }
  }

  /** @param first of a stretch of numbers, with `last`; 0 for what has none */
  #add(port: number, way: MutedEvent[3], at: number, events: number, first = 0, last = 0): void {
    const key = `${port} ${way}`;
    const entry = this.#byKey.get(key) ?? { at: 0, events: 0, spans: [] };
    this.#byKey.set(key, entry);
    entry.at = Math.max(entry.at, at);
    entry.events += events;
    const { spans } = entry;
    if (first === 0) return;
    if (spans.at(-1) === first - 1) spans[spans.length - 1] = last;
    else spans.push(first, last);
  }
}

/** @returns the stretches in ascending order, those that meet or overlap as one; what contexts count, they tell later */
function inOrder(spans: readonly number[]): readonly number[] {
  const pairs = Array.from({ length: spans.length / 2 }, (_, n) => spans.slice(n * 2, n * 2 + 2));
  const merged: number[] = [];
  for (const [first = 0, last = 0] of pairs.sort(([a = 0], [b = 0]) => a - b)) {
    const end = merged.at(-1);
    if (end === undefined || first > end + 1) merged.push(first, last);
    else merged[merged.length - 1] = Math.max(end, last);
  }
  return merged;
}
