/** Names and bounds that both sides of the wire must agree on. */

/** Porthole's own extension id (`browser_specific_settings.gecko.id`). */
export const PORTHOLE_ID = 'porthole@webext-devtools';

/** Name of the `runtime.Port` on which an instrumented context reports to the collector. */
export const REPORT_PORT = 'porthole@webext-devtools/report';

/**
 * Name of the `runtime.Port` on which an inspected background hands on the reports of its user scripts,
 * one port per user script world. Its first message is a {@link RelayHeader}; after that it speaks like a
 * {@link REPORT_PORT}.
 */
export const RELAY_PORT = 'porthole@webext-devtools/relay';

/** Name of the `runtime.Port` between a panel and Porthole's background. */
export const PANEL_PORT = 'porthole@webext-devtools/panel';

/**
 * @param name a `runtime.Port`'s name
 * @returns whether the port is Porthole's own traffic, which is never shown
 */
export function isReservedPortName(name: unknown): boolean {
  return name === REPORT_PORT || name === RELAY_PORT || name === PANEL_PORT;
}

/** What `porthole instrument` appends to the name of the copy; the panel shows names without it. */
export const INSTRUMENTED_SUFFIX = ' (Porthole)';

/** @returns the name of the extension that an instrumented copy was made of */
export function originalName(name: string): string {
  return name.endsWith(INSTRUMENTED_SUFFIX) ? name.slice(0, -INSTRUMENTED_SUFFIX.length) : name;
}

/** What a character of an event's own text counts for, beside one of its payload: parsed it takes that much more. */
export const EVENT_FACTOR = 20;

/**
 * Characters, as they count, after which a batch is sent at once, without waiting for the timer: some 1,200 events
 * with small payloads.
 */
export const BATCH_CHARS = 1_000_000;

/** Longest time, in milliseconds, an event waits in its context before it is sent. */
export const BATCH_DELAY_MS = 50;

/**
 * Unacknowledged characters, as they count, that a context keeps: some 75,000 events with small payloads. What comes
 * beyond is counted and becomes a gap.
 */
export const UNACKED_CHARS = 64_000_000;

/** A payload whose text is longer than this many characters is stored as a preview. */
export const PAYLOAD_CHARS = 1_000_000;

/** Characters of payload text kept of a payload longer than {@link PAYLOAD_CHARS}. */
export const PREVIEW_CHARS = 64_000;

/** Name of Porthole's IndexedDB database. */
export const DATABASE = 'porthole';
