/** The wire and the stored records: all that crosses a boundary. Guards are apart, in `guards.ts`. */

export * from './constants.js';
export * from './events.js';
export * from './files.js';
export type * from './kept.js';
export * from './mutes.js';
export type * from './panel.js';
export type * from './report.js';
export * from './retention.js';
export * from './redaction.js';
export * from './rich.js';
export {
  parseRun,
  readRun,
  tuplesOf,
  visitRun,
  type OtherEvent,
  type PostOrDelivery,
  type RunEvents,
  type RunVisitor,
} from './runs.js';
export * from './sound.js';
export type * from './stored.js';
export * from './trace.js';
export * from './version.js';
export { writeRun } from './write-run.js';
