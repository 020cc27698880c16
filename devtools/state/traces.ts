/** Traces and kept recordings as the panel knows them: what is opened, how far something has come, what is kept. */

import { text } from '../../src/texts/index.js';
import { batch, computed, signal } from '@preact/signals';
import type { KeptRecording } from '../../src/protocol/index.js';
import type { ExportWhat, FromDesk, ToDesk, TraceFacts } from '../worker-protocol.js';

export interface TracesHost {
  readonly send: (message: ToDesk) => void;
  /** A short word to the person. */
  readonly announce: (text: string) => void;
  /** Something else is shown from now on. */
  readonly onShown: () => void;
  /** Gives a file to the person. */
  readonly download: (file: Blob, name: string) => void;
}

/** Signals to read and actions to call. */
export type TracesState = ReturnType<typeof createTraces>;

export function createTraces({ send, announce, onShown, download }: TracesHost) {
  /** Null: the recording is shown. */
  const opened = signal<TraceFacts | null>(null);
  const progress = signal<{ readonly what: string; readonly done: number } | null>(null);
  /** Null: not asked for yet. */
  const kept = signal<readonly KeptRecording[] | null>(null);
  /** The last one removed from the list; null: nothing to put back. */
  const removed = signal<KeptRecording | null>(null);
  /** What went wrong, until it is dismissed or something else is done. */
  const trouble = signal<string | null>(null);

  /** There is something to say above the table. */
  const busy = computed(
    () => opened.value !== null || progress.value !== null || trouble.value !== null,
  );

  function act(message: ToDesk): void {
    trouble.value = null;
    send(message);
  }

  return {
    opened,
    progress,
    kept,
    removed,
    trouble,
    busy,

    take(message: FromDesk): void {
      switch (message.type) {
        case 'trace':
          batch(() => {
            opened.value = message.trace;
            onShown();
          });
          return;
        case 'progress': {
          const { what, done } = message;
          progress.value = done === null ? null : { what, done };
          return;
        }
        case 'exported':
          download(message.file, message.name);
          announce(text('trace_written', { name: message.name }));
          return;
        case 'kept':
          kept.value = message.list;
          if (message.said !== null) announce(message.said);
          return;
        case 'sorry':
          trouble.value = message.message;
          return;
        default:
          message satisfies never;
      }
    },

    open(file: File): void {
      act({ type: 'open-trace', name: file.name, file });
    },
    openKept({ id, name }: KeptRecording): void {
      act({ type: 'open-trace', name, file: { kept: id } });
    },
    close(): void {
      act({ type: 'close-trace' });
    },
    export(what: ExportWhat, redact: readonly string[], gzip: boolean): void {
      act({ type: 'export', what, redact, gzip });
    },
    exportKept({ id, name }: KeptRecording): void {
      act({ type: 'export-kept', id, name });
    },
    keep(name: string): void {
      act({ type: 'keep', name });
    },
    list(): void {
      send({ type: 'list-kept' });
    },
    rename({ id }: KeptRecording, name: string): void {
      act({ type: 'rename-kept', id, name });
    },
    remove(recording: KeptRecording): void {
      removed.value = recording;
      act({ type: 'remove-kept', id: recording.id });
    },
    restore(): void {
      removed.value = null;
      act({ type: 'restore-kept' });
    },
  };
}
