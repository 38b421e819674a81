import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** RFC 6455, section 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * As much of a WebSocket server as is needed here: hears the first text message of each connection, shorter than
 * 64 KB, and closes with the code that it is told, if any.
 *
 * @returns its address
 */
export async function startSocketServer(onMessage: (text: string) => number | undefined): Promise<string> {
  const server = createServer();
  const sockets = new Set<Socket>();
  server.on('upgrade', (request, connection) => {
    const socket = connection as Socket;
    sockets.add(socket);
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}${GUID}`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on('error', () => undefined);
    socket.once('data', (frame: Buffer) => {
      const code = onMessage(textOf(frame));
      if (code !== undefined) socket.end(Buffer.from([0x88, 2, code >> 8, code & 0xff]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/live`;
}

/** A frame of a client is masked. */
function textOf(frame: Buffer): string {
  const short = frame[1]! & 0x7f;
  const start = short === 126 ? 4 : 2;
  const length = short === 126 ? frame.readUInt16BE(2) : short;
  const mask = frame.subarray(start, start + 4);
  const data = frame.subarray(start + 4, start + 4 + length);
  return Buffer.from(data.map((byte, at) => byte ^ mask[at % 4]!)).toString();
}
