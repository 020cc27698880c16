/** Counts what Porthole stored against what the bench extension did: a figure counts only if all was recorded. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RecordingReader } from '../src/cli/firefox/recording-reader.js';
import type { System } from '../src/cli/firefox/system.js';
import { parseRun, type StoredContext } from '../src/protocol/index.js';

/** Events of one side of the extension. */
interface Counts {
  posted: number;
  delivered: number;
}

export class RecordingTally {
  readonly #reader: RecordingReader;
  readonly #extension: string;
  readonly #counts = new Map<string, Counts>();
  readonly #expected = { contentScript: none(), background: none() };
  #contexts: readonly StoredContext[] = [];
  #lost = 0;
  readonly #notices: string[] = [];

  /** @param extension id of the instrumented extension */
  constructor(system: System, extension: string) {
    this.#reader = new RecordingReader(system);
    this.#extension = extension;
  }

  /** Adds what a content script posted and received, which the background received and posted. */
  expect(posted: number, received: number): void {
    const { contentScript, background } = this.#expected;
    contentScript.posted += posted;
    contentScript.delivered += received;
    background.posted += received;
    background.delivered += posted;
  }

  /** Resolves when as much as expected is stored, or when nothing new came for `timeoutMs`. */
  async caughtUp(timeoutMs: number): Promise<void> {
    let deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      if (await this.#read()) deadline = Date.now() + timeoutMs;
      if (this.#sides().every(({ is, expected }) => reached(is, expected))) return;
      await sleep(50);
    }
  }

  /** @returns what is missing or too much, one human line each; empty when both ends of every message are there */
  shortcomings(): string[] {
    const lines = this.#sides()
      .filter(({ is, expected }) => !same(is, expected))
      .map(
        ({ kind, is, expected }) =>
          `the ${kind} posted ${expected.posted} and received ${expected.delivered} messages, of which Porthole stored ${is.posted} and ${is.delivered}`,
      );
    if (this.#lost > 0) lines.push(`Porthole counted ${this.#lost} lost events`);
    return [...lines, ...this.#notices];
  }

  /** @returns whether there was anything new */
  async #read(): Promise<boolean> {
    let fresh = false;
    for (;;) {
      const { contexts, segments, notices, more } = await this.#reader.read();
      this.#contexts = contexts;
      this.#notices.push(...notices.map(({ text }) => text));
      for (const run of segments.flatMap(({ runs }) => runs)) {
        fresh = true;
        let counts = this.#counts.get(run.context);
        if (counts === undefined) this.#counts.set(run.context, (counts = none()));
        for (const event of parseRun(run)) {
          if (event[0] === 'posted') counts.posted += 1;
          else if (event[0] === 'delivered') counts.delivered += 1;
          else if (event[0] === 'gap') this.#lost += event[2];
        }
      }
      if (!more) return fresh;
    }
  }

  #sides(): { kind: string; is: Counts; expected: Counts }[] {
    const { contentScript, background } = this.#expected;
    return [
      { kind: 'content script', is: this.#total('content-script'), expected: contentScript },
      { kind: 'background', is: this.#total('background'), expected: background },
    ];
  }

  #total(kind: StoredContext['kind']): Counts {
    const total = none();
    for (const context of this.#contexts) {
      if (context.extensionId !== this.#extension || context.kind !== kind) continue;
      const counts = this.#counts.get(context.key);
      total.posted += counts?.posted ?? 0;
      total.delivered += counts?.delivered ?? 0;
    }
    return total;
  }
}

function none(): Counts {
  return { posted: 0, delivered: 0 };
}

function same(a: Counts, b: Counts): boolean {
  return a.posted === b.posted && a.delivered === b.delivered;
}

function reached(is: Counts, expected: Counts): boolean {
  return is.posted >= expected.posted && is.delivered >= expected.delivered;
}
