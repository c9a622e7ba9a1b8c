/** A server whose every byte is chosen by the test. */

import { createServer, type Socket } from "node:net";
import { once } from "node:events";

export interface RawServer {
  readonly port: number;
  /** The next connection that a client opens. */
  accept(): Promise<RawConnection>;
  close(): Promise<void>;
}

export interface RawConnection {
  /** The body, in hexadecimal, of the next packet that starts with this byte; earlier packets are skipped. */
  expect(firstByte: string): Promise<string>;
  /** Sends bytes, given in hexadecimal. */
  send(hex: string): void;
  /** Cuts the connection. */
  cut(): void;
  readonly closed: Promise<unknown>;
}

export async function startRawServer(): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const waiting: Socket[] = [];
  let wake = (): void => undefined;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    waiting.push(socket);
    wake();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");

  return {
    port: address.port,
    async accept() {
      for (;;) {
        const socket = waiting.shift();
        if (socket) return converse(socket);
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function converse(socket: Socket): RawConnection {
  let received = Buffer.alloc(0);
  let wake = (): void => undefined;
  socket.on("data", (data) => {
    received = Buffer.concat([received, data]);
    wake();
  });

  /** Removes the first complete packet from the received bytes. */
  function take(): { first: string; body: string } | undefined {
    const end = received.findIndex((byte, i) => i > 0 && byte < 128) + 1;
    const length = received.subarray(1, end).reduce((sum, byte, i) => sum + (byte & 127) * 128 ** i, 0);
    if (end === 0 || received.length < end + length) return undefined;
    const packet = received.subarray(0, end + length);
    received = received.subarray(end + length);
    return { first: packet.toString("hex", 0, 1), body: packet.toString("hex", end) };
  }

  return {
    async expect(firstByte) {
      for (;;) {
        const packet = take();
        if (packet?.first === firstByte) return packet.body;
        if (!packet) await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    send: (hex) => void socket.write(Buffer.from(hex.replace(/\s/g, ""), "hex")),
    cut: () => void socket.destroy(),
    closed: new Promise((resolve) => socket.once("close", resolve)),
  };
}
