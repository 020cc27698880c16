/** The texts for tests in Node: the extension's own, in English. */

import messages from '../../public/_locales/en/messages.json' with { type: 'json' };
import { useTextFiles } from '../../src/texts/index.js';

useTextFiles([messages]);
