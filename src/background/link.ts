/** A line to one reporting context, whatever carries it: a `runtime.Port`, or a loopback in this very page. */

import type { SenderFacts, ToContext } from '../protocol/index.js';

export interface Link {
  /** Harmless once the line is closed. */
  send(message: ToContext): void;
  /** Harmless once the line is closed. The other end sees it close; {@link LinkEnd.closed} is not called. */
  close(): void;
}

/** The collector's end of a line. */
export interface LinkEnd {
  /** Takes anything: what it is, is checked inside. */
  message(message: unknown): void;
  /** The other end closed it, or went away. */
  closed(): void;
}

/**
 * How a context reached the collector, and so who vouches for what.
 * - `own`: Porthole's own content scripts and pages.
 * - `own-user-script`: Porthole's own user script worlds.
 * - `external`: content scripts, pages and backgrounds of other extensions.
 * - `relay`: user scripts of another extension, through its background: the browser vouches for the
 *   extension, the extension for the rest.
 * - `loopback`: Porthole's own background, the page this runs in.
 */
export type Route = 'own' | 'own-user-script' | 'external' | 'relay' | 'loopback';

export interface Origin {
  readonly route: Route;
  /** As the browser attests it. */
  readonly extensionId: string;
  readonly sender: SenderFacts;
}
