/**
 * Events as they cross the wire: what the collector can work out for itself is left out. Every byte of a batch is
 * copied through three processes, and the numbers are written out on the inspected extension's own time.
 *
 * An event is `[at, …body]`, and `[at, …body, length]` or `[at, …body, length, form, bytes]` where it carries a
 * payload:
 * - `at` is counted from the batch's `start`, so mostly a digit or two; it may be negative. Of a `site` it means nothing.
 * - `body` is the stored tuple without time and payload, see {@link EventBody}.
 * - Texts of payloads stand in the batch's payload string one after the other, values among its `values`: what stands
 *   where, the lengths tell. A `rich` payload of `length` 0 is the next value.
 * - Without a form it is `json`, and the collector counts its bytes.
 */

import type {
  AcceptApi,
  GapEvent,
  OpenApi,
  ReceiveApi,
  ReturnedEvent,
  SendApi,
  Way,
} from './events.js';

/** JSON text of a string, or of an object of our own making. */
type Json = string;
type N = number;

/** The elements of an event between its time and its payload, as JSON text without the brackets. */
export type EventBody =
  | `"opened",${N},"${OpenApi}",${Json},${Json},${N},${N},${N}`
  | `"accepted",${N},"${AcceptApi}",${Json},${Json},${N},${N}`
  | `"posted",${N},${N},${N}`
  | `"refused",${N},${Json},${N}`
  | `"delivered",${N},${N},${N}`
  | `"disconnected",${N},"${'self' | 'other'}",${Json},${N},${N},${N}`
  | `"sent",${N},"${SendApi}",${Json},${N}`
  | `"replied",${N}`
  | `"failed",${N},${Json}`
  | `"received",${N},"${ReceiveApi}",${Json},${N}`
  | `"returned",${N},${N},"${ReturnedEvent[4]}",${Json}`
  | `"answered",${N},${N},"${'sendResponse' | 'promise'}"`
  | `"rejected",${N},${N},${Json}`
  | `"site",${N},${Json}`
  | `"lifecycle","${'frozen' | 'thawed' | 'unloaded'}"`
  | `"gap",${N},"${GapEvent[3]}"`
  | `"counted",${Way},${N},${N}`;
