/** Ctrl-C and its kin as a wish to end in good order; asked for twice, the program ends at once. */
import { END_SIGNALS, signalExitCode, type EndSignal } from './firefox/processes.js';

/**
 * Signals closer together than this, in milliseconds, are one: a Ctrl-C reaches the terminal's whole process
 * group, and npm and npx send it on to us a second time.
 */
const ONE_MS = 500;

export class Interruption {
  readonly #controller = new AbortController();
  #by: EndSignal | null = null;
  #at = 0;
  readonly #listeners: (readonly [EndSignal, () => void])[];

  /** From here on the first signal aborts {@link signal} instead of ending the program. */
  constructor() {
    this.#listeners = END_SIGNALS.map((name) => [name, () => this.#take(name)] as const);
    for (const [name, listener] of this.#listeners) process.on(name, listener);
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit code that tells of the signal; null when there was none. */
  readonly exitCode = (): number | null => (this.#by === null ? null : signalExitCode(this.#by));

  /** Signals end the program again. */
  release(): void {
    for (const [name, listener] of this.#listeners) process.off(name, listener);
  }

  #take(name: EndSignal): void {
    const now = performance.now();
    if (this.#by !== null) {
      if (now - this.#at > ONE_MS) process.exit(signalExitCode(name));
      return;
    }
    this.#by = name;
    this.#at = now;
    this.#controller.abort();
  }
}
