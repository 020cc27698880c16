/**
 * Keeps the line to the collector: says hello, sends batches, resends after a reconnect, obeys pause.
 * No timer runs while there is nothing to send.
 */

import { BATCH_DELAY_MS } from '../protocol/constants.js';
import type { PortholeEvent } from '../protocol/events.js';
import type { Capture, Hello, ToContext } from '../protocol/report.js';
import { clearTimeout, epochNow, setTimeout } from './originals.js';
import { createOutbox } from './outbox.js';
import type { Channel, Transport } from './transport.js';

/** Waits between attempts to reach a collector that was there before; then only the host's activity asks again. */
const RETRY_MS = [100, 200, 400, 800, 1_600, 3_200];
/** Least time between attempts that the host's activity causes. */
const ACTIVITY_RETRY_MS = 2_000;

/**
 * - `closed`: no line, and no reason to think there can be none.
 * - `connecting`: opened, not yet welcomed.
 * - `connected`: welcomed.
 * - `unreachable`: the browser said nobody is there.
 * - `refused`: the collector does not take this context; final.
 */
type Line = 'closed' | 'connecting' | 'connected' | 'unreachable' | 'refused';

export interface Reporter {
  /**
   * Whether the event that happens now is to be captured. When not, it is counted where that matters, and
   * the collector is asked again if it may have come back.
   */
  wanted(): boolean;
  /** Whether call sites are to be captured. */
  callSites(): boolean;
  /** Where the payload text of the next recorded event stands. */
  payloadOffset(): number;
  /**
   * @param text the payload's text, '' for none
   * @returns whether it was kept
   */
  record(event: PortholeEvent, text?: string): boolean;
  /** Changes when what was stated before must be stated again. */
  generation(): number;
  /** Opens the line, unless it is borrowed or already open. */
  start(): void;
  /** The host just talked to whoever lends the line. */
  lenderAwake(): void;
  /** Sends what is gathered now: the page may go. */
  flush(): void;
  freeze(frozen: boolean): void;
  stop(): void;
}

/**
 * @param transport how to reach the collector
 * @param hello who this is
 * @param restate called when a recording begins that does not know this context's state
 */
export function createReporter(transport: Transport, hello: Hello, restate: () => void): Reporter {
  const outbox = createOutbox();
  let line: Line = 'closed';
  let channel: Channel | null = null;
  // Until the collector has spoken everything is captured: it may be recording.
  let capturing = true;
  let provisional = true;
  let welcomed = false;
  let capture: Capture = { recording: null, callSites: true };
  let generation = 1;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retries = 0;
  let lastAttempt = 0;
  let frozen = false;
  let overflowed = false;

  function open(): void {
    if (line === 'connecting' || line === 'connected' || line === 'refused' || frozen) return;
    lastAttempt = epochNow();
    line = 'connecting';
    let mine: Channel | null = null;
    try {
      mine = transport.open({
        message: (message) => {
          if (channel === mine) onMessage(message);
        },
        closed: (error) => {
          if (channel === mine) onClosed(error);
        },
      });
      channel = mine;
      mine.send(hello);
    } catch (error) {
      channel = null;
      onClosed(error instanceof Error ? error.message : 'unreachable');
    }
  }

  function onMessage(message: ToContext): void {
    switch (message.type) {
      case 'welcome': {
        line = 'connected';
        retries = 0;
        welcomed = true;
        const again = outbox.resumeAfter(message.taken);
        setCapture(message);
        if (line !== 'connected') return;
        for (let i = 0; i < again.length; i += 1) send(again[i] as (typeof again)[number]);
        flush();
        return;
      }
      case 'capture':
        setCapture(message);
        return;
      case 'ack':
        outbox.acknowledged(message.batch);
        return;
      case 'rejected':
        line = 'refused';
        capturing = false;
        outbox.discard();
        return;
      default:
        message satisfies never;
    }
  }

  function setCapture(next: Capture): void {
    const known = capture.recording;
    capture = { recording: next.recording, callSites: next.callSites };
    capturing = next.recording !== null;
    if (next.recording === null) {
      if (provisional) forget();
    } else if (known !== null && known !== next.recording) {
      generation += 1;
    }
    provisional = false;
    if (capturing) restate();
  }

  /** Nobody asked for what was gathered; what it stated must be stated again. */
  function forget(): number {
    generation += 1;
    return outbox.discard();
  }

  function onClosed(error: string | null): void {
    if (line === 'refused') return;
    channel = null;
    const neverAnswered = line === 'connecting';
    line = error === null ? 'closed' : 'unreachable';
    if (transport.borrowed) return;
    if (!welcomed && error !== null) {
      // Porthole is not installed: from here on the wrappers only count.
      capturing = false;
      outbox.lost(forget(), 'porthole-absent');
      return;
    }
    if (capture.recording === null) {
      capturing = false;
      return;
    }
    if (error === null && !neverAnswered) {
      open();
      return;
    }
    const wait = RETRY_MS[retries];
    if (wait === undefined) {
      capturing = false;
      return;
    }
    retries += 1;
    setTimeout(open, wait);
  }

  /** Nothing is captured now; the collector may have come back since. */
  function ask(): boolean {
    switch (line) {
      case 'closed':
        if (transport.borrowed) return false;
        capturing = true;
        provisional = capture.recording === null;
        open();
        return capturing;
      case 'unreachable':
        if (!transport.borrowed && epochNow() - lastAttempt >= ACTIVITY_RETRY_MS) {
          capturing = true;
          provisional = true;
          open();
          if (capturing) return true;
        }
        outbox.lost(1, 'porthole-absent');
        return false;
      default:
        return false;
    }
  }

  function send(message: Parameters<Channel['send']>[0]): void {
    try {
      channel?.send(message);
    } catch {
      // The port closed under us; its onDisconnect brings the resend.
    }
  }

  function flush(): void {
    if (timer !== undefined) clearTimeout(timer);
    timer = undefined;
    if (line !== 'connected') return;
    const batch = outbox.seal();
    if (batch !== null) send(batch);
  }

  return {
    wanted: () => capturing || ask(),
    callSites: () => capture.callSites,
    payloadOffset: () => outbox.payloadOffset(),
    record(event, text = '') {
      const kept = outbox.add(event, text);
      if (outbox.isFull()) {
        if (line === 'connected') flush();
        else outbox.seal();
      } else if (timer === undefined && line === 'connected') {
        timer = setTimeout(flush, BATCH_DELAY_MS);
      }
      if (!kept && !overflowed) {
        overflowed = true;
        generation += 1;
      } else if (kept && overflowed) {
        overflowed = false;
        restate();
      }
      return kept;
    },
    generation: () => generation,
    start() {
      if (!transport.borrowed) open();
    },
    lenderAwake() {
      if (!transport.borrowed || line === 'connected') return;
      if (!capturing && line !== 'refused') {
        capturing = true;
        provisional = true;
      }
      open();
    },
    flush,
    freeze(on) {
      frozen = on;
      if (!on && line === 'closed' && capturing && !transport.borrowed) open();
    },
    stop() {
      line = 'refused';
      capturing = false;
      outbox.discard();
      if (timer !== undefined) clearTimeout(timer);
      channel?.close();
      channel = null;
    },
  };
}
