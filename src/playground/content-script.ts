/** The content script example; runs after the instrumentation in Porthole's own content script world. */

import { connectAndGreet } from './page-side.js';

connectAndGreet('port-from-cs', 'content script');
