/** The collector's side of the wire, in memory: takes each batch once, acknowledges when told to. */

import { payloadWithValues } from '../../../src/background/rich-payloads.js';
import { readEvents } from '../../../src/protocol/guards.js';
import { scriptOfStack } from '../../../src/protocol/wire-form.js';
import {
  PORTHOLE_ID,
  RELAY_PORT,
  REPORT_PORT,
  hasPayload,
  type Batch,
  type CountedEvent,
  type FilePiece,
  type FileUnread,
  type FromContext,
  type Hello,
  type PortholeEvent,
  type RelayHeader,
  type ToContext,
} from '../../../src/protocol/index.js';
import type { FakeBrowser, FakeContext, FakePort } from './fake-runtime.js';

/** One line, from the collector's side. */
export interface Line {
  hello: Hello | null;
  relayed: RelayHeader | null;
  send(message: ToContext): void;
  close(): void;
}

/** An event with the payload text it points to. */
export interface Stored {
  readonly recording: number;
  readonly event: PortholeEvent;
  readonly text: string;
}

export class FakeCollector {
  recording = 1;
  on = true;
  callSites = false;
  /** Whether batches are acknowledged at once; else {@link acknowledge} does. */
  prompt = true;
  /** Whether to answer a hello. */
  answering = true;
  readonly lines = new Set<Line>();
  readonly stored: Stored[] = [];
  readonly hellos: Hello[] = [];
  /** What contexts only counted. */
  readonly counted: CountedEvent[] = [];
  /** What a guard would have refused. */
  readonly complaints: string[] = [];
  /** What came of files that were asked for. */
  readonly files: (FilePiece | FileUnread)[] = [];
  /** Batches received, with those that were taken before. */
  received = 0;
  taken = new Map<string, number>();
  #muted: readonly number[] = [];

  receive(line: Line, message: FromContext | RelayHeader): void {
    switch (message.type) {
      case 'relayed':
        line.relayed = message;
        return;
      case 'hello':
        line.hello = message;
        this.hellos.push(message);
        this.lines.add(line);
        if (this.answering) this.welcome(line);
        return;
      case 'batch':
        this.#take(line, message);
        return;
      case 'piece':
      case 'unread':
        this.files.push(message);
    }
  }

  welcome(line: Line): void {
    line.send({ type: 'welcome', taken: this.#takenOf(line), ...this.#capture() });
    if (this.#muted.length > 0) line.send({ type: 'mute', ways: this.#muted });
  }

  tellCapture(): void {
    for (const line of this.lines) line.send({ type: 'capture', ...this.#capture() });
  }

  /** What all contexts only count from now on. */
  mute(ways: readonly number[]): void {
    this.#muted = ways;
    for (const line of this.lines) line.send({ type: 'mute', ways });
  }

  clear(): void {
    this.recording += 1;
    this.tellCapture();
  }

  pause(on: boolean): void {
    this.on = !on;
    this.tellCapture();
  }

  acknowledge(): void {
    for (const line of this.lines) {
      if (line.hello !== null) line.send({ type: 'ack', batch: this.#takenOf(line) });
    }
  }

  closeLines(): void {
    for (const line of [...this.lines]) {
      this.lines.delete(line);
      line.close();
    }
  }

  /** Events of a recording, the definitions of call sites left out. */
  events(recording = this.recording): PortholeEvent[] {
    return this.stored
      .filter((entry) => entry.recording === recording && entry.event[0] !== 'site')
      .map((entry) => entry.event);
  }

  /** Types of the events of a recording, in order. */
  types(recording = this.recording): string[] {
    return this.events(recording).map((event) => event[0]);
  }

  #capture(): { recording: number | null; callSites: boolean } {
    return { recording: this.on ? this.recording : null, callSites: this.callSites };
  }

  #takenOf(line: Line): number {
    return this.taken.get(line.hello?.uid ?? '') ?? 0;
  }

  #take(line: Line, batch: Batch): void {
    this.received += 1;
    const { hello } = line;
    if (hello === null) {
      this.complaints.push('a batch before hello');
      return;
    }
    const taken = this.#takenOf(line);
    if (batch.batch > taken + 1) this.complaints.push(`batch ${batch.batch} follows ${taken}`);
    if (batch.batch === taken + 1) {
      this.taken.set(hello.uid, batch.batch);
      const events = readEvents(batch, scriptOfStack(hello.ownStack));
      const payload = payloadWithValues(batch, events);
      for (const event of events) {
        if (event[0] === 'counted') {
          this.counted.push(event);
          continue;
        }
        let text = '';
        if (hasPayload(event)) {
          const offset = event.at(-2) as number;
          text = payload.slice(offset, offset + (event.at(-1) as number));
        }
        this.stored.push({ recording: this.recording, event, text });
      }
    }
    if (this.prompt) line.send({ type: 'ack', batch: this.#takenOf(line) });
  }
}

/** Installs the collector as Porthole's background. */
export function installPorthole(browser: FakeBrowser, collector: FakeCollector): FakeContext {
  const context = browser.createContext(PORTHOLE_ID, 'background');
  context.browser.runtime.onConnectExternal?.addListener((port: FakePort) => {
    if (port.name !== REPORT_PORT && port.name !== RELAY_PORT) return;
    const line: Line = {
      hello: null,
      relayed: null,
      send: (message) => {
        try {
          port.postMessage(message);
        } catch {
          // The context is gone.
        }
      },
      close: () => port.disconnect(),
    };
    port.onMessage.addListener((message: FromContext | RelayHeader) =>
      collector.receive(line, message),
    );
    port.onDisconnect.addListener(() => void collector.lines.delete(line));
  });
  return context;
}
