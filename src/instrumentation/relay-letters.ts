/**
 * Hands on reports that user scripts send as one-off messages, and answers each with what Porthole has said.
 *
 * `sendResponse` it is, and `true`, not a promise: Firefox takes the settling of a listener's promise for
 * activity of an event page. The page may be one of several that got the message; who holds no line for its
 * sender keeps silent, and where all do, the sender gets nothing and begins anew.
 */

import { REPORT_PORT } from '../protocol/constants.js';
import type { Letter, ToContext } from '../protocol/report.js';
import { append, clearTimeout, dropFirst, safeMap, safeWeakMap, setTimeout } from './originals.js';
import { callOriginal } from './patch.js';
import { senderFacts } from './ports.js';
import type { ConnectToPorthole } from './relay-line.js';
import type { AnyFunction, NativePort } from './webext-types.js';

/** Milliseconds after which a message is answered, whether Porthole has said something to it or not. */
const HOLD_MS = 1_000;
/** Milliseconds without a message after which a line is closed: its world would begin another by now. */
const IDLE_MS = 10_000;

/** A message that waits for its answer. */
interface Waiting {
  /** Its batch, 0 for a hello. */
  readonly batch: number;
  readonly sendResponse: AnyFunction;
}

interface Line {
  readonly port: NativePort;
  /** What came for the world and has not been passed on. */
  said: ToContext[];
  readonly waiting: Waiting[];
  idle: ReturnType<typeof setTimeout> | undefined;
}

export function isLetter(message: unknown): message is Letter {
  return (
    typeof message === 'object' &&
    message !== null &&
    (message as Partial<Letter>).porthole === REPORT_PORT
  );
}

/** @returns what the listener returns that `letter` was for; never throws */
type LetterBox = (letter: Letter, sender: object, sendResponse: AnyFunction) => boolean;

export function createLetterBox(connect: ConnectToPorthole): LetterBox {
  const lines = safeMap<string, Line>();
  /** By their sender objects, one for each message, for all listeners of the page. */
  const taken = safeWeakMap<object, true>();

  function answer(line: Line, count: number, reply: ToContext[] | undefined): void {
    for (let i = 0; i < count; i += 1) {
      const { sendResponse } = line.waiting[i] as Waiting;
      // The first has it all: what was said is passed on once.
      callOriginal(sendResponse, undefined, [i === 0 ? reply : reply && []]);
    }
    dropFirst(line.waiting, count);
  }

  function flush(line: Line, count: number): void {
    if (count === 0) return;
    const { said } = line;
    line.said = [];
    answer(line, count, said);
  }

  function open(key: string, sender: object): Line {
    const line: Line = { port: connect(sender), said: [], waiting: [], idle: undefined };
    const { port } = line;
    port.onMessage.addListener((message: unknown) => {
      const told = message as ToContext;
      append(line.said, told);
      let count = 0;
      if (told.type === 'rejected') count = line.waiting.length;
      const upTo = told.type === 'ack' ? told.batch : told.type === 'welcome' ? 0 : -1;
      while (count < line.waiting.length && (line.waiting[count] as Waiting).batch <= upTo) {
        count += 1;
      }
      flush(line, count);
    });
    port.onDisconnect.addListener(() => close(key, line));
    lines.set(key, line);
    return line;
  }

  function close(key: string, line: Line): void {
    clearTimeout(line.idle);
    if (lines.get(key) === line) lines.delete(key);
    line.port.disconnect();
    answer(line, line.waiting.length, undefined);
  }

  function hold(line: Line, batch: number, sendResponse: AnyFunction): void {
    const waiting = { batch, sendResponse };
    append(line.waiting, waiting);
    setTimeout(() => {
      let count = 0;
      while (count < line.waiting.length && line.waiting[count] !== waiting) count += 1;
      if (count < line.waiting.length) flush(line, count + 1);
    }, HOLD_MS);
  }

  return ({ uid, message }, sender, sendResponse) => {
    if (taken.get(sender)) return false;
    taken.set(sender, true);
    try {
      const { contextId, userScriptWorldId } = senderFacts(sender);
      // What a script says of itself could name another's line.
      const key = `${contextId} ${userScriptWorldId} ${uid}`;
      let line = lines.get(key);
      if (message.type === 'hello') {
        if (line !== undefined) close(key, line);
        line = open(key, sender);
      }
      if (line === undefined) return false;
      line.port.postMessage(message);
      hold(line, message.type === 'batch' ? message.batch : 0, sendResponse);
      clearTimeout(line.idle);
      line.idle = setTimeout(close, IDLE_MS, key, line);
      return true;
    } catch {
      // This runs in a listener of the host. The user script hears that nobody is there.
      return false;
    }
  };
}
