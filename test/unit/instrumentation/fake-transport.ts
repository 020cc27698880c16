/** A line to a fake collector that can be cut, stalled or missing; nothing moves before {@link FakeLine.settle}. */

import type { Channel, Transport } from '../../../src/instrumentation/index.js';
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
    this.transport = { borrowed, open: (message, closed) => this.#open(message, closed) };
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

  #open(...[message, closed]: Parameters<Transport['open']>): Channel {
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
      send: (told) => deliver(() => message(structuredClone(told))),
      close: () => end.cut(null),
    };
    const end = {
      cut: (error: string | null): void => {
        if (!open) return;
        open = false;
        this.collector.lines.delete(line);
        this.#tasks.push(() => closed(error !== null));
      },
    };
    this.#end = end;
    if (this.reach === 'absent') this.#tasks.push(() => end.cut(NOBODY));
    return {
      postMessage: (said) => {
        if (!open) throw new Error('Attempt to postMessage on disconnected port');
        if (this.reach === 'absent') return;
        const copy = structuredClone(said);
        deliver(() => this.collector.receive(line, copy));
      },
      disconnect: () => {
        open = false;
        this.collector.lines.delete(line);
      },
    };
  }
}
