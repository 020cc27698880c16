/**
 * The witness of one-off messages: in Firefox's parent process each of them passes one function, is routed by
 * another to each context that may listen, and its reply or error comes back through the first.
 */
import type { PrivilegedWindow } from '../../../src/cli/firefox/privileged.js';
import type { System } from '../../../src/cli/firefox/system.js';
import { REPORT_PORT } from '../../../src/protocol/index.js';
import { canonicalText } from './canonical.js';

/** One `sendMessage()` or `sendNativeMessage()` that left its process. */
export interface WitnessedRequest {
  /** The sender's extension, and what its receivers are told as `sender.contextId`. */
  readonly extension: string;
  readonly contextId: number;
  /** User script world; null elsewhere. */
  readonly world: string | null;
  /** Canonical. */
  readonly text: string;
  /** Milliseconds, on the clock that the witness of ports uses as well. */
  readonly at: number;
  /** In the order in which it was routed to them. */
  readonly receipts: readonly WitnessedReceipt[];
  /** Canonical reply, or the error's message; null while there is neither. */
  readonly outcome: { readonly reply: string } | { readonly error: string } | null;
  readonly settledAt: number;
  /** Index of the receipt whose answer or error was the first; null when none was. */
  readonly decidedBy: number | null;
}

/** A request routed to a context that may listen. */
export interface WitnessedReceipt {
  readonly extension: string;
  /** As the context would be known by as a sender. */
  readonly contextId: number;
  readonly at: number;
  /** Whether it listens; null when it has not said: it is at work, or went away. */
  readonly heard: boolean | null;
}

interface Holder {
  deserialize(global: unknown, keep: boolean): unknown;
}

interface ConduitMessage {
  readonly name: string;
  readonly data: {
    readonly sender?: number;
    readonly arg?: {
      readonly id?: number | string;
      readonly extensionId?: string;
      readonly recv?: readonly string[];
      readonly userScriptWorldId?: string;
      readonly holder?: Holder;
    };
  };
}

interface WitnessWindow extends PrivilegedWindow {
  portholeMessageWitness?: WitnessedRequest[];
}

/** Starts watching; call it before the extensions are installed. */
export async function watchMessages(system: System): Promise<void> {
  await system.evaluate(watch, canonicalText.toString(), REPORT_PORT);
}

/** @returns every request so far, in the order in which the parent process learnt of them */
export async function witnessedRequests(system: System): Promise<WitnessedRequest[]> {
  return await system.evaluate(requests);
}

function watch(window: PrivilegedWindow, canonicalSource: string, reportPort: string): void {
  const { eval: evaluate, console, performance } = window as unknown as typeof globalThis;
  const canonical = evaluate(`(${canonicalSource})`) as typeof canonicalText;
  const { ConduitsParent, BroadcastConduit } = (
    window.ChromeUtils.importESModule as unknown as (url: string) => {
      ConduitsParent: {
        prototype: { receiveMessage(message: ConduitMessage): Promise<unknown> };
      };
      BroadcastConduit: { prototype: { _send(...args: unknown[]): unknown } };
    }
  )('resource://gre/modules/ConduitsParent.sys.mjs');
  const { ExtensionError } = (
    window.ChromeUtils.importESModule as unknown as (url: string) => {
      ExtensionUtils: { ExtensionError: new () => Error };
    }
  )('resource://gre/modules/ExtensionUtils.sys.mjs').ExtensionUtils;
  type Writable<T> = { -readonly [K in keyof T]: T[K] };
  interface Seen extends Writable<Omit<WitnessedRequest, 'receipts'>> {
    receipts: Writable<WitnessedReceipt>[];
  }
  const all: Seen[] = [];
  (window as WitnessWindow).portholeMessageWitness = all;
  const extensions = new Map<number, string>();
  const seenOf = new WeakMap<Holder, Seen>();

  const see = ({ name, data: { sender, arg } }: ConduitMessage): Seen | null => {
    if (name === 'ConduitOpened' && arg?.recv?.includes('RuntimeMessage') === true) {
      extensions.set(Number(arg.id), String(arg.extensionId));
    }
    const isNative = name === 'NativeMessage';
    if ((name !== 'RuntimeMessage' && !isNative) || arg?.holder === undefined) return null;
    const message = arg.holder.deserialize(window, true);
    // A report of the instrumentation: what the host must not notice is not the host's.
    if ((message as { porthole?: unknown } | null)?.porthole === reportPort) return null;
    const decoder = new (window as unknown as typeof globalThis).TextDecoder();
    const seen: Seen = {
      extension: extensions.get(Number(sender)) ?? '?',
      contextId: Number(sender),
      world: arg.userScriptWorldId ?? null,
      text: canonical(isNative ? JSON.parse(decoder.decode(message as ArrayBuffer)) : message),
      at: performance.now(),
      receipts: [],
      outcome: null,
      settledAt: 0,
      decidedBy: null,
    };
    seenOf.set(arg.holder, seen);
    all.push(seen);
    return seen;
  };

  const { receiveMessage } = ConduitsParent.prototype;
  ConduitsParent.prototype.receiveMessage = function (message) {
    let seen: Seen | null = null;
    try {
      seen = see(message);
    } catch (error) {
      console.error('message witness', error);
    }
    const answer = receiveMessage.call(this, message);
    if (seen !== null) {
      const request = seen;
      const settle = (outcome: WitnessedRequest['outcome']): void => {
        request.settledAt = performance.now();
        request.outcome = outcome;
      };
      answer.then(
        (reply) => settle({ reply: canonical(reply) }),
        (error: unknown) =>
          settle({ error: String((error as { message?: string } | null)?.message) }),
      );
    }
    return answer;
  };

  const { _send: send } = BroadcastConduit.prototype;
  BroadcastConduit.prototype._send = function (...args) {
    const answer = send.apply(this, args);
    const [method, , target, arg] = args as [string, boolean, number, { holder?: Holder }?];
    const seen = arg?.holder && seenOf.get(arg.holder);
    if (method === 'RuntimeMessage' && seen !== undefined) {
      const receipt: Writable<WitnessedReceipt> = {
        extension: extensions.get(Number(target)) ?? '?',
        contextId: Number(target),
        at: performance.now(),
        heard: null,
      };
      const index = seen.receipts.push(receipt) - 1;
      const decide = (): void => {
        receipt.heard = true;
        seen.decidedBy ??= index;
      };
      (answer as Promise<{ received?: boolean; response?: boolean }>).then(
        ({ received, response }) => {
          if (response === true) decide();
          else receipt.heard = received === true;
        },
        // Other errors are those of a receiver that went away; Firefox passes over them too.
        (error: unknown) => {
          const { mozWebExtLocation } = (error ?? {}) as { mozWebExtLocation?: unknown };
          if (error instanceof ExtensionError || Boolean(mozWebExtLocation)) decide();
        },
      );
    }
    return answer;
  };
}

function requests(window: PrivilegedWindow): WitnessedRequest[] {
  const { portholeMessageWitness } = window as WitnessWindow;
  if (portholeMessageWitness === undefined) throw new Error('the witness is not installed');
  return portholeMessageWitness;
}
