/** A page, and a WebSocket that sends it messages: as much of RFC 6455 as it takes to talk to a browser on this machine. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

export interface SocketServer {
  /** Of a page that connects and counts what comes. */
  readonly url: string;
  /** Sends the messages to the page that connected last, as fast as it takes them. */
  send(messages: Iterable<string>): Promise<void>;
  close(): Promise<void>;
}

/** RFC 6455, section 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const FRAMES_A_WRITE = 100;

const PAGE = `<!doctype html><meta charset="utf-8"><title>Socket</title><p>0</p><script>
let received = 0;
const socket = new WebSocket(location.href.replace('http', 'ws'));
socket.onmessage = () => { received += 1; };
</script>`;

export async function serveSocket(): Promise<SocketServer> {
  let connected: Socket | null = null;
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(PAGE);
  });
  server.on('upgrade', (request, stream) => {
    const socket = stream as Socket;
    const key = request.headers['sec-websocket-key'] ?? '';
    const accept = createHash('sha1')
      .update(key + GUID)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.resume();
    sockets.add(socket);
    connected = socket;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async send(messages) {
      const socket = connected;
      if (socket === null) throw new Error('no page has connected');
      let frames: Buffer[] = [];
      const write = async (): Promise<void> => {
        const taken = socket.write(Buffer.concat(frames));
        frames = [];
        await (taken ? turn() : new Promise((resolve) => socket.once('drain', resolve)));
      };
      for (const message of messages) {
        frames.push(textFrame(message));
        if (frames.length === FRAMES_A_WRITE) await write();
      }
      await write();
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Unmasked, whole, as servers send them: RFC 6455, section 5.2. */
function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  if (payload.length > 0xff_ff) throw new RangeError('messages here are short');
  const head =
    payload.length < 126
      ? Buffer.from([0x81, payload.length])
      : Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, payload]);
}
