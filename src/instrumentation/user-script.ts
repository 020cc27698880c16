/** Entry for `USER_SCRIPT` worlds: first in every user script's list of sources. */

import { currentStack } from './call-site.js';
import { instrumentContext } from './context.js';
import { userScriptTransport } from './user-script-transport.js';

instrumentContext({ kind: 'user-script', ownStack: currentStack() }, userScriptTransport);
