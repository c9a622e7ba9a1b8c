/** The servers for the facts, on both the virtual board and the interpreter. */
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import tls from "node:tls";
import { makeCertificate, type Certificate } from "../../../scripts/local-onenet/x509.ts";
import { atTestEnd, closedPort, serve, serveUdp } from "./lib.ts";

/** Starts all servers. @returns a script that defines their ports, to run before a fact's script */
export async function startFactServers(): Promise<string> {
  const waiting: (() => void)[] = [];
  const ports = {
    ECHO: await serve((socket) => socket.pipe(socket)),
    UDP: await serveUdp((bytes, answer) => answer(bytes)),
    CLOSED: await closedPort(),
    HTTP: await serve((socket) => answerAsTold(socket, waiting)),
    PLAIN: await serve((socket) => waiting.push(() => socket.write("no TLS here, nor HTTP\r\n"))),
    TLS: await serveTls(answerTls),
    // A connection here resumes waiting servers, so that a busy machine makes no difference.
    NEXT: await serve((socket) => {
      socket.resume().end();
      for (const resume of waiting.splice(0)) resume();
    }),
  };
  return `var ${Object.entries(ports)
    .map(([name, port]) => `${name} = ${port}`)
    .join(", ")};`;
}

/** The pause between two parts of an answer, in ms. */
const PAUSE = 30;

/**
 * Answers with the bytes of the request's body: pauses at "^", waits to be resumed at "&", and does not close after
 * "$". Answers a request for `/show` with the request itself.
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
  const resume = (): void => send(socket, rest, waiting);
  if (mark === "^") setTimeout(resume, PAUSE);
  else if (mark === "&") waiting.push(resume);
  else if (mark !== "$") socket.end();
}

/** Echoes; closes properly after "bye", abruptly after "cut". */
function answerTls(socket: tls.TLSSocket): void {
  socket.on("data", (piece: Buffer) => {
    const text = piece.toString("latin1");
    if (text === "bye") socket.end();
    else if (text === "cut") socket.destroy();
    else socket.write(piece);
  });
}

/** A TLS server on a free port of 127.0.0.1, with an untrusted certificate. */
export async function serveTls(
  talk: (socket: tls.TLSSocket) => void,
  options: tls.TlsOptions = {},
): Promise<number> {
  certificate ??= makeCertificate({ commonName: "another.example" });
  const server = tls.createServer({ ...options, ...(await certificate) }, (socket) => {
    socket.on("error", () => undefined); // a reset by the board is not a test failure
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

let certificate: Promise<Certificate> | undefined;
