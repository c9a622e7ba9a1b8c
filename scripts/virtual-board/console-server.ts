/** A virtual board's console on a TCP port, as Espruino's telnet server and a serial-to-network adapter offer it. */

import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { fromBytes, toBytes } from "./bytes.ts";
import type { VirtualBoard } from "./index.ts";

export interface ConsoleServer {
  /** TCP port of 127.0.0.1. */
  readonly port: number;
  close(): Promise<void>;
}

/**
 * One terminal at a time, as on a serial line: a second connection is closed at once.
 * @param port 0 for a free one
 * @throws Error EADDRINUSE and the like
 */
export async function serveConsole(board: VirtualBoard, port = 0): Promise<ConsoleServer> {
  let terminal: Socket | undefined;
  const send = (bytes: string) => terminal?.write(toBytes(bytes));

  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    if (terminal) {
      socket.destroy();
      return;
    }
    terminal = socket;
    socket.on("close", () => (terminal = undefined));
    socket.on("data", (bytes) => board.type(fromBytes(bytes)));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  board.on("output", send);

  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      board.off("output", send);
      terminal?.destroy();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}
