/** The model: stored contexts and segments in, what the panel and the command line show out. */

export {
  Concerned,
  findingLines,
  findingsOf,
  findingsSummary,
  type Finding,
} from './findings/index.js';
export {
  applicationLabel,
  applicationOf,
  contextLabel,
  contextName,
  extensionLabel,
  missingContext,
  nobodyThere,
  unknownEnd,
  type ContextName,
} from './labels.js';
export { messageLine } from './message-line.js';
export { detectMessageType, namesType } from './message-type.js';
export type { Messages } from './messages.js';
export { Model, type Changes } from './model.js';
export { previewText } from './preview.js';
export { compileFilter, parseQuery, type Filter, type QueryError } from './query/index.js';
export { rowKey } from './row-key.js';
export { tabScope } from './scope.js';
export type { Texts } from './texts.js';
export type { RowPredicate } from './row-text.js';
export { TraceImport, type ImportedTrace } from './trace-import.js';
export { summaryLine, traceLines, TraceWriter, type TraceOptions } from './trace-lines.js';
export type * from './types.js';
export type { Unreported } from './unreported.js';
