/** Entry of the panel's worker: holds the recording off the main thread, which the inspected extension shares. */

import type { ToWorker } from './worker-protocol.js';
import { Session } from './worker/session.js';
import { storeSource } from './worker/source.js';

const session = new Session(storeSource(), (message) => postMessage(message));
addEventListener('message', (event: MessageEvent<ToWorker>) => session.receive(event.data));
