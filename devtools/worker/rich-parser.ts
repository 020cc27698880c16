/** What the script brings that reads rich payloads in the panel's worker. */

import { parseRich, plainJson } from '../../src/model/rich-parser.js';
import { showRich } from '../../src/model/rich-preview.js';

export const richParser = { parseRich, plainJson, showRich };

export type RichParser = typeof richParser;
