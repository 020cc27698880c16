/** The user script example; runs after the instrumentation in Porthole's own `USER_SCRIPT` world. */

import { connectAndGreet } from './page-side.js';

connectAndGreet('port-from-us', 'user script');
