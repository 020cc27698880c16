/**
 * Messages that the person keeps at hand, each with a note. They belong to one recording: of the last few, the pins are
 * kept between sessions, so that clearing takes them away and undoing that brings them back.
 */

import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { RowView } from '../worker-protocol.js';

export interface Pin {
  /** {@link RowView.key} */
  readonly key: string;
  /** Epoch milliseconds, of the message. */
  readonly at: number;
  /** What the message was called when it was pinned. */
  readonly name: string;
  readonly note: string;
}

interface Shelf {
  readonly load: (key: string) => string | null;
  readonly save: (key: string, value: string) => void;
}

interface Kept {
  /** When the recording began, which names it. */
  readonly recording: number;
  readonly pins: readonly Pin[];
}

const KEY = 'pins';
const RECORDINGS = 5;

export type Pins = ReturnType<typeof createPins>;

/** @param recording when the recording began; null while it is not known, and nothing can be pinned */
export function createPins(shelf: Shelf, recording: ReadonlySignal<number | null>) {
  const kept = signal(read(shelf));
  const list = computed<readonly Pin[]>(
    () => kept.value.find((each) => each.recording === recording.value)?.pins ?? [],
  );

  function change(pins: readonly Pin[]): void {
    const now = recording.peek();
    if (now === null) return;
    const others = kept.peek().filter((each) => each.recording !== now);
    kept.value = [{ recording: now, pins }, ...others].slice(0, RECORDINGS);
    shelf.save(KEY, JSON.stringify(kept.value));
  }

  return {
    /** In order of time. */
    list,
    has: (key: string): boolean => list.value.some((pin) => pin.key === key),
    /** Pins the row, or takes its pin away. @returns whether it is pinned now */
    toggle({ key, at, kind, messageType, answerTo, preview }: RowView): boolean {
      if (kind !== 'message' && kind !== 'request') return false;
      const others = list.peek().filter((pin) => pin.key !== key);
      if (others.length < list.peek().length) {
        change(others);
        return false;
      }
      const name = messageType || (answerTo ? `↩ ${answerTo}` : preview.slice(0, 60));
      change([...others, { key, at, name, note: '' }].sort((a, b) => a.at - b.at));
      return true;
    },
    remove(key: string): void {
      change(list.peek().filter((pin) => pin.key !== key));
    },
    annotate(key: string, note: string): void {
      change(list.peek().map((pin) => (pin.key === key ? { ...pin, note } : pin)));
    },
  };
}

function read({ load }: Shelf): readonly Kept[] {
  try {
    const stored: unknown = JSON.parse(load(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isKept) : [];
  } catch {
    return [];
  }
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== 'object' || value === null) return false;
  const { recording, pins } = value as Partial<Record<keyof Kept, unknown>>;
  return typeof recording === 'number' && Array.isArray(pins) && pins.every(isPin);
}

function isPin(value: unknown): value is Pin {
  if (typeof value !== 'object' || value === null) return false;
  const { key, at, name, note } = value as Partial<Record<keyof Pin, unknown>>;
  return (
    typeof key === 'string' &&
    typeof at === 'number' &&
    typeof name === 'string' &&
    typeof note === 'string'
  );
}
