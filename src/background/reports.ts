/**
 * Speaks with one reporting context: hello, then batches. Who it is, the browser says; what it sends is
 * checked before anything is done with it, and a stranger's garbage costs that stranger its line and nobody
 * else anything.
 *
 * Numbers of batches, `taken` being what is committed and `accepted` what is in the commit queue as well:
 * - up to `taken`: acknowledged again, not stored again.
 * - up to `accepted`: waits for its commit already; nothing to do.
 * - the next: accepted.
 * - beyond that, first on its line: accepted from there on. A context resends everything unacknowledged in
 *   order, so what is missing was acknowledged once and has been deleted since.
 * - beyond that, later on its line: a line never loses messages, so one side has miscounted. The line is
 *   closed; the context opens a new one and resends from what is committed.
 * - while paused, from a context of which nothing was ever taken: ignored. It comes from a page that went
 *   before it heard whether anything was wanted.
 */

import { text } from '../texts/index.js';
import {
  GuardError,
  readReport,
  readEvents,
  readHello,
  readRelayHeader,
} from '../protocol/guards.js';
import type {
  Batch,
  Hello,
  PortholeEvent,
  Redactor,
  SenderFacts,
  Welcome,
} from '../protocol/index.js';
import { scriptOfStack } from '../protocol/wire-form.js';
import type { CaptureState } from './capture-state.js';
import type { CommitQueue } from './commit-queue.js';
import type { Context, Contexts } from './contexts.js';
import type { Files } from './files.js';
import type { Link, LinkEnd, Origin } from './link.js';
import type { Mutes } from './mutes.js';
import type { Notices } from './notices.js';
import type { Place, Places } from './places.js';
import { redactBatch } from './redact-batch.js';
import { payloadWithValues } from './rich-payloads.js';

export interface ReportServices {
  readonly contexts: Contexts;
  readonly queue: CommitQueue;
  readonly capture: CaptureState;
  readonly notices: Notices;
  readonly places: Places;
  readonly files: Files;
  readonly mutes: Mutes;
  /** Null while nothing is redacted. */
  readonly redactor: () => Redactor | null;
  /** A context came or went. */
  readonly onPresence: () => void;
}

interface Open {
  readonly name: 'open';
  readonly context: Context;
  /** Null where the line's end tells nothing of the context's. */
  readonly place: Place | null;
  /** Whose frames are the instrumentation's. */
  readonly ownScript: string | null;
  fresh: boolean;
}

type State =
  /** Relay only: whose line it is, is not known yet. */
  | { readonly name: 'awaiting-header' }
  | { readonly name: 'awaiting-hello'; readonly sender: SenderFacts }
  | Open
  /** Closed by either side: what still comes is ignored, the context resends it on its next line. */
  | { readonly name: 'closed' };

/**
 * @param origin whose line it is, as far as the browser says
 * @returns the collector's end; `link` leads to the other
 */
export function openReport(origin: Origin, link: Link, services: ReportServices): LinkEnd {
  const { contexts, queue, capture, notices, places, onPresence } = services;
  let state: State =
    origin.route === 'relay'
      ? { name: 'awaiting-header' }
      : { name: 'awaiting-hello', sender: origin.sender };

  function message(value: unknown): void {
    try {
      switch (state.name) {
        case 'awaiting-header':
          state = { name: 'awaiting-hello', sender: readRelayHeader(value).sender };
          return;
        case 'awaiting-hello':
          welcome(readHello(value), state.sender);
          return;
        case 'open':
          // Closed by a newer line of the same context.
          if (state.context.link === link) takeReport(readReport(value), state);
          return;
        case 'closed':
          return;
        default:
          state satisfies never;
      }
    } catch (error) {
      if (!(error instanceof GuardError)) throw error;
      reject(error.message);
    }
  }

  function welcome(hello: Hello, sender: SenderFacts): void {
    const context = contexts.connect(hello, { ...origin, sender }, link);
    const place = isDirect(origin) ? places.enter(origin.extensionId, context.stored.tabId) : null;
    const ownScript = scriptOfStack(hello.ownStack);
    state = { name: 'open', context, place, ownScript, fresh: true };
    const { taken } = context.stored;
    link.send({ type: 'welcome', taken, ...capture.capture } satisfies Welcome);
    services.mutes.joined(context);
    if (context.isStored) queue.touch(context);
    onPresence();
  }

  function takeReport(message: ReturnType<typeof readReport>, opened: Open): void {
    if (message.type === 'batch') take(message, opened);
    else services.files.take(opened.context, message);
  }

  function take(batch: Batch, { context, ownScript, fresh }: Open): void {
    if (context.starved) return;
    if (batch.batch <= context.accepted) {
      if (batch.batch <= context.stored.taken) {
        link.send({ type: 'ack', batch: context.stored.taken });
      }
      return;
    }
    if (context.accepted === 0 && capture.capture.recording === null) return;
    const missing = batch.batch - context.accepted - 1;
    if (missing > 0 && !fresh) {
      close();
      link.close();
      return;
    }
    const events = readEvents(batch, ownScript);
    const texts = payloadWithValues(batch, events);
    const redact = services.redactor();
    const payload = redact === null ? texts : redactBatch(redact, events, texts);
    const before = context.accepted;
    const sift = (): PortholeEvent[] =>
      services.mutes.sift(context, capture.recorded(events), payload);
    if (!queue.push(context, { ...batch, payload }, sift)) {
      context.starved = true;
      return;
    }
    if (state.name === 'open') state.fresh = false;
    // Nothing is known of a context that a clear has deleted: then nothing is missing either.
    if (missing > 0 && before > 0) {
      notices.add(
        'warning',
        text('notice_batches_lost', {
          first: before + 1,
          last: batch.batch - 1,
          url: context.stored.url,
        }),
        origin.extensionId,
      );
    }
  }

  function reject(reason: string): void {
    notices.add(
      'error',
      text('notice_not_taken', { extension: origin.extensionId, reason }),
      origin.extensionId,
    );
    link.send({ type: 'rejected', reason });
    close();
    link.close();
  }

  function close(): void {
    const was = state;
    state = { name: 'closed' };
    if (was.name !== 'open' || !contexts.disconnect(was.context, link, Date.now())) return;
    services.files.left(was.context);
    services.mutes.left(was.context);
    if (was.context.isStored) queue.touch(was.context);
    onPresence();
  }

  /** The context has closed its line, as it does by ending. */
  function left(): void {
    const was = state;
    close();
    if (was.name !== 'open' || was.context.link !== null) return;
    const { context, place } = was;
    const { disconnectedAt } = context.stored;
    void place?.left().then((endFacts) => {
      // It has come again, or is forgotten.
      if (context.gone || context.stored.disconnectedAt !== disconnectedAt) return;
      context.stored = { ...context.stored, endFacts };
      if (context.isStored) queue.touch(context);
    });
  }

  return { message, closed: left };
}

/** Whether the line is the context's own, not led through its background or within this page. */
function isDirect({ route }: Origin): boolean {
  return route !== 'relay' && route !== 'loopback';
}
