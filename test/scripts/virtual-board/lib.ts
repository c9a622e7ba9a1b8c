/** Boards and servers for the virtual board's tests; both end with each test. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import net from "node:net";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Chip } from "../../../src/board.ts";
import { CHIPS } from "../../../scripts/virtual-board/chips.ts";
import {
  createVirtualBoard,
  type Network,
  type VirtualBoard,
  type VirtualBoardOptions,
} from "../../../scripts/virtual-board/index.ts";

/** Runs `end` after the current test, before earlier ones. */
export function atTestEnd(end: () => Promise<unknown>): void {
  // A hook in this module would serve only the first file: a worker's files share modules.
  onTestFinished(async () => {
    await end();
  });
}

export interface Bench {
  readonly board: VirtualBoard;
  /** The console's lines. */
  readonly lines: string[];
  /** Resolves when a line starts with this; at once if one already did. */
  readonly seen: (start: string) => Promise<string>;
}

/** A network in which the program reaches only this machine's ports, at 127.0.0.1. */
export const LOOPBACK: Network = (host, port) => (host === "127.0.0.1" ? port : undefined);

/** A running board with `script`; default network: {@link LOOPBACK}. */
export async function bench(script: string, options: Partial<VirtualBoardOptions> = {}): Promise<Bench> {
  const board = createVirtualBoard({ chip: "esp32", network: LOOPBACK, ...options, script });
  const lines: string[] = [];
  const waiting: { start: string; resolve: (line: string) => void }[] = [];
  board.on("console", (line) => {
    lines.push(line);
    for (const wait of waiting) if (line.startsWith(wait.start)) wait.resolve(line);
  });
  atTestEnd(() => board.stop());
  await board.start();
  return {
    board,
    lines,
    seen(start) {
      const line = lines.find((text) => text.startsWith(start));
      return line === undefined
        ? new Promise((resolve) => waiting.push({ start, resolve }))
        : Promise.resolve(line);
    },
  };
}

/** Runs `script` to its line `done`. @returns the lines before it */
export async function output(script: string, options: Partial<VirtualBoardOptions> = {}): Promise<string[]> {
  const { lines, seen } = await bench(script, options);
  await seen("done");
  return lines.slice(0, lines.indexOf("done"));
}

/** Wraps `script` to run once Wi-Fi is up; the access point is "home". */
export function online(script: string): string {
  return `require("Wifi").connect("home", {}, function () { ${script} });`;
}

export const ALL_CHIPS = Object.keys(CHIPS) as Chip[];

export const HOME = [{ ssid: "home" }] as const;

/** Starts a server on a free port of 127.0.0.1. */
export async function serve(talk: (socket: net.Socket) => void): Promise<number> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined); // a reset by the board is not a test failure
    talk(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  atTestEnd(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  return (server.address() as AddressInfo).port;
}

/** Starts a UDP server on a free port of 127.0.0.1; `answer` replies to the sender. */
export async function serveUdp(
  talk: (bytes: Buffer, answer: (bytes: string | Uint8Array) => void) => void,
): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  socket.on("message", (bytes, { port }) => talk(bytes, (answer) => socket.send(answer, port, "127.0.0.1")));
  atTestEnd(async () => {
    socket.close();
    await once(socket, "close");
  });
  return socket.address().port;
}

/** A port without a listener. */
export async function closedPort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
