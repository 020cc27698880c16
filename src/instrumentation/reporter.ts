/**
 * Keeps the line to the collector: says hello, sends batches, resends after a reconnect, obeys pause.
 * No timer runs while there is nothing to send. A context has one reporter: this module.
 */

import { ATTEMPTS, LEAVING_MS, ACTIVITY_RETRY_MS } from './bounds.js';
import { BATCH_DELAY_MS } from '../protocol/constants.js';
import type { Way } from '../protocol/events.js';
import type { Capture, FromContext, Hello, ToReporter } from '../protocol/report.js';
import type { EventBody } from '../protocol/wire.js';
import { clearTimeout, epochNow, setTimeout, wallNow } from './originals.js';
import * as outbox from './outbox.js';
import type { Snapshot } from './snapshot.js';
import type { Channel, Transport } from './transport.js';
import { MAY_BORROW } from './world.js';

/** @returns milliseconds to wait before an attempt: 0, 100, 200, 400 … */
const waitBefore = (attempt: number): number => (attempt > 0 ? 50 << attempt : 0);

const enum Line {
  /** None. */
  Closed,
  /** Opened, not yet welcomed. */
  Connecting,
  /** Welcomed. */
  Connected,
  /** The collector does not take this context, or we were stopped; final. */
  Refused,
}

let transport: Transport;
let hello: Hello;
/** Called when the collector may not know this context's state. */
let restate: () => void;
let line: Line = Line.Closed;
let channel: Channel | null = null;
// Until the collector has spoken everything is captured: it may be recording.
let capturing = true;
/** What is kept was captured on that guess alone. */
let provisional = true;
/** The collector was given up; what happens meanwhile is counted. */
let absent = false;
let welcomed = false;
/** Whether call sites are to be captured. */
export let callSites = true;
let paused = false;
/** The last recording heard of, running or paused; 0 for none. */
let recording = 0;
let acknowledged = 0;
/** Changes when the collector knows nothing of what was stated before. */
export let generation = 1;
let timer: ReturnType<typeof setTimeout> | undefined;
/** Attempts since the last progress. */
let attempts = 0;
let lastAttempt = 0;
let frozen = false;
/** Until when the page counts as about to go. */
let leavingUntil = 0;
let overflowed = false;

/** See {@link Transport.borrowed}. */
const isBorrowed = (): boolean => MAY_BORROW && transport.borrowed === true;

function open(): void {
  if (line !== Line.Closed || frozen) return;
  lastAttempt = wallNow();
  line = Line.Connecting;
  let mine: Channel | null = null;
  try {
    mine = transport.open(
      (message) => {
        // What else there is, is asked of pages alone, and does not come this far.
        if (channel === mine) onMessage(message as ToReporter);
      },
      (unreachable) => {
        if (channel === mine) onClosed(unreachable);
      },
    );
    channel = mine;
    mine.postMessage(hello);
  } catch {
    onClosed(true);
  }
}

function close(): void {
  const old = channel;
  channel = null;
  try {
    old?.disconnect();
  } catch {
    // The context is no longer valid; neither is its line.
  }
}

function onMessage(message: ToReporter): void {
  switch (message.type) {
    case 'welcome':
      welcomed = true;
      // Of what it was not there for, nobody asked either if nothing is recorded.
      provisional ||= absent;
      absent = false;
      // The collector has lost its memory, and with it what this context stated.
      if (message.taken < acknowledged) generation += 1;
      acknowledged = message.taken;
      outbox.mute([]);
      setCapture(message);
      attempts = 1;
      line = Line.Connected;
      resend();
      flush(false);
      break;
    case 'capture':
      setCapture(message);
      return;
    case 'ack':
      attempts = 0;
      acknowledged = message.batch;
      outbox.acknowledged(acknowledged);
      break;
    case 'mute':
      outbox.mute(message.ways);
      return;
    case 'rejected':
      finish();
      return;
    default:
      message satisfies never;
  }
  recover();
}

function setCapture(next: Capture): void {
  callSites = next.callSites;
  capturing = next.recording !== null;
  paused = !capturing;
  if (next.recording === null) {
    if (provisional) forget();
  } else {
    // What is not sent belongs to a recording that is gone; the counters restated below tell of it.
    if (recording !== 0 && recording !== next.recording) forget();
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
  if (!overflowed || outbox.full) return;
  overflowed = false;
  if (capturing) restate();
  flush(false);
}

function onClosed(unreachable: boolean): void {
  if (line === Line.Refused) return;
  channel = null;
  line = Line.Closed;
  const wait = waitBefore(attempts);
  attempts += 1;
  if (!welcomed && (unreachable || isBorrowed())) {
    // Porthole is not installed: from here on the wrappers only count.
    capturing = false;
    absent = true;
    outbox.lost(forget());
  } else if (paused && outbox.isEmpty()) {
    capturing = false;
  } else if (attempts > ATTEMPTS) {
    capturing = false;
    absent = !paused;
  } else if (!isBorrowed()) {
    setTimeout(open, wait);
  }
}

/** Whether enough time has passed since the last attempt for the host's activity to cause another. */
function mayAsk(): boolean {
  const spacing = absent ? ACTIVITY_RETRY_MS : attempts > ATTEMPTS ? 0 : waitBefore(attempts - 1);
  // The cheapest clock, for this is asked at each event while nobody is there. Put back, it says that it has.
  return line === Line.Closed && (wallNow() - lastAttempt) >>> 0 >= spacing;
}

/**
 * Opens the line. What happens until the collector answers is captured, for it may be recording. One that
 * is not installed will not answer: what happens then is counted as before, at next to no cost.
 */
function ask(): void {
  if (!capturing && (isBorrowed() || !absent)) {
    capturing = true;
    provisional = (paused || recording === 0) && outbox.isEmpty();
  }
  open();
}

function send(message: FromContext): void {
  try {
    channel?.postMessage(message);
  } catch {
    // The port closed under us; its onDisconnect brings the resend.
  }
}

function resend(): void {
  outbox.resumeAfter(acknowledged, send);
}

function flush(last: boolean): void {
  clearTimeout(timer);
  timer = undefined;
  // A page that goes before it was welcomed says what it has all the same: nobody else can.
  if (line !== Line.Connected && !last) return;
  const batch = outbox.seal(last);
  if (batch !== null) send(batch);
}

function finish(): void {
  line = Line.Refused;
  capturing = absent = false;
  outbox.discard();
  flush(false);
}

/** Counts a message that nobody wants to see. @returns whether it is one */
function isCounted(way: Way, seq: number): boolean {
  const counted = outbox.muted.get(way);
  if (counted === undefined) return false;
  if (counted.last === seq - 1) {
    counted.last = seq;
    counted.events += 1;
  } else {
    if (counted.events > 0) outbox.tellCounted();
    counted.last = seq;
    // The first since the last batch sees to it that there is another, which may go at once.
    counted.events = +!record(`"counted",${way},${seq},1`, null, undefined, 0);
  }
  return true;
}

/**
 * Whether the event that happens now is to be captured. When not, it is counted where that matters, and the
 * collector is asked again if it may have come back.
 *
 * @param weight how many lost events it is when nobody is there to report it to; 1 by default
 * @param way of a message, and its number; 0 for one whose port has closed
 */
export function wanted(weight = 1, way?: Way, seq?: number): boolean {
  if (capturing) return !isCounted(way as Way, seq as number);
  if (!isBorrowed() && mayAsk()) ask();
  if (!capturing && absent) outbox.lost(weight);
  return capturing;
}

/**
 * Never throws: it runs inside calls of the host.
 *
 * @param payload the event's, or null
 * @param at epoch milliseconds; by default now
 * @param weight how many lost events it is when it gets lost: 0 for what will be said again; 1 by default
 * @returns whether it was kept
 */
export function record(
  body: EventBody,
  payload: Snapshot | null = null,
  at = epochNow(),
  weight = 1,
): boolean {
  let kept = false;
  try {
    kept = outbox.add(at, body, payload, weight);
    if (!kept) overflowed = true;
    else if (line !== Line.Connected) {
      if (outbox.isFull()) outbox.seal(false);
    } else if (frozen || at < leavingUntil || outbox.isFull()) {
      // The host's own farewell: no timer of a page that goes fires any more.
      flush(frozen);
    } else {
      timer ??= setTimeout(flush, BATCH_DELAY_MS, false);
    }
  } catch {
    // A window that is gone has no timers.
  }
  return kept;
}

/**
 * Opens the line, unless it is borrowed. Before that nothing may be recorded; it is called once.
 *
 * @param way how to reach the collector
 * @param who says hello
 * @param onUnknown called when the collector may not know this context's state
 */
export function start(way: Transport, who: Hello, onUnknown: () => void): void {
  transport = way;
  hello = who;
  restate = onUnknown;
  if (!isBorrowed()) open();
}

/** The host just talked to whoever lends the line, or was talked to. */
export function lenderAwake(): void {
  if (!MAY_BORROW) return;
  transport.awake?.();
  if (isBorrowed() && mayAsk()) ask();
}

/**
 * The page may be about to go. Of a whole tab that is closed, Firefox takes nothing more at `pagehide`; what a
 * page says when it is asked whether it may go, still arrives. So this sends what is gathered, and for a moment
 * everything at once.
 */
export function leave(): void {
  flush(false);
  leavingUntil = epochNow() + LEAVING_MS;
}

/** The page goes, into the back/forward cache or for good: sends what is gathered. */
export function freeze(): void {
  // What the collector has not got by now, nobody will tell it later.
  if (!isBorrowed() && !outbox.isEmpty()) open();
  if (line === Line.Connecting) resend();
  flush(true);
  frozen = true;
}

/** The page came back from the back/forward cache. */
export function thaw(): void {
  frozen = false;
  if (line === Line.Refused) return;
  // Firefox skips the listeners of a frozen page: acknowledgements, a pause, even the line's end may have
  // passed unheard. A new line begins with what the collector knows.
  close();
  line = Line.Closed;
  if (!isBorrowed()) open();
}

/** Records and sends nothing any more. */
export function stop(): void {
  finish();
  close();
}
