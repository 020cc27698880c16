/**
 * Where the model gets rich payloads read. In the panel's worker, which few recordings ask for that, a module that loads
 * the parser when it is first needed stands in the place of this one: see `vite.config.ts`.
 */

export { parseRich, plainJson } from './rich-parser.js';
export { showRich } from './rich-preview.js';
