/**
 * Draws a recording as text, so that a test shows what happened and little else. Indentation is free, empty
 * lines and lines that start with `//` are skipped. One line is one fact:
 *
 *     context cs content-script tab=1 frame=0 contextId=7 url=https://a.example/
 *     context bg background
 *     100 cs opens 1 "port"                   also: via tabs.connect to tab=1 frame=0 extension=other@x,
 *                                             via runtime.connectNative app=org.example.app
 *     101 bg accepts 1 "port" from cs         also: via onConnectExternal
 *     102 cs posts 1 {"type":"hi"}            payload: JSON to the end of the line, or `rich …`, `preview …`
 *     103 bg gets 1 {"type":"hi"}             also: `gets 1 seq=4 {…}`, `gets 1 listeners=0 {…}`
 *     104 cs closes 1                         disconnect() here
 *     105 bg closed 1 "an error"              the other side ended it; the error is optional
 *     106 cs refused 1 "DataCloneError" {…}
 *     107 cs gap 12 buffer-full
 *     108 cs frozen                           also: thawed, unloaded
 *     109 cs reopens 1 "port" posted=3 delivered=2      restated; bg reaccepts 1 "port" from cs posted=…
 *
 * One-off messages are drawn as request-fixture.ts says.
 *
 * Times are epoch milliseconds and small. Post and delivery numbers count up unless `seq=` is given.
 */

import {
  hasPayload,
  writeRun,
  type PortholeEvent,
  type StoredContext,
  type StoredSegment,
} from '../../../src/protocol/index.js';
import { compileFilter, Model, type RowPredicate } from '../../../src/model/index.js';
import { context, EXTENSION, senderOf, short } from './contexts.js';
import { drawRequest } from './request-fixture.js';

export { context, senderOf, short } from './contexts.js';

/** One event with its payload text, if it has one. */
export interface Fact {
  readonly context: string;
  readonly event: PortholeEvent;
  readonly payload: string;
}

export interface Drawn {
  readonly contexts: readonly StoredContext[];
  /** In the order drawn. */
  readonly facts: readonly Fact[];
}

/** @returns the facts that the text draws; see the top of this file */
export function draw(text: string): Drawn {
  const contexts = new Map<string, StoredContext>();
  const facts: Fact[] = [];
  const counters = new Map<string, number>();
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//'));
  for (const line of lines) {
    const words = line.match(/"[^"]*"|\S+/g) ?? [];
    if (words[0] === 'context') {
      const made = drawContext(words, contexts.size);
      contexts.set(words[1] as string, made);
    } else {
      facts.push(drawFact(line, words, contexts, counters));
    }
  }
  return { contexts: [...contexts.values()], facts };
}

function option(words: readonly string[], name: string): string | undefined {
  return words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
}

function numeric(words: readonly string[], name: string): number | undefined {
  const found = option(words, name);
  return found === undefined ? undefined : Number(found);
}

function drawContext(words: readonly string[], index: number): StoredContext {
  const [, name = '', kind = ''] = words;
  const contextId = option(words, 'contextId');
  const url = option(words, 'url');
  return context(name, {
    kind: kind as StoredContext['kind'],
    extensionId: option(words, 'extension') ?? EXTENSION,
    worldId: kind === 'user-script' ? (option(words, 'world') ?? '') : null,
    tabId: numeric(words, 'tab') ?? null,
    frameId: numeric(words, 'frame') ?? null,
    documentId: option(words, 'document') ?? null,
    contextId: contextId === 'none' ? null : Number(contextId ?? index + 100),
    startedAt: numeric(words, 'started') ?? 0,
    order: numeric(words, 'order') ?? index,
    ...(url === undefined ? {} : { url }),
  });
}

function drawFact(
  line: string,
  words: readonly string[],
  contexts: ReadonlyMap<string, StoredContext>,
  counters: Map<string, number>,
): Fact {
  const [time, who = '', verb = '', port = ''] = words;
  const at = Number(time);
  const by = contexts.get(who);
  if (by === undefined || Number.isNaN(at)) throw new Error(`cannot read: ${line}`);
  const quoted = words.filter((word) => word.startsWith('"')).map((word) => word.slice(1, -1));
  const number = Number(port);
  const counter = `${who} ${number}`;
  const seqOf = (kind: string): number => {
    const key = `${counter} ${kind}`;
    const seq = numeric(words, 'seq') ?? (counters.get(key) ?? 0) + 1;
    counters.set(key, seq);
    return seq;
  };
  const counted = (kind: string): number =>
    numeric(words, kind) ?? counters.get(`${counter} ${kind}`) ?? 0;
  const { form, payload } = drawPayload(line);
  const reference = [form, Buffer.byteLength(payload), 0, payload.length] as const;
  const fact = (event: PortholeEvent, text = ''): Fact => ({
    context: by.key,
    event,
    payload: text,
  });
  const api = words[words.indexOf('via') + 1] as string;

  switch (verb) {
    case 'opens':
    case 'reopens': {
      const target = {
        ...(option(words, 'extension') === undefined
          ? {}
          : { extensionId: option(words, 'extension') as string }),
        ...(numeric(words, 'tab') === undefined ? {} : { tabId: numeric(words, 'tab') as number }),
        ...(numeric(words, 'frame') === undefined
          ? {}
          : { frameId: numeric(words, 'frame') as number }),
        ...(option(words, 'app') === undefined
          ? {}
          : { application: option(words, 'app') as string }),
      };
      const opener = words.includes('via') ? (api as 'tabs.connect') : 'runtime.connect';
      return fact([
        'opened',
        number,
        numeric(words, 'at') ?? at,
        opener,
        quoted[0] ?? '',
        target,
        0,
        counted('posted'),
        counted('delivered'),
      ]);
    }
    case 'accepts':
    case 'reaccepts': {
      const from = contexts.get(words[words.indexOf('from') + 1] as string);
      if (from === undefined) throw new Error(`whose port? ${line}`);
      const usual = from.kind === 'user-script' ? 'onUserScriptConnect' : 'onConnect';
      const acceptor =
        `runtime.${words.includes('via') ? api : usual}` as 'runtime.onConnectExternal';
      return fact([
        'accepted',
        number,
        numeric(words, 'at') ?? at,
        acceptor,
        quoted[0] ?? '',
        senderOf(from),
        counted('posted'),
        counted('delivered'),
      ]);
    }
    case 'posts':
      return fact(['posted', number, at, seqOf('posted'), 0, ...reference], payload);
    case 'gets': {
      const listeners = numeric(words, 'listeners') ?? 1;
      return fact(['delivered', number, at, seqOf('delivered'), listeners, ...reference], payload);
    }
    case 'refused':
      return fact(['refused', number, at, quoted[0] ?? '', 0, ...reference], payload);
    case 'closes':
    case 'closed': {
      const side = verb === 'closes' ? 'self' : 'other';
      const error = quoted[0] ?? null;
      return fact([
        'disconnected',
        number,
        at,
        side,
        error,
        0,
        counted('posted'),
        counted('delivered'),
      ]);
    }
    case 'gap':
      return fact(['gap', at, number, words[4] as 'buffer-full']);
    case 'frozen':
    case 'thawed':
    case 'unloaded':
      return fact(['lifecycle', at, verb]);
    default: {
      const drawn = drawRequest(line, contexts);
      if (drawn === null) throw new Error(`cannot read: ${line}`);
      return fact(drawn.event, drawn.payload);
    }
  }
}

function drawPayload(line: string): {
  form: 'json' | 'rich' | 'json-preview' | 'unreadable';
  payload: string;
} {
  const found =
    /^\d\S* \S+ (?:posts|gets|refused) \d+ (?:"[^"]*" )?(?:(?:seq|listeners)=\d+ )*(?:(rich|preview|unreadable) )?(.*)$/.exec(
      line,
    );
  const forms = { rich: 'rich', preview: 'json-preview', unreadable: 'unreadable' } as const;
  const form = forms[found?.[1] as keyof typeof forms] ?? 'json';
  return { form, payload: found?.[2] ?? '' };
}

/** Puts facts into one stored segment, a run for each stretch of one context. */
export function segmentOf(id: number, facts: readonly Fact[]): StoredSegment {
  let payload = '';
  const runs: { context: string; events: PortholeEvent[] }[] = [];
  for (const fact of facts) {
    let run = runs.at(-1);
    if (run?.context !== fact.context) runs.push((run = { context: fact.context, events: [] }));
    run.events.push(moved(fact.event, payload.length));
    payload += fact.payload;
  }
  return {
    id,
    recording: 1,
    count: facts.length,
    runs: runs.map(({ context: key, events }) => ({
      context: key,
      count: events.length,
      events: writeRun(events),
    })),
    payload,
  };
}

/** Offsets of drawn facts count from their own payload; here from the segment's. */
function moved(event: PortholeEvent, by: number): PortholeEvent {
  return hasPayload(event) ? (event.with(event.length - 2, by) as unknown as PortholeEvent) : event;
}

/** @returns a model that has folded everything, each fact in a segment of its own */
export function fold(drawn: Drawn, order: readonly Fact[] = drawn.facts): Model {
  const model = new Model();
  model.addContexts(drawn.contexts);
  order.forEach((fact, index) => {
    model.addSegment(segmentOf(index + 1, [fact]));
    model.settle();
  });
  return model;
}

/**
 * Tells what a model says in lines as short as the drawing's: connections as
 * `port: cs#1 → bg#1, popup#1 · closed by cs`, each followed by its messages as
 * `  > 2 {"type":"hi"} → bg, popup`; in order of time.
 */
export function tell(model: Model): string[] {
  const connections = [...model.connections.values()].sort(
    (a, b) => a.openedAt - b.openedAt || (a.key < b.key ? -1 : 1),
  );
  return connections.flatMap((connection) => {
    const { name, opener, acceptors, state, closedBy, error } = connection;
    const acceptorNames = acceptors.map(({ key }) => short(key)).join(', ') || '?';
    const end =
      state === 'open'
        ? ''
        : ` · ${state}${closedBy === null ? '' : ` by ${short(closedBy)}`}${error === null ? '' : ` (${error})`}`;
    const messages = [...model.rows].flatMap((row) =>
      row.kind === 'message' && row.message.connection === connection.key ? [row.message] : [],
    );
    return [
      `${name}: ${short(opener?.key ?? null)} → ${acceptorNames}${end}`,
      ...messages.map(({ toward, seq, from, payload, deliveries, error: refusal, postedAt }) => {
        const receivers = deliveries.map(({ context: key }) => short(key)).join(', ') || 'nobody';
        const sender = postedAt === null && from !== null ? `(${short(from)})` : short(from);
        const text = model.payloadText(payload);
        return `  ${toward === 'acceptor' ? '>' : '<'} ${seq} ${sender} ${text} → ${receivers}${refusal === null ? '' : ` ! ${refusal}`}`;
      }),
    ];
  });
}

/** @returns whether a row passes the query, which is faultless, at the time `now` */
export function passing(query: string, model: Model, now = 0): RowPredicate {
  const { passes, errors } = compileFilter(query, model, now);
  if (errors.length > 0) throw new Error(`${query}: ${JSON.stringify(errors)}`);
  return passes ?? (() => true);
}
