/**
 * A virtual board's console on a TCP port, as Espruino's telnet server or a serial-to-network adapter offers it, but
 * protected by a token: any program on this computer can connect, and any web page can send it anything.
 */

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { createConnections } from "../cli/connections.ts";
import { fromBytes, toBytes } from "./bytes.ts";
import type { VirtualBoard } from "./board.ts";
import { isOfBrowser } from "./of-browser.ts";
import { t } from "../cli/language.ts";

export interface ConsoleServer {
  /** TCP port on 127.0.0.1. */
  readonly port: number;
  /** `tcp://:token@127.0.0.1:port`, for `openPort`. The token is the first line sent. */
  readonly address: string;
  close(): Promise<void>;
}

/** Size of the token, in bytes. */
const TOKEN_SIZE = 18;
/** Most bytes read before the token. */
const LONGEST_FIRST_LINE = 100;
/** Longest wait for the token, in ms. */
const PATIENCE = 10_000;
/** Most connections at a time; a further one displaces the oldest without a token. */
const MAXIMUM_CONNECTIONS = 20;
/** How long a refusal is not reported again, in ms: a page can connect a thousand times a second. */
const REPORT_INTERVAL = 60_000;

const ASK = `This console needs its token: send it as the first line, or use --port tcp://:token@host:port\r\n`;

/**
 * Serves one terminal at a time, like a serial line: a second is closed at once.
 * @param port 0 for any free port
 * @param refused called with a description of each connection closed for lack of a token
 * @throws Error such as EADDRINUSE
 */
export async function serveConsole(
  board: VirtualBoard,
  port = 0,
  refused: (why: string) => void = () => undefined,
): Promise<ConsoleServer> {
  const token = randomBytes(TOKEN_SIZE).toString("base64url");
  const sockets = new Set<Socket>();
  const connections = createConnections(MAXIMUM_CONNECTIONS);
  const reported = new Map<string, number>();
  let terminal: Socket | undefined;
  const send = (bytes: string) => terminal?.write(toBytes(bytes));

  function refuse(socket: Socket, first: Buffer): void {
    socket.removeAllListeners("data").resume();
    const why = isOfBrowser(first)
      ? t`closed an HTTP or TLS connection, probably from a web page; executed none of it`
      : t`closed a connection without the token; executed none of it`;
    if (isOfBrowser(first)) socket.destroy();
    else socket.end(ASK, () => socket.destroy());
    const now = performance.now();
    if (now - (reported.get(why) ?? -Infinity) < REPORT_INTERVAL) return;
    reported.set(why, now);
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

/** Compares in constant time. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
