/**
 * How a user script world reports: through its own background, over a port where the host listens on
 * `onUserScriptConnect`, else with one-off messages where it listens on `onUserScriptMessage`. Which of the two it
 * is, trying tells: where nobody listens, nobody notices. A world may switch whenever its line is opened anew.
 */

import type { FromContext } from '../protocol/report.js';
import { letterLine } from './letter-line.js';
import { append } from './originals.js';
import { portOpener, type Channel, type Transport } from './transport.js';
import type { NativeRuntime } from './webext-types.js';

/** @param runtime the native `runtime`, before it is patched */
export function userScriptTransport(runtime: NativeRuntime): Transport {
  const letters = letterLine(runtime);
  const openPort = portOpener(runtime);
  /** The way on which somebody listened last. */
  let known: Transport['open'] = openPort;

  return {
    borrowed: true,
    awake: letters.awake,
    open(message, closed): Channel {
      /** What is to be said again on the other way; null once it is known that somebody listens. */
      let said: FromContext[] | null = [];
      let channel: Channel;

      const take = (way: Transport['open'], fallBack: (unreachable: boolean) => void): void => {
        const found = (): void => {
          said = null;
          known = way;
        };
        channel = way(
          (told) => {
            found();
            message(told);
          },
          (unreachable) => {
            if (!unreachable) found();
            (said === null ? closed : fallBack)(unreachable);
          },
        );
      };
      take(known, () => {
        try {
          take(known === openPort ? letters.open : openPort, closed);
          const again = said ?? [];
          for (let i = 0; i < again.length; i += 1) channel.postMessage(again[i] as FromContext);
        } catch {
          closed(true);
        }
      });

      return {
        postMessage(own) {
          if (said !== null) append(said, own);
          channel.postMessage(own);
        },
        disconnect: () => channel.disconnect(),
      };
    },
  };
}
