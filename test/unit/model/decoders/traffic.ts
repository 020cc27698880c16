/** Ports and one-off messages in one process, for real libraries to talk over, and what was said on them. */

import { stringify } from 'devalue';
import { decodeText, envelopeType, type Decoded } from '../../../../src/model/decoders/index.js';
import type { PayloadForm } from '../../../../src/protocol/index.js';
import { RICH_REDUCERS } from '../../../../src/protocol/rich.js';

/** A message as Porthole would record it. */
export interface Said {
  readonly by: 'opener' | 'acceptor';
  readonly form: PayloadForm;
  readonly text: string;
}

type Listener = (message: unknown, port: FakePort) => void;

class FakeEvent<F extends (...args: never[]) => unknown> {
  readonly listeners = new Set<F>();
  addListener(listener: F): void {
    this.listeners.add(listener);
  }
  removeListener(listener: F): void {
    this.listeners.delete(listener);
  }
  hasListener(listener: F): boolean {
    return this.listeners.has(listener);
  }
}

/** As much of a `runtime.Port` as the libraries use. */
export interface FakePort {
  readonly name: string;
  readonly sender: object;
  readonly onMessage: FakeEvent<Listener>;
  readonly onDisconnect: FakeEvent<(port: FakePort) => void>;
  postMessage(message: unknown): void;
  disconnect(): void;
}

/** @returns how Porthole would write the payload down: as JSON where JSON says it exactly */
function written(payload: unknown): { form: PayloadForm; text: string } {
  const rich = stringify(payload, RICH_REDUCERS);
  const json = JSON.stringify(payload) as string | undefined;
  return json !== undefined && stringify(JSON.parse(json), RICH_REDUCERS) === rich
    ? { form: 'json', text: json }
    : { form: 'rich', text: rich };
}

/** @returns both ends of a port; what is posted is added to `said` and arrives as a structured clone, later */
export function portPair(name: string, said: Said[]): { opener: FakePort; acceptor: FakePort } {
  const ends = new Map<Said['by'], FakePort>();
  const make = (by: Said['by'], other: Said['by']): FakePort => {
    const port: FakePort = {
      name,
      sender: { tab: { id: 7 }, frameId: 0, id: 'app@example' },
      onMessage: new FakeEvent(),
      onDisconnect: new FakeEvent(),
      postMessage(message) {
        const copy: unknown = structuredClone(message);
        said.push({ by, ...written(copy) });
        queueMicrotask(() => {
          const there = ends.get(other) as FakePort;
          for (const listener of there.onMessage.listeners) listener(copy, there);
        });
      },
      disconnect() {
        const there = ends.get(other) as FakePort;
        for (const listener of there.onDisconnect.listeners) listener(there);
      },
    };
    ends.set(by, port);
    return port;
  };
  return { opener: make('opener', 'acceptor'), acceptor: make('acceptor', 'opener') };
}

/** A `browser` whose only contexts are in this process. */
export function fakeBrowser(said: Said[]) {
  const onConnect = new FakeEvent<(port: FakePort) => void>();
  const onMessage = new FakeEvent<
    (message: unknown, sender: object, respond: (reply: unknown) => void) => unknown
  >();
  const runtime = {
    id: 'app@example',
    lastError: undefined,
    onConnect,
    onMessage,
    connect: ({ name = '' } = {}) => {
      const { opener, acceptor } = portPair(name, said);
      for (const listener of onConnect.listeners) listener(acceptor);
      return opener;
    },
    sendMessage(message: unknown, respond: (reply: unknown) => void) {
      const copy: unknown = structuredClone(message);
      said.push({ by: 'opener', ...written(copy) });
      for (const listener of onMessage.listeners) {
        listener(copy, {}, (reply) => {
          said.push({ by: 'acceptor', ...written(structuredClone(reply)) });
          respond(structuredClone(reply));
        });
      }
    },
  };
  return { runtime };
}

export interface Read extends Said {
  readonly decoded: Decoded | null;
}

/** @returns what was said, decoded */
export function readAll(said: readonly Said[]): Read[] {
  return said.map((each) => ({ ...each, decoded: decodeText(each.form, each.text) }));
}

/** @returns `library role method`, for each message; `?` for one that nobody knew */
export function summaries(said: readonly Said[]): string[] {
  return readAll(said).map(({ decoded }) =>
    decoded === null
      ? '?'
      : [
          decoded.decoder.name,
          decoded.role,
          decoded.method ?? '-',
          ...(decoded.failed ? ['failed'] : []),
        ].join(' '),
  );
}

/** @returns for each response, in order, the method of the request it belongs to */
export function answers(said: readonly Said[]): string[] {
  const asked = new Map<string, string>();
  const found: string[] = [];
  for (const { by, decoded } of readAll(said)) {
    if (decoded === null || decoded.id === null) continue;
    const other = by === 'opener' ? 'acceptor' : 'opener';
    if (decoded.role === 'request') asked.set(`${by} ${decoded.id}`, decoded.method ?? '-');
    else found.push(asked.get(`${other} ${decoded.id}`) ?? 'nothing');
  }
  return found;
}

/** @returns what the table calls each message by its envelope; undefined where the general rule decides */
export function types(said: readonly Said[]): (string | null | undefined)[] {
  return said.map(({ form, text }) => envelopeType(form, text)?.type);
}
