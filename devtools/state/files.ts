/** Files of inspected extensions, asked of Porthole's background; it asks a page of the extension. */

import type { FileFault, FileNews, FromPanel } from '../../src/protocol/index.js';

/** `unreachable`: Porthole's background has gone meanwhile. */
export type NoFile = FileFault | 'unreachable';

export type FileResult =
  { readonly text: string; readonly fault: null } | { readonly text: null; readonly fault: NoFile };

/**
 * @param extensionId as the browser attests it
 * @param url of a file of it
 * @param onProgress hears how much has come, 0 to 1
 */
export type ReadFile = (
  extensionId: string,
  url: string,
  onProgress?: (done: number) => void,
) => Promise<FileResult>;

export interface Files {
  readonly read: ReadFile;
  /** Takes what the background tells. */
  take(news: FileNews & { readonly ask: number }): void;
  /** The line to the background is gone, and with it all that was asked. */
  lost(): void;
}

interface Reading {
  text: string;
  readonly onProgress: ((done: number) => void) | undefined;
  readonly done: (result: FileResult) => void;
}

/** @param send takes the commands to the background, which it may have to wake */
export function createFiles(send: (command: FromPanel) => void): Files {
  const readings = new Map<number, Reading>();
  let lastAsk = 0;

  function end(ask: number, result: FileResult): void {
    readings.get(ask)?.done(result);
    readings.delete(ask);
  }

  return {
    read: (extensionId, url, onProgress) =>
      new Promise((done) => {
        lastAsk += 1;
        readings.set(lastAsk, { text: '', onProgress, done });
        send({ type: 'read-file', ask: lastAsk, extensionId, url });
      }),
    take(news) {
      const reading = readings.get(news.ask);
      if (reading === undefined) return;
      if (news.type === 'no-file') {
        end(news.ask, { text: null, fault: news.fault });
        return;
      }
      reading.text += news.text;
      if (reading.text.length < news.length) {
        reading.onProgress?.(reading.text.length / news.length);
      } else {
        end(news.ask, { text: reading.text, fault: null });
      }
    },
    lost() {
      for (const ask of [...readings.keys()]) end(ask, { text: null, fault: 'unreachable' });
    },
  };
}
