/** Ctrl-C and its kin as a wish to end in good order; asked for twice, the program ends at once. */
import { END_SIGNALS, signalExitCode, type EndSignal } from './firefox/processes.js';

export class Interruption {
  readonly #controller = new AbortController();
  #by: EndSignal | null = null;
  readonly #listeners: (readonly [EndSignal, () => void])[];

  /** From here on the first signal aborts {@link signal} instead of ending the program. */
  constructor() {
    this.#listeners = END_SIGNALS.map((name) => [name, () => this.#take(name)] as const);
    for (const [name, listener] of this.#listeners) process.on(name, listener);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit code that tells of the signal; null when there was none. */
  get exitCode(): number | null {
    return this.#by === null ? null : signalExitCode(this.#by);
  }

  /** Signals end the program again. */
  release(): void {
    for (const [name, listener] of this.#listeners) process.off(name, listener);
  }

  #take(name: EndSignal): void {
    if (this.#by !== null) process.exit(signalExitCode(name));
    this.#by = name;
    this.#controller.abort();
  }
}
