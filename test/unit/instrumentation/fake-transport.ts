/** A line to a fake collector that can be cut, stalled or missing; nothing moves before {@link FakeLine.settle}. */

import type { Channel, Transport, TransportHandlers } from '../../../src/instrumentation/index.js';
import type { FakeCollector, Line } from './fake-collector.js';
import { NOBODY } from './fake-runtime.js';

export class FakeLine {
  readonly transport: Transport;
  /** `absent`: nobody answers. `invalid`: opening throws. */
  reach: 'present' | 'absent' | 'invalid' = 'present';
  /** Attempts to open it. */
  opened = 0;
  #tasks: (() => void)[] = [];
  #end: { cut: (error: string | null) => void } | null = null;

  constructor(
    readonly collector: FakeCollector,
    borrowed = false,
  ) {
    this.transport = { borrowed, open: (handlers) => this.#open(handlers) };
  }

  /** Delivers up to `steps` messages, or all and what they cause. */
  settle(steps = Infinity): void {
    for (let i = 0; i < steps; i += 1) {
      const task = this.#tasks.shift();
      if (task === undefined) return;
      task();
      if (i > 100_000) throw new Error('the traffic never ends');
    }
  }

  /** Breaks the line: whatever is under way is lost. */
  cut(error: string | null = null): void {
    this.#end?.cut(error);
  }

  #open(handlers: TransportHandlers): Channel {
    this.opened += 1;
    if (this.reach === 'invalid') throw new Error('Extension context invalidated.');
    let open = true;
    const deliver = (task: () => void): void => {
      this.#tasks.push(() => {
        if (open) task();
      });
    };
    const line: Line = {
      hello: null,
      relayed: null,
      send: (message) => deliver(() => handlers.message(structuredClone(message))),
      close: () => end.cut(null),
    };
    const end = {
      cut: (error: string | null): void => {
        if (!open) return;
        open = false;
        this.collector.lines.delete(line);
        this.#tasks.push(() => handlers.closed(error));
      },
    };
    this.#end = end;
    if (this.reach === 'absent') this.#tasks.push(() => end.cut(NOBODY));
    return {
      send: (message) => {
        if (!open) throw new Error('Attempt to postMessage on disconnected port');
        if (this.reach === 'absent') return;
        const copy = structuredClone(message);
        deliver(() => this.collector.receive(line, copy));
      },
      close: () => {
        open = false;
        this.collector.lines.delete(line);
      },
    };
  }
}
