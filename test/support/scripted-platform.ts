/** A platform that sends what the script says, and records every byte it receives. */

import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import type { Ending } from "../exchanges/exchange.ts";

export interface ScriptedPlatform {
  readonly port: number;
  /** Every connection, in order of opening. */
  readonly connections: readonly PlatformConnection[];
  listen(isOn: boolean): Promise<void>;
  close(): Promise<void>;
}

export interface PlatformConnection {
  /** Byte string of everything received. */
  readonly received: string;
  /** Number of bytes sent. */
  readonly sent: number;
  /** Whether the platform ended it. */
  readonly isEnded: boolean;
  /** Other events: "end" is the board's half-close, "close" the final end. */
  readonly events: readonly string[];
  send(bytes: string): void;
  end(way: Ending): void;
}

interface Kept extends PlatformConnection {
  readonly socket: Socket;
}

export async function startScriptedPlatform(): Promise<ScriptedPlatform> {
  const connections: Kept[] = [];
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    connections.push(keep(socket));
  });

  async function open(port: number): Promise<number> {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }
  const port = await open(0);

  async function listen(isOn: boolean): Promise<void> {
    if (isOn === server.listening) return;
    if (isOn) await open(port);
    else server.close(); // refuses at once, and continues its existing connections
  }

  return {
    port,
    connections,
    listen,
    async close() {
      await listen(false);
      const sockets = connections.map(({ socket }) => socket).filter(({ closed }) => !closed);
      const closed = sockets.map((socket) => once(socket, "close"));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  };
}

function keep(socket: Socket): Kept {
  let received = "";
  let sent = 0;
  let isEnded = false;
  const events: string[] = [];
  socket.on("data", (bytes) => (received += bytes.toString("latin1")));
  socket.on("end", () => {
    events.push("end");
    socket.end();
  });
  socket.on("error", () => events.push("error"));
  socket.on("close", () => events.push("close"));
  return {
    socket,
    get received() {
      return received;
    },
    get sent() {
      return sent;
    },
    get isEnded() {
      return isEnded;
    },
    events,
    send(bytes) {
      sent += bytes.length;
      socket.write(bytes, "latin1");
    },
    end(way) {
      isEnded = true;
      if (way === "reset") socket.resetAndDestroy();
      else if (way === "half-close") socket.end();
      else socket.destroySoon();
    },
  };
}
