/** How much, how long, how often. Apart from where they are used, because the build puts only imported numbers into the code. */

// Of the line to the collector.
/**
 * Attempts in a row to reach a collector that was there before; then only the host's activity asks again. An
 * acknowledgement begins them anew, a welcome all but the first.
 */
export const ATTEMPTS = 7;
/** Milliseconds after `beforeunload` in which everything is sent at once; then the page has stayed, or waits for another. */
export const LEAVING_MS = 1_000;
/** Least time between attempts to reach a collector that is absent. */
export const ACTIVITY_RETRY_MS = 2_000;

// Of call sites.
/** Distinct stacks remembered; a host with more (generated code) has them sent again. */
export const MAX_SITES = 4_096;
/** Characters kept of a stack: URLs of scripts can be whole scripts. */
export const STACK_CHARS = 16_000;

// Of what everybody uses.
/** Further behind the wall clock than this many milliseconds is more than its precision, and less than the model forgives. */
export const CLOCK_STEP_MS = 3;
/** Characters kept of names and errors; the collector refuses texts without end. */
export const SHORT_CHARS = 4_000;

// Of surveys.
/** Guess of what a value costs beside the characters of a string. */
export const NODE_BYTES = 8;

// Of payloads.
/** Of payloads that are said in JSON: in deeper ones the stack could end. */
export const MAX_DEPTH = 200;
/** Shared parts make a small graph an exponentially large text; a clone holds them once. */
export const MAX_CHARS = 100_000_000;
/** What a part of it counts for, beside a character of its strings. */
export const NODE_CHARS = 500;

// Of the outbox.
/**
 * Share of the bound that must be free again before events are kept after an overflow: one gap then stands
 * for the whole overflow, instead of one for each event that found room.
 */
export const ROOM_AGAIN = 0.25;
