/**
 * Lets the collector read files of the host's extension over the line on which a page of it reports: the sources that call
 * sites name. It asks when a person wants to see one; by itself nothing is read.
 */

import { FILE_CHARS, PIECE_CHARS, type ReadFile, type UnreadReason } from '../protocol/files.js';
import type { ToContext } from '../protocol/report.js';
import { stringSlice } from './originals.js';
import { ownRoot, readOwnFile } from './page-originals.js';
import type { Transport } from './transport.js';

/** @returns the transport, over which files of the extension can be asked for as well; never throws for it */
export function withOwnFiles(transport: Transport): Transport {
  return {
    ...transport,
    open(message, closed) {
      /** The file that is being handed over, and its ask. */
      let held: readonly [ask: number, text: string] | null = null;

      const hand = (ask: number, text: string, from: number): void => {
        const end = from + PIECE_CHARS;
        held = end < text.length ? [ask, text] : null;
        const piece = stringSlice(text, from, end);
        channel.postMessage({ type: 'piece', ask, text: piece, length: text.length });
      };

      const refuse = (ask: number, reason: UnreadReason): void => {
        held = null;
        channel.postMessage({ type: 'unread', ask, reason });
      };

      const answer = ({ ask, url, from }: ReadFile): void => {
        if (held?.[0] === ask) hand(ask, held[1], from);
        else if (stringSlice(url, 0, ownRoot.length) !== ownRoot) refuse(ask, 'not-found');
        else {
          readOwnFile(url, (text) => {
            try {
              if (text === null) refuse(ask, 'not-found');
              else if (text.length > FILE_CHARS) refuse(ask, 'too-big');
              else hand(ask, text, from);
            } catch {
              // The line has closed meanwhile.
            }
          });
        }
      };

      const channel = transport.open((told: ToContext) => {
        if (told.type !== 'read') message(told);
        else {
          try {
            answer(told);
          } catch {
            // The collector stops waiting by itself.
          }
        }
      }, closed);
      return {
        postMessage: (said) =>
          channel.postMessage(said.type === 'hello' ? { ...said, readsFiles: true } : said),
        disconnect: () => channel.disconnect(),
      };
    },
  };
}
