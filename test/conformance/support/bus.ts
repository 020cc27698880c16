/**
 * The line to the contexts of the host extensions: orders go out as server-sent events, what they say comes back
 * as posts. It also serves the web pages in which their content scripts run.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Told {
  readonly type: 'started' | 'finished' | 'settled' | 'log' | 'cleaned' | 'signal' | 'ask';
  readonly run: number;
  readonly what?: string;
  readonly detail?: unknown;
  readonly lines?: readonly string[];
}

/** Hears what a context says; what it returns is the answer. */
export type Listener = (from: string, told: Told) => unknown;

export interface Bus {
  readonly origin: string;
  /** Contexts, by `variant/host/context`, that can be given orders now. */
  readonly present: ReadonlySet<string>;
  /** @throws Error when the context is not there */
  order(to: string, order: object): void;
  hear(listener: Listener): void;
  close(): Promise<void>;
}

/** @param page the HTML document for a path */
export async function startBus(page: (path: string) => string): Promise<Bus> {
  const lines = new Map<string, ServerResponse>();
  const present = new Set<string>();
  let hear: Listener = () => undefined;

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const from = searchParams.get('from') ?? '';
    response.setHeader('access-control-allow-origin', '*');
    if (pathname === '/orders') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(': here\n\n');
      lines.set(from, response);
      present.add(from);
      response.on('close', () => {
        if (lines.get(from) !== response) return;
        lines.delete(from);
        present.delete(from);
      });
    } else if (pathname === '/present') {
      present.add(from);
      response.end();
    } else if (pathname === '/report') {
      let text = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => (text += chunk));
      request.on('end', () => {
        void (async () => {
          const answer = await hear(from, JSON.parse(text) as Told);
          response.end(JSON.stringify(answer ?? null));
        })();
      });
    } else {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(page(pathname));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    present,
    order(to, order) {
      const line = lines.get(to);
      if (line === undefined) throw new Error(`${to} is not there`);
      line.write(`data: ${JSON.stringify(order)}\n\n`);
    },
    hear: (listener) => void (hear = listener),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
