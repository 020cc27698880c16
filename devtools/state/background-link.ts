/**
 * The port to Porthole's background, which is an event page: it sleeps after 30 idle seconds and its ports
 * close with it. That is no fault. The link stays `asleep` until there is a command to send or somebody
 * knows that the background is awake; so the panel never keeps it from sleeping.
 */

import type { FromPanel, ToPanel } from '../../src/protocol/index.js';

/** The parts of a `runtime.Port` that are used here. */
export interface LinkPort {
  postMessage(message: FromPanel): void;
  disconnect(): void;
  readonly onMessage: { addListener(listener: (message: unknown) => void): void };
  readonly onDisconnect: { addListener(listener: () => void): void };
}

export type LinkState =
  /** A port is open; the background has not answered yet. */
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** It answered before, and went to sleep. */
  | { readonly kind: 'asleep' }
  /** It does not answer; tried again by itself at `retryAt` (epoch ms), or at once on {@link BackgroundLink.connect}. */
  | { readonly kind: 'unreachable'; readonly retryAt: number };

export interface LinkHost {
  /** Opens the port; may throw. */
  connect(): LinkPort;
  onState(state: LinkState): void;
  onMessage(message: ToPanel): void;
  /** Commands that could not be delivered, by their type. */
  onLost(commands: readonly FromPanel[]): void;
}

/** Waits between attempts, in ms; the last one repeats. */
export const RETRY_MS: readonly number[] = [250, 500, 1000, 2000, 5000, 15_000];

/** Failed attempts before the link says so. */
const QUIET_FAILURES = 2;

/** How long a port may stay without the background's first message. */
const ANSWER_MS = 4000;

export class BackgroundLink {
  readonly #host: LinkHost;
  #port: LinkPort | null = null;
  #live = false;
  #failures = 0;
  #queue: FromPanel[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: LinkHost) {
    this.#host = host;
  }

  /** Opens the port, waking the background; nothing happens when it is open. */
  connect(): void {
    if (this.#port !== null) return;
    clearTimeout(this.#timer);
    let port: LinkPort;
    try {
      port = this.#host.connect();
    } catch {
      this.#failed();
      return;
    }
    this.#port = port;
    if (this.#failures <= QUIET_FAILURES) this.#host.onState({ kind: 'connecting' });
    port.onMessage.addListener((message) => {
      if (this.#port === port) this.#received(message as ToPanel);
    });
    port.onDisconnect.addListener(() => {
      if (this.#port === port) this.#closed();
    });
    this.#timer = setTimeout(() => {
      if (this.#port !== port) return;
      this.#closed();
      port.disconnect();
    }, ANSWER_MS);
  }

  /** Sends a command, waking the background if it sleeps. */
  send(command: FromPanel): void {
    if (this.#live && this.#port !== null) {
      this.#port.postMessage(command);
      return;
    }
    this.#queue.push(command);
    this.connect();
  }

  #received(message: ToPanel): void {
    if (!this.#live) {
      this.#live = true;
      this.#failures = 0;
      clearTimeout(this.#timer);
      this.#host.onState({ kind: 'live' });
      for (const command of this.#queue.splice(0)) this.#port?.postMessage(command);
    }
    this.#host.onMessage(message);
  }

  #closed(): void {
    this.#port = null;
    clearTimeout(this.#timer);
    if (this.#live) {
      this.#live = false;
      this.#host.onState({ kind: 'asleep' });
    } else {
      this.#failed();
    }
  }

  #failed(): void {
    const wait = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? 0;
    this.#failures += 1;
    if (this.#failures > QUIET_FAILURES) {
      this.#host.onState({ kind: 'unreachable', retryAt: Date.now() + wait });
      const lost = this.#queue.splice(0);
      if (lost.length > 0) this.#host.onLost(lost);
    }
    this.#timer = setTimeout(() => this.connect(), wait);
  }
}
