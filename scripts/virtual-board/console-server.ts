/**
 * A virtual board's console on a TCP port, as Espruino's telnet server and a serial-to-network adapter offer it, but for
 * those only who know its token: whatever else runs on this computer can connect, and so can any web page, which sends
 * what it likes without asking.
 */

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { createConnections } from "../lib/connections.ts";
import { fromBytes, toBytes } from "./bytes.ts";
import type { VirtualBoard } from "./index.ts";

export interface ConsoleServer {
  /** TCP port of 127.0.0.1. */
  readonly port: number;
  /** `tcp://:token@127.0.0.1:port`: what `openPort` takes. The token is the first line that is sent. */
  readonly address: string;
  close(): Promise<void>;
}

/** Of the token, in bytes. */
const TOKEN_SIZE = 18;
/** Most that is looked at before there was a token, in bytes. */
const LONGEST_FIRST_LINE = 100;
/** Longest wait for the token, in ms. */
const PATIENCE = 10_000;
/** Most connections at a time; for one more, the oldest goes of those that have not shown their token. */
const MOST_CONNECTIONS = 20;
/** The same refusal is told once in so many ms: a page can connect a thousand times a second. */
const TELL_AGAIN = 60_000;

/** What a connection over TLS begins with; no key that a terminal sends. */
const TLS_HANDSHAKE = 0x16;

const ASK =
  "This console asks for its token: write it as the first line, or --port tcp://:token@host:port\r\n";

/**
 * One terminal at a time, as on a serial line: a second one is closed at once.
 * @param port 0 for a free one
 * @param refused gets a sentence on a connection that was closed because it had no token; nothing of it was run
 * @throws Error EADDRINUSE and the like
 */
export async function serveConsole(
  board: VirtualBoard,
  port = 0,
  refused: (why: string) => void = () => undefined,
): Promise<ConsoleServer> {
  const token = randomBytes(TOKEN_SIZE).toString("base64url");
  const sockets = new Set<Socket>();
  const connections = createConnections(MOST_CONNECTIONS);
  const told = new Map<string, number>();
  let terminal: Socket | undefined;
  const send = (bytes: string) => terminal?.write(toBytes(bytes));

  function refuse(socket: Socket, first: Buffer): void {
    socket.removeAllListeners("data").resume();
    const why = isOfBrowser(first)
      ? "closed a connection that speaks HTTP or TLS, as a web page does; nothing of it was run"
      : "closed a connection without the token; nothing of it was run";
    if (isOfBrowser(first)) socket.destroy();
    else socket.end(ASK, () => socket.destroy());
    const now = performance.now();
    if (now - (told.get(why) ?? -Infinity) < TELL_AGAIN) return;
    told.set(why, now);
    refused(why);
  }

  function admit(socket: Socket, bytes: Buffer): void {
    if (terminal) {
      socket.destroy();
      return;
    }
    terminal = socket;
    connections.settle(socket);
    socket.on("close", () => (terminal = undefined));
    socket.on("data", (piece: Buffer) => board.type(fromBytes(piece)));
    if (bytes.length > 0) board.type(fromBytes(bytes));
  }

  const server = createServer({ noDelay: true }, (socket) => {
    connections.enter(socket);
    if (socket.destroyed) return;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
    let first: Buffer = Buffer.alloc(0);
    const timer = setTimeout(() => refuse(socket, first), PATIENCE);
    socket.on("close", () => clearTimeout(timer));
    socket.on("data", function hear(piece: Buffer) {
      first = Buffer.concat([first, piece]);
      const end = first.indexOf("\n");
      const isOver = end >= 0 || first.length > LONGEST_FIRST_LINE || isOfBrowser(first);
      if (!isOver) return;
      clearTimeout(timer);
      socket.off("data", hear);
      const line = fromBytes(first.subarray(0, Math.max(0, end))).replace(/\r$/, "");
      if (end <= LONGEST_FIRST_LINE && isSame(line, token)) admit(socket, first.subarray(end + 1));
      else refuse(socket, first);
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  board.on("output", send);
  const { port: bound } = server.address() as AddressInfo;

  return {
    port: bound,
    address: `tcp://:${token}@127.0.0.1:${bound}`,
    async close() {
      board.off("output", send);
      for (const socket of sockets) socket.destroy();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}

/** Whether a connection begins as a browser's do: with a request of HTTP, or with TLS. No line of a console does. */
export function isOfBrowser(first: Uint8Array): boolean {
  if (first[0] === TLS_HANDSHAKE) return true;
  return /^[A-Z]{3,7} (?:\/|\*|https?:)/.test(fromBytes(first.subarray(0, LONGEST_FIRST_LINE)));
}

/** In a time that tells nothing of where the two differ. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
