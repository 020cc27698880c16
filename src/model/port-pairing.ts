/** What matching has to know of ports: opened ones depart, accepted ones arrive. */

import type { AcceptApi } from '../protocol/index.js';
import { completeness } from './complete.js';
import { mayAccept } from './eligibility.js';
import type { Port } from './facts.js';
import type { Pairing } from './matching.js';

/** Extension pages share one main thread, so all of them receive one `connect()` within this time. */
const SAME_CONNECT_MS = 1000;

export const PORTS: Pairing<Port, Port> = {
  of: ({ end }) => end,
  origin: ({ endpoint }) => ({ api: endpoint.api as AcceptApi, sender: endpoint.sender ?? {} }),
  endsIn: ({ ports }) => ports.values(),
  isDeparture: (port): port is Port => port.endpoint.role === 'opener',
  mayMeet: mayAccept,
  reaches: mayAccept,
  isComplete: completeness(({ ports }) => ports),
  togetherMs: SAME_CONNECT_MS,
};
