/**
 * Keeps out of the recording what mute rules name, before anything is stored. Here and not in the contexts: both ends of
 * a message are judged by the same code, with the same rules at hand, and content scripts have no room for a query
 * language. What is kept out is counted, and the posts' and deliveries' numbers stay, so that pairing goes on.
 */

import { compileMute, type Muteable } from '../model/muting.js';
import type {
  CountedMuteRule,
  MutedEvent,
  MuteRule,
  OpenPort,
  PayloadEvent,
  PayloadForm,
  PortholeEvent,
  StoredMutes,
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
/** Muted calls and receipts of a context of which more may come. */
const KNOWN_CALLS = 1_000;

/** Milliseconds in which changed counts are told and stored once. */
const TELL_MS = 500;

interface Rule {
  counted: CountedMuteRule;
  readonly passes: ((event: Muteable) => boolean) | null;
}

/** What was heard of one context. */
interface Heard {
  readonly ports: Map<number, OpenPort>;
  /** Muted `sendMessage()` calls that have neither reply nor error yet, by their number. */
  readonly calls: Map<number, Rule>;
  /** Muted one-off messages that were received, by their number. */
  readonly receipts: Map<number, Rule>;
  /** Its ports are other ones than are stored. */
  isDirty: boolean;
}

export interface MutesOptions {
  readonly stored: StoredMutes | undefined;
  readonly save: (record: StoredMutes) => void;
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
    this.#save();
  }

  /**
   * @param events of one batch, guarded
   * @param payload their texts, joined
   * @returns those that are recorded; in the place of the others, one for each port and way that says which they were
   */
  sift(context: Context, events: PortholeEvent[], payload: string): PortholeEvent[] {
    const heard = this.#heardOf(context);
    const muted = new Muted();
    const kept = events.filter((event) => {
      const rule = this.#look(event, heard, context, payload);
      if (rule === null) return true;
      muted.add(event);
      rule.counted = { ...rule.counted, kept: rule.counted.kept + 1 };
      return false;
    });
    if (heard.isDirty) storePorts(heard, context);
    if (kept.length === events.length) return events;
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
        this.#open(heard, application === undefined ? port : { ...port, application });
        return null;
      }
      case 'accepted':
        this.#open(heard, { number: event[1], name: event[4], role: 'acceptor' });
        return null;
      case 'disconnected':
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

  #open(heard: Heard, port: OpenPort): void {
    const { ports } = heard;
    if (ports.has(port.number) || port.name.length > NAME_CHARS) return;
    if (ports.size >= KNOWN_PORTS || this.#ports >= KNOWN_PORTS_IN_ALL) return;
    ports.set(port.number, port);
    this.#ports += 1;
    heard.isDirty = true;
  }

  #ruleFor(event: Muteable): Rule | null {
    return this.#rules.find(({ passes }) => passes?.(event) === true) ?? null;
  }

  #heardOf(context: Context): Heard {
    let heard = this.#heard.get(context);
    if (heard === undefined) {
      heard = { ports: new Map(), calls: new Map(), receipts: new Map(), isDirty: false };
      this.#heard.set(context, heard);
    }
    // Its line, or this page, is new: before, at least these were known.
    const { ports = [] } = context.stored;
    if (heard.ports.size === 0 && ports.length > 0) {
      for (const port of ports) heard.ports.set(port.number, port);
      this.#ports += ports.length;
    }
    return heard;
  }
}

function ready(counted: CountedMuteRule): Rule {
  return { counted, passes: counted.on ? compileMute(counted.query).passes : null };
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
  const goesOut = (port?.role === 'opener') === (event[0] !== 'delivered');
  return {
    kind: 'message',
    names:
      port === undefined
        ? null
        : port.application === undefined
          ? [port.name]
          : [port.name, port.application],
    direction: port === undefined ? null : goesOut ? 'out' : 'in',
    ...payloadOf(event, payload),
    extension: extensionOf(context),
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
  readonly #byKey = new Map<string, { at: number; events: number; readonly spans: number[] }>();

  add(event: PortholeEvent): void {
    const way = event[0] === 'posted' || event[0] === 'delivered' ? event[0] : 'other';
    const isPorts = way !== 'other' || event[0] === 'refused';
    const key = `${isPorts ? event[1] : 0} ${way}`;
    const entry = this.#byKey.get(key) ?? { at: 0, events: 0, spans: [] };
    this.#byKey.set(key, entry);
    entry.at = event[2] as number;
    entry.events += 1;
    if (way === 'other') return;
    const seq = event[3] as number;
    const { spans } = entry;
    if (spans.at(-1) === seq - 1) spans[spans.length - 1] = seq;
    else spans.push(seq, seq);
  }

  *events(): Generator<MutedEvent> {
    for (const [key, { at, events, spans }] of this.#byKey) {
      const [port = '', way] = key.split(' ');
      yield ['muted', Number(port), at, way as MutedEvent[3], spans, events];
    }
  }
}
