/** A phone in a board's own access point. */

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import type { VirtualBoard } from "../../scripts/virtual-board/index.ts";

/** Most steps until an answer is complete: each settles everything. */
const STEPS = 50;

/** The answer to a request, as the board sent it. */
export interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** What the page learns from the board. */
export interface State {
  readonly phase: number;
  readonly detail: string;
  readonly networks: readonly string[];
}

/** Sends bytes to the board's HTTP server, and reads until it closes. Time does not pass. @param step makes the board run */
export async function send(
  board: VirtualBoard,
  request: string | Uint8Array,
  step: () => Promise<void>,
): Promise<Answer> {
  const port = board.tcpPort(80);
  if (port === undefined) throw new Error("the board has no page");
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  const pieces: Buffer[] = [];
  let isOver = false as boolean;
  socket.on("data", (bytes) => pieces.push(bytes));
  socket.on("error", () => (isOver = true)).on("end", () => (isOver = true));
  socket.write(request);
  for (let i = 0; i < STEPS && !isOver; i++) await step();
  socket.destroy();
  if (!isOver) throw new Error(`no answer to ${Buffer.from(request).toString("latin1").slice(0, 100)}`);
  const text = Buffer.concat(pieces).toString("utf8");
  const at = text.indexOf("\r\n\r\n");
  const head = text.slice(0, at);
  return { status: Number(head.split(" ")[1]), head, body: text.slice(at + 4) };
}

export function get(path: string, host = "192.168.4.1"): string {
  return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: a phone\r\n\r\n`;
}

/** Opens a connection that sends this much and no more. @returns whether the board has ended it, and a function that ends it */
export async function mumble(
  board: VirtualBoard,
  text: string,
): Promise<{ isEnded(): boolean; close(): void }> {
  const socket = connect({ port: board.tcpPort(80) ?? 0, host: "127.0.0.1" });
  let isEnded = false;
  socket.on("error", () => undefined).on("end", () => (isEnded = true));
  socket.resume();
  await once(socket, "connect");
  socket.write(text);
  return { isEnded: () => isEnded, close: () => void socket.destroy() };
}

/** A form with texts or bytes, as the page sends it. */
export function form(...fields: readonly (string | Uint8Array)[]): string {
  return post(fields.map((field) => Buffer.from(field).toString("hex")).join(","));
}

export function post(body: string, head = "Origin: http://192.168.4.1", length = body.length): string {
  return `POST / HTTP/1.1\r\nHost: 192.168.4.1\r\n${head}\r\nContent-Length: ${length}\r\n\r\n${body}`;
}

export function stateOf({ body }: Answer): State {
  const [phase, detail = "", ...networks] = body.split("\n");
  return { phase: Number(phase), detail, networks };
}

/** Asks the board's name server. @returns its answer; undefined for none */
export async function ask(
  board: VirtualBoard,
  question: Uint8Array,
  step: () => Promise<void>,
): Promise<Buffer | undefined> {
  const port = board.udpPort(53);
  if (port === undefined) throw new Error("the board has no name server");
  const socket = createSocket("udp4");
  let answer: Buffer | undefined;
  socket.on("message", (bytes) => (answer = bytes));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  socket.send(question, port, "127.0.0.1");
  for (let i = 0; i < 3 && !answer; i++) await step();
  socket.close();
  return answer;
}
