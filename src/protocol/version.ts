/**
 * The wire's version. Instrumentation lives in copies of other people's extensions, so it can be older or
 * newer than the collector it talks to; the collector refuses what it does not speak, by name.
 *
 * Log, newest first:
 * - still 3: a context may say that it can be told what it is only to count (`Mute`), and then says how much that was
 *   (`counted`). Only such a one is told.
 * - still 3: a context may say that it reads files (`files.ts`). Only such a one is asked to, so neither an older copy nor
 *   an older Porthole hears a word that it does not know.
 * - 3: events in their wire form (`wire.ts`); a context says which frames are the instrumentation's own.
 * - 2: one-off messages; payloads that JSON cannot say travel as values.
 * - 1: first version: hello, welcome, batch, ack, capture, rejected, relayed.
 */
export const PROTOCOL_VERSION = 3;
