/** The servers that the facts talk to, on the virtual board and on the interpreter alike. */
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import tls from "node:tls";
import { generate } from "selfsigned";
import { atTestEnd, closedPort, serve, serveUdp } from "./lib.ts";

/** Starts them all. @returns the script that names their ports, to stand before a fact's own */
export async function startFactServers(): Promise<string> {
  const waiting: (() => void)[] = [];
  const ports = {
    ECHO: await serve((socket) => socket.pipe(socket)),
    UDP: await serveUdp((bytes, answer) => answer(bytes)),
    CLOSED: await closedPort(),
    HTTP: await serve((socket) => answerAsTold(socket, waiting)),
    PLAIN: await serve((socket) => waiting.push(() => socket.write("no TLS here, nor HTTP\r\n"))),
    TLS: await serveTls(answerTls),
    // A connection to it has the servers go on that wait: a busy machine makes no difference then.
    NEXT: await serve((socket) => {
      socket.resume().end();
      for (const goOn of waiting.splice(0)) goOn();
    }),
  };
  return `var ${Object.entries(ports)
    .map(([name, port]) => `${name} = ${port}`)
    .join(", ")};`;
}

/** Between two parts of an answer, in ms. */
const PAUSE = 30;

/**
 * Answers with the very bytes of the request's body: in parts, after a pause behind "^" and when it is told to behind
 * "&", and without a close after "$". To a request for `/show` it answers with the request.
 */
function answerAsTold(socket: Socket, waiting: (() => void)[]): void {
  let request = "";
  socket.setNoDelay().on("data", (piece: Buffer) => {
    request += piece.toString("latin1");
    const body = request.indexOf("\r\n\r\n") + 4;
    const length = Number(/Content-Length: (\d+)/.exec(request)?.[1] ?? 0);
    if (body < 4 || request.length < body + length) return;
    const shown = request.replaceAll("\r\n", "|");
    const answer = request.includes(" /show ")
      ? `HTTP/1.1 200 OK\r\nContent-Length: ${shown.length}\r\n\r\n${shown}`
      : request.slice(body);
    send(socket, answer, waiting);
  });
}

function send(socket: Socket, answer: string, waiting: (() => void)[]): void {
  const [, part = "", mark, rest = ""] = /^([^^&$]*)(.?)(.*)$/s.exec(answer) ?? [];
  socket.write(part, "latin1");
  const goOn = (): void => send(socket, rest, waiting);
  if (mark === "^") setTimeout(goOn, PAUSE);
  else if (mark === "&") waiting.push(goOn);
  else if (mark !== "$") socket.end();
}

/** Echoes; closes orderly after "bye", and without a word after "cut". */
function answerTls(socket: tls.TLSSocket): void {
  socket.on("data", (piece: Buffer) => {
    const text = piece.toString("latin1");
    if (text === "bye") socket.end();
    else if (text === "cut") socket.destroy();
    else socket.write(piece);
  });
}

/** A TLS server on a free port of 127.0.0.1, with a certificate that nobody has reason to trust. */
export async function serveTls(
  talk: (socket: tls.TLSSocket) => void,
  options: tls.TlsOptions = {},
): Promise<number> {
  certificate ??= generate([{ name: "commonName", value: "another.example" }], { keySize: 2048 });
  const { private: key, cert } = await certificate;
  const server = tls.createServer({ ...options, key, cert }, (socket) => {
    socket.on("error", () => undefined); // a board that resets is no failure of the test's
    talk(socket);
  });
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => void sockets.add(socket));
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  atTestEnd(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  return (server.address() as AddressInfo).port;
}

let certificate: ReturnType<typeof generate> | undefined;
