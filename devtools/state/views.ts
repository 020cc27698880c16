/** Which view of the rows is shown, and what the worker says for it. */

import { signal } from '@preact/signals';
import type { ViewAnswer, ViewAsk } from '../view-protocol.js';

export const VIEWS = ['table', 'sequence', 'follow', 'statistics', 'map'] as const;
export type ViewName = (typeof VIEWS)[number];

/** Milliseconds between two answers while rows come in, at least; longer where an answer takes long. */
const PACE_MS = 300;

/** Part of the worker's time that a view may take while rows come in. */
const SHARE = 1 / 4;

interface ViewsHost {
  readonly send: (ask: ViewAsk) => void;
  readonly load: (key: string) => string | null;
  readonly save: (key: string, value: string) => void;
}

/** Signals to read and actions to call. */
export type ViewsState = ReturnType<typeof createViews>;

export function createViews({ send, load, save }: ViewsHost) {
  const saved = VIEWS.find((name) => name === load('view'));
  const current = signal<ViewName>(saved ?? 'table');
  const answer = signal<ViewAnswer | null>(null);
  let wanted: ViewAsk | null = null;
  let askedAt: number | null = null;
  let tookMs = 0;
  let stale = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function ask(): void {
    clearTimeout(timer);
    timer = undefined;
    if (wanted === null) return;
    stale = askedAt !== null;
    if (stale) return;
    askedAt = performance.now();
    send(wanted);
  }

  return {
    current,
    answer,

    show(name: ViewName): void {
      current.value = name;
      save('view', name);
    },
    /**
     * What the view shows from now on.
     *
     * @returns what ends that. The next view may have come before that is called: a component's effects are cleaned up
     *   when the next one's have run
     */
    want(next: ViewAsk): () => void {
      wanted = next;
      ask();
      return () => {
        if (wanted !== next) return;
        wanted = null;
        clearTimeout(timer);
        timer = undefined;
      };
    },
    /** The rows may be other than before. */
    changed(): void {
      if (wanted === null || timer !== undefined) return;
      timer = setTimeout(ask, Math.max(PACE_MS, tookMs / SHARE));
    },
    take(said: ViewAnswer): void {
      tookMs = askedAt === null ? 0 : performance.now() - askedAt;
      askedAt = null;
      if (said.view === wanted?.view) answer.value = said;
      if (stale) ask();
    },
  };
}
