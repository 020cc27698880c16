/**
 * The witness of one-shot messages: in Firefox's parent process each of them passes one function, is routed by
 * another to each context that may listen, and its reply or error comes back through the first.
 */
import type { PrivilegedWindow } from '../../../src/cli/firefox/privileged.js';
import type { System } from '../../../src/cli/firefox/system.js';
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
  /** Contexts that listened, as the ids they would be known by as senders. */
  readonly receivers: readonly number[];
  /** Canonical reply, or the error's message; null while there is neither. */
  readonly outcome: { readonly reply: string } | { readonly error: string } | null;
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
  await system.evaluate(watch, canonicalText.toString());
}

/** @returns every request so far, in the order in which the parent process learnt of them */
export async function witnessedRequests(system: System): Promise<WitnessedRequest[]> {
  return await system.evaluate(requests);
}

function watch(window: PrivilegedWindow, canonicalSource: string): void {
  const { eval: evaluate, console } = window as unknown as typeof globalThis;
  const canonical = evaluate(`(${canonicalSource})`) as typeof canonicalText;
  const { ConduitsParent, BroadcastConduit } = (
    window.ChromeUtils.importESModule as unknown as (url: string) => {
      ConduitsParent: {
        prototype: { receiveMessage(message: ConduitMessage): Promise<unknown> };
      };
      BroadcastConduit: { prototype: { _send(...args: unknown[]): unknown } };
    }
  )('resource://gre/modules/ConduitsParent.sys.mjs');
  interface Seen extends Omit<WitnessedRequest, 'outcome'> {
    readonly receivers: number[];
    outcome: WitnessedRequest['outcome'];
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
    const decoder = new (window as unknown as typeof globalThis).TextDecoder();
    const seen: Seen = {
      extension: extensions.get(Number(sender)) ?? '?',
      contextId: Number(sender),
      world: arg.userScriptWorldId ?? null,
      text: canonical(isNative ? JSON.parse(decoder.decode(message as ArrayBuffer)) : message),
      receivers: [],
      outcome: null,
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
      answer.then(
        (reply) => {
          request.outcome = { reply: canonical(reply) };
        },
        (error: unknown) => {
          request.outcome = { error: String((error as { message?: string } | null)?.message) };
        },
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
      const received = (): void => void seen.receivers.push(Number(target));
      // An answer that is an error comes from a listener too.
      (answer as Promise<{ received?: boolean; response?: boolean }>).then(
        (result) => (result.received === true || result.response === true ? received() : undefined),
        received,
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
