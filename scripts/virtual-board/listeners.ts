/** TCP servers of a board's program: each listens on a port of 127.0.0.1 that stands for its own. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { ChipFacts } from "./chips.ts";
import { SocketError, type Connection } from "./connections.ts";
import { EspruinoError } from "./realm.ts";
import type { Sockets } from "./sockets.ts";

export interface Listeners {
  /** @throws EspruinoError if no socket is free */
  listen(port: number, accepted: (connection: Connection) => void): Listener;
  /** The port on 127.0.0.1 that stands for one of the program's; undefined if it does not listen, or is not reached. */
  port(bound: number): number | undefined;
  /** Call this when the program is over. Resolves when all is closed. */
  stop(): Promise<void>;
}

export interface Listener {
  /** Connections stay open. */
  close(): void;
}

export interface ListenerParts {
  readonly chip: ChipFacts;
  /** Whether anyone can reach the board. */
  readonly reachable: () => boolean;
  readonly sockets: Sockets;
  /** Wakes the sockets. */
  readonly wake: () => void;
}

export function createListeners(parts: ListenerParts): Listeners {
  const servers = new Map<number, Server>();
  const open = new Set<Socket>();
  const closing: Promise<unknown>[] = [];

  function close(port: number): void {
    const server = servers.get(port);
    if (!server) return;
    servers.delete(port);
    parts.sockets.give();
    closing.push(once(server, "close"));
    server.close();
  }

  return {
    listen(port, accepted) {
      if (servers.has(port) || !parts.sockets.take())
        throw new EspruinoError("Unable to create socket", "InternalError");
      const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
        // Without a socket, the chip leaves it waiting; here it ends at once.
        if (!parts.reachable() || !parts.sockets.take()) {
          socket.destroy();
          return;
        }
        open.add(socket);
        socket.on("close", () => open.delete(socket));
        accepted(connectionOf(socket, parts));
        parts.wake();
      });
      servers.set(port, server);
      server.listen(0, "127.0.0.1");
      return { close: () => close(port) };
    },
    port(bound) {
      const address = servers.get(bound)?.address() as AddressInfo | null | undefined;
      return parts.reachable() ? address?.port : undefined;
    },
    async stop() {
      for (const port of servers.keys()) close(port);
      for (const socket of open) socket.destroy();
      await Promise.all(closing.splice(0));
    },
  };
}

function connectionOf(socket: Socket, { chip, sockets, wake }: ListenerParts): Connection {
  let received: Buffer[] = [];
  let inFlight = 0;
  let ended: SocketError | undefined;
  let isOver = false;
  const end = () => {
    ended ??= SocketError.Closed;
    wake();
  };
  socket.on("data", (bytes) => {
    received.push(bytes);
    wake();
  });
  socket.on("error", end).on("end", end).on("close", end);

  return {
    get ended() {
      return ended;
    },
    handshakeError: undefined,
    isSettled: true,
    get hasData() {
      return received.length > 0;
    },
    get canSend() {
      return inFlight < chip.sendWindow;
    },
    send(bytes) {
      if (inFlight >= chip.sendWindow) return bytes;
      const piece = bytes.subarray(0, chip.chunkSize);
      inFlight += piece.length;
      socket.write(piece, () => {
        inFlight -= piece.length;
        wake();
      });
      return bytes.subarray(piece.length);
    },
    take() {
      const first = received.shift();
      if (first === undefined) return undefined;
      const piece = first.subarray(0, chip.chunkSize);
      if (first.length > piece.length) received.unshift(first.subarray(piece.length));
      return piece;
    },
    close() {
      if (isOver) return;
      isOver = true;
      received = [];
      sockets.give();
      socket.end();
    },
  };
}
