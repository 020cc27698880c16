/**
 * The line of a user script world over one-off messages. Nothing says that the background has gone: so a message
 * goes only while that cannot be, right after the host's own, and a line that was silent for a while is closed when
 * the host talks again, which begins a new one.
 */

import { BATCH_DELAY_MS, REPORT_PORT } from '../protocol/constants.js';
import type { FromContext, Letter, ToContext } from '../protocol/report.js';
import { epochNow, isArray, onSettled } from './originals.js';
import { callOriginal } from './patch.js';
import type { Channel, Transport } from './transport.js';
import type { AnyFunction, NativeRuntime } from './webext-types.js';

/**
 * Milliseconds after the host's last traffic in which reports go: the delay of a batch, whose timer Firefox slows
 * to a second in hidden tabs. Later ones would keep an event page awake, or wake it.
 */
const AWAKE_MS = BATCH_DELAY_MS + 1_050;
/** Milliseconds without an answer after which what is to be captured may have changed. */
const FRESH_MS = 2_000;
/** Milliseconds to wait for an answer. A background that starts may take some. */
const PATIENCE_MS = 10_000;

/** @param runtime the native `runtime`, before it is patched */
export function letterLine(runtime: NativeRuntime): Required<Pick<Transport, 'open' | 'awake'>> {
  const sendMessage = runtime.sendMessage as AnyFunction;
  let awakeAt = 0;
  /** Closes the open line if it is not to be used any more. */
  let check: ((now: number) => void) | undefined;

  return {
    awake() {
      awakeAt = epochNow();
      check?.(awakeAt);
    },
    open(message, closed): Channel {
      let open = true;
      let uid = '';
      let heardAt = epochNow();
      let waiting = 0;
      /** Something was not sent. */
      let isLate = false;

      const end = (unreachable: boolean): void => {
        if (!open) return;
        open = false;
        closed(unreachable);
      };
      const hear = (reply: unknown): void => {
        if (!open) return;
        if (!isArray(reply)) {
          end(false);
          return;
        }
        waiting -= 1;
        heardAt = epochNow();
        for (let i = 0; i < reply.length; i += 1) {
          const told = reply[i] as ToContext;
          // What waited for it is to go at once.
          if (told.type === 'welcome') awakeAt = heardAt;
          message(told);
        }
      };
      check = (now) => {
        if (isLate || now - heardAt > (waiting > 0 ? PATIENCE_MS : FRESH_MS)) end(false);
      };

      return {
        postMessage(said: FromContext) {
          if (said.type === 'hello') uid = said.uid;
          else if (isLate || epochNow() - awakeAt > AWAKE_MS) {
            isLate = true;
            return;
          }
          const letter: Letter = { porthole: REPORT_PORT, uid, message: said };
          waiting += 1;
          onSettled(
            callOriginal(sendMessage, runtime, [letter]),
            (reply) => {
              try {
                hear(reply);
              } catch {
                // Not what Porthole says, or a window that is gone.
                end(false);
              }
            },
            () => end(true),
          );
        },
        disconnect() {
          open = false;
        },
      };
    },
  };
}
