/**
 * What the host's listeners do with one-off messages: what each of them returns, and how it answers.
 *
 * Firefox rejects the sender's promise when a listener's promise, or `sendResponse`, is collected as garbage.
 * So nothing here keeps either alive: what refers to them is referred to by them, or by the host alone.
 */

import type { ReceiveApi, ReturnedEvent } from '../protocol/events.js';
import { errorText } from './error-text.js';
import { onSettled, safeWeakMap, stringify } from './originals.js';
import { callOriginal, standIn } from './patch.js';
import { senderFacts } from './ports.js';
import { record, wanted } from './reporter.js';
import { snapshotAnswered, snapshotDelivered } from './snapshot.js';
import type { AnyFunction } from './webext-types.js';
import type { WrapListener } from './wrap-listen.js';

interface Receipt {
  readonly id: number;
  /** Listeners called so far. */
  called: number;
}

/** By their sender objects: Firefox makes one for each message, for all listeners of the context. */
const receipts = safeWeakMap<object, Receipt>();
let lastReceipt = 0;

function answered(
  receipt: number,
  listener: number,
  how: 'sendResponse' | 'promise',
  value: unknown,
): void {
  if (!wanted()) return;
  record(`"answered",${receipt},${listener},"${how}"`, snapshotAnswered(value));
}

function watchResponse(sendResponse: AnyFunction, receipt: number, listener: number): AnyFunction {
  return standIn(sendResponse, (original, receiver, args) => {
    answered(receipt, listener, 'sendResponse', args[0]);
    return callOriginal(original, receiver, args);
  });
}

function watchResult(result: unknown, receipt: number, listener: number): ReturnedEvent[4] {
  if (result === true) return 'true';
  const isPromise = onSettled(
    result,
    (value) => answered(receipt, listener, 'promise', value),
    (error) => {
      if (!wanted()) return;
      const text = stringify(errorText(error));
      record(`"rejected",${receipt},${listener},${text}`);
    },
  );
  return isPromise ? 'promise' : 'nothing';
}

/** @returns what makes the host's listeners on one of the events tell of themselves */
export const watchReceipts =
  (api: ReceiveApi): WrapListener =>
  (original, all) =>
    function (this: unknown, ...args) {
      if (!wanted()) return callOriginal(original, this, args);
      const sender = args[1] as object;
      let receipt = receipts.get(sender);
      if (receipt === undefined) {
        lastReceipt += 1;
        receipt = { id: lastReceipt, called: 0 };
        receipts.set(sender, receipt);
        const facts = stringify(senderFacts(sender));
        record(
          `"received",${lastReceipt},"${api}",${facts},${all.count}`,
          snapshotDelivered(args[0]),
        );
      }
      receipt.called += 1;
      const { id, called } = receipt;
      const returned = (what: ReturnedEvent[4], error: string | null): void => {
        record(`"returned",${id},${called},"${what}",${stringify(error)}`);
      };
      args[2] = watchResponse(args[2] as AnyFunction, id, called);
      let result: unknown;
      try {
        result = callOriginal(original, this, args);
      } catch (error) {
        returned('threw', errorText(error));
        throw error;
      }
      returned(watchResult(result, id, called), null);
      return result;
    };
