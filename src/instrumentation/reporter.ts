/**
 * Keeps the line to the collector: says hello, sends batches, resends after a reconnect, obeys pause.
 * No timer runs while there is nothing to send.
 */

import { BATCH_DELAY_MS } from '../protocol/constants.js';
import type { PortholeEvent } from '../protocol/events.js';
import type { Capture, Hello, ToContext } from '../protocol/report.js';
import { clearTimeout, epochNow, setTimeout } from './originals.js';
import { createOutbox } from './outbox.js';
import type { Snapshot } from './snapshot.js';
import type { Channel, Transport } from './transport.js';

/**
 * Waits before the attempts to reach a collector that was there before; then only the host's activity asks
 * again. An acknowledgement begins them anew, a welcome all but the first.
 */
const RETRY_MS = [0, 100, 200, 400, 800, 1_600, 3_200];
/** Milliseconds after `beforeunload` in which everything is sent at once; then the page has stayed, or waits for another. */
const LEAVING_MS = 1_000;
/** Least time between attempts to reach a collector that is absent. */
const ACTIVITY_RETRY_MS = 2_000;

/**
 * - `closed`: no line.
 * - `connecting`: opened, not yet welcomed.
 * - `connected`: welcomed.
 * - `refused`: the collector does not take this context, or we were stopped; final.
 */
type Line = 'closed' | 'connecting' | 'connected' | 'refused';

export interface Reporter {
  /**
   * Whether the event that happens now is to be captured. When not, it is counted where that matters, and
   * the collector is asked again if it may have come back.
   *
   * @param weight how many lost events it is when nobody is there to report it to; 1 by default
   */
  wanted(weight?: number): boolean;
  /** Whether call sites are to be captured. */
  callSites(): boolean;
  /** Where the payload of the next recorded event stands. */
  payloadOffset(payload: Snapshot): number;
  /**
   * Never throws: it runs inside calls of the host.
   *
   * @param payload the event's, or null
   * @param weight how many lost events it is when it gets lost: 0 for what will be said again; 1 by default
   * @returns whether it was kept
   */
  record(event: PortholeEvent, payload?: Snapshot | null, weight?: number): boolean;
  /** Changes when the collector knows nothing of what was stated before. */
  generation(): number;
  /** Opens the line, unless it is borrowed or already open. */
  start(): void;
  /** The host just talked to whoever lends the line, or was talked to. */
  lenderAwake(): void;
  /**
   * The page may be about to go. Of a whole tab that is closed, Firefox takes nothing more at `pagehide`; what
   * a page says when it is asked whether it may go, still arrives. So this sends what is gathered, and for a
   * moment everything at once.
   */
  leave(): void;
  /** The page goes, into the back/forward cache or for good: sends what is gathered. */
  freeze(): void;
  /** The page came back from the back/forward cache. */
  thaw(): void;
  stop(): void;
}

/**
 * @param transport how to reach the collector
 * @param hello who this is
 * @param restate called when the collector may not know this context's state
 */
export function createReporter(transport: Transport, hello: Hello, restate: () => void): Reporter {
  const { borrowed } = transport;
  const outbox = createOutbox();
  let line: Line = 'closed';
  let channel: Channel | null = null;
  // Until the collector has spoken everything is captured: it may be recording.
  let capturing = true;
  /** What is kept was captured on that guess alone. */
  let provisional = true;
  /** The collector was given up; what happens meanwhile is counted. */
  let absent = false;
  let welcomed = false;
  let callSites = true;
  let paused = false;
  /** The last recording heard of, running or paused; 0 for none. */
  let recording = 0;
  let acknowledged = 0;
  let generation = 1;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Attempts since the last progress. */
  let attempts = 0;
  let lastAttempt = 0;
  let frozen = false;
  /** Until when the page counts as about to go; 0 when it does not. */
  let leavingUntil = 0;
  let overflowed = false;

  function open(): void {
    if (line !== 'closed' || frozen) return;
    lastAttempt = epochNow();
    line = 'connecting';
    let mine: Channel | null = null;
    try {
      mine = transport.open({
        message: (message) => {
          if (channel === mine) onMessage(message);
        },
        closed: (error) => {
          if (channel === mine) onClosed(error !== null);
        },
      });
      channel = mine;
      mine.send(hello);
    } catch {
      onClosed(true);
    }
  }

  function close(): void {
    const old = channel;
    channel = null;
    try {
      old?.close();
    } catch {
      // The context is no longer valid; neither is its line.
    }
  }

  function onMessage(message: ToContext): void {
    switch (message.type) {
      case 'welcome': {
        welcomed = true;
        // Of what it was not there for, nobody asked either if nothing is recorded.
        provisional ||= absent;
        absent = false;
        // The collector has lost its memory, and with it what this context stated.
        if (message.taken < acknowledged) generation += 1;
        acknowledged = message.taken;
        setCapture(message);
        attempts = 1;
        line = 'connected';
        resend();
        flush(false);
        recover();
        return;
      }
      case 'capture':
        setCapture(message);
        return;
      case 'ack':
        attempts = 0;
        acknowledged = message.batch;
        outbox.acknowledged(message.batch);
        recover();
        return;
      case 'rejected':
        finish();
        return;
      default:
        message satisfies never;
    }
  }

  function setCapture(next: Capture): void {
    callSites = next.callSites;
    capturing = next.recording !== null;
    paused = !capturing;
    if (next.recording === null) {
      if (provisional) forget();
    } else {
      if (recording !== 0 && recording !== next.recording) {
        // What is not sent belongs to a recording that is gone; the counters restated below tell of it.
        generation += 1;
        outbox.discard();
      }
      recording = next.recording;
    }
    provisional = false;
    if (capturing) restate();
  }

  /** Nobody asked for what was gathered; what it stated must be stated again. */
  function forget(): number {
    generation += 1;
    return outbox.discard();
  }

  /** States what the overflow left out, once there is room. */
  function recover(): void {
    if (!overflowed || !outbox.hasRoom()) return;
    overflowed = false;
    if (capturing) restate();
    flush(false);
  }

  function onClosed(unreachable: boolean): void {
    if (line === 'refused') return;
    channel = null;
    line = 'closed';
    const wait = RETRY_MS[attempts];
    attempts += 1;
    if (!welcomed && (unreachable || borrowed)) {
      // Porthole is not installed: from here on the wrappers only count.
      capturing = false;
      absent = true;
      outbox.lost(forget());
    } else if (paused && outbox.isEmpty()) {
      capturing = false;
    } else if (wait === undefined) {
      capturing = false;
      absent = !paused;
    } else if (!borrowed) {
      setTimeout(open, wait);
    }
  }

  /** Whether enough time has passed since the last attempt for the host's activity to cause another. */
  function mayAsk(): boolean {
    const spacing = absent ? ACTIVITY_RETRY_MS : (RETRY_MS[attempts - 1] ?? 0);
    return line === 'closed' && epochNow() - lastAttempt >= spacing;
  }

  /**
   * Opens the line. What happens until the collector answers is captured, for it may be recording. One that
   * is not installed will not answer: what happens then is counted as before, at next to no cost.
   */
  function ask(): void {
    if (!capturing && (borrowed || !absent)) {
      capturing = true;
      provisional = (paused || recording === 0) && outbox.isEmpty();
    }
    open();
  }

  function send(message: Parameters<Channel['send']>[0]): void {
    try {
      channel?.send(message);
    } catch {
      // The port closed under us; its onDisconnect brings the resend.
    }
  }

  function resend(): void {
    const again = outbox.resumeAfter(acknowledged);
    for (let i = 0; i < again.length; i += 1) send(again[i] as (typeof again)[number]);
  }

  function flush(last: boolean): void {
    clearTimeout(timer);
    timer = undefined;
    // A page that goes before it was welcomed says what it has all the same: nobody else can.
    if (line !== 'connected' && !last) return;
    const batch = outbox.seal(last);
    if (batch !== null) send(batch);
  }

  function isLeaving(): boolean {
    if (leavingUntil !== 0 && epochNow() > leavingUntil) leavingUntil = 0;
    return leavingUntil !== 0;
  }

  function finish(): void {
    line = 'refused';
    capturing = absent = false;
    outbox.discard();
    flush(false);
  }

  return {
    wanted(weight = 1) {
      if (capturing) return true;
      if (!borrowed && mayAsk()) ask();
      if (!capturing && absent) outbox.lost(weight);
      return capturing;
    },
    callSites: () => callSites,
    payloadOffset: outbox.payloadOffset,
    record(event, payload = null, weight = 1) {
      let kept = false;
      try {
        kept = outbox.add(event, payload, weight);
        if (!kept) overflowed = true;
        else if (line !== 'connected') {
          if (outbox.isFull()) outbox.seal(false);
        } else if (frozen || isLeaving() || outbox.isFull()) {
          // The host's own farewell: no timer of a page that goes fires any more.
          flush(frozen);
        } else {
          timer ??= setTimeout(flush, BATCH_DELAY_MS, false);
        }
      } catch {
        // A window that is gone has no timers.
      }
      return kept;
    },
    generation: () => generation,
    start() {
      if (!borrowed) open();
    },
    lenderAwake() {
      transport.awake?.();
      if (borrowed && mayAsk()) ask();
    },
    leave() {
      flush(false);
      leavingUntil = epochNow() + LEAVING_MS;
    },
    freeze() {
      // What the collector has not got by now, nobody will tell it later.
      if (!borrowed && !outbox.isEmpty()) open();
      if (line === 'connecting') resend();
      flush(true);
      frozen = true;
    },
    thaw() {
      frozen = false;
      if (line === 'refused') return;
      // Firefox skips the listeners of a frozen page: acknowledgements, a pause, even the line's end may have
      // passed unheard. A new line begins with what the collector knows.
      close();
      line = 'closed';
      if (!borrowed) open();
    },
    stop() {
      finish();
      close();
    },
  };
}
