// @ts-check
/**
 * The thread that owns the virtual boards' TCP sockets, so that a board's thread can block on a connection like an
 * interpreter on a chip. Plain JavaScript: a worker starts in a tenth of the time without a TypeScript loader.
 */
import net from "node:net";
import { Duplex, Transform } from "node:stream";
import tls from "node:tls";
import { parentPort, workerData } from "node:worker_threads";

/**
 * @typedef {{ op: "connect", id: number, port: number, secure: boolean, outcome: SharedArrayBuffer }
 *   | { op: "write", id: number, bytes: Uint8Array }
 *   | { op: "close" | "reset" | "abandon" | "destroy", id: number }} Request
 * @typedef {"closed" | "reset" | "notified"} End "notified" is a TLS peer's orderly close, by its close_notify
 *
 * @typedef {{ id: number, event: "data", bytes: Uint8Array }
 *   | { id: number, event: "end", end: End, handshakeError: number | undefined }
 *   | { id: number, event: "sent", count: number }
 *   | { id: number, event: "secured" | "closed" }
 *   | { event: "listening", port: number }} Report
 */

/** The outcome of a successful connection; a negative one is an errno. */
const CONNECTED = 1;

/** Requests handled and reports made so far, which the boards' thread reads. */
const counts = new Int32Array(/** @type {SharedArrayBuffer} */ (workerData));
const HANDLED = 0;
const REPORTED = 1;

/** @type {Map<number, net.Socket>} */
const sockets = new Map();
const port = parentPort;
if (port === null) throw new Error("not a program: tcp.ts starts this worker");

port.on("message", (/** @type {Request} */ request) => {
  switch (request.op) {
    case "connect":
      connect(request);
      break;
    case "write":
      sockets.get(request.id)?.write(request.bytes, () => {
        report({ id: request.id, event: "sent", count: request.bytes.length });
      });
      break;
    case "close": // after sending what was written
      sockets.get(request.id)?.destroySoon();
      break;
    case "reset":
      sockets.get(request.id)?.resetAndDestroy();
      break;
    case "abandon": // without notifying the peer, as when the radio is off
      sockets.get(request.id)?.removeAllListeners("data").resume();
      sockets.get(request.id)?.once("end", () => sockets.get(request.id)?.destroy());
      break;
    case "destroy":
      sockets.get(request.id)?.destroy();
      break;
  }
  Atomics.add(counts, HANDLED, 1);
  Atomics.notify(counts, HANDLED);
});

/** Sends back each byte, for round trips of the boards' thread. */
const server = net.createServer({ noDelay: true }, (socket) => {
  socket.on("data", (bytes) => void socket.write(bytes));
  socket.on("error", () => undefined); // the process ends
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") report({ event: "listening", port: address.port });
});

/** @param {Extract<Request, { op: "connect" }>} request */
function connect({ id, port, secure, outcome }) {
  const result = new Int32Array(outcome);
  /** @param {number} value */
  const settle = (value) => {
    if (Atomics.compareExchange(result, 0, 0, value) === 0) Atomics.notify(result, 0);
  };
  const tcp = net.connect({ host: "127.0.0.1", port, allowHalfOpen: !secure, noDelay: true });
  const records = secure ? watchRecords() : undefined;
  const socket = records === undefined ? tcp : overTls(tcp, records.stream);
  sockets.set(id, socket);
  // Like Espruino, waits only for TCP: the TLS handshake follows in the idle loop, after "connect".
  tcp.once("connect", () => {
    settle(CONNECTED);
  });
  tcp.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
    settle(error.errno ?? -1);
  });
  let secured = !secure;
  socket.on("secureConnect", () => {
    secured = true;
    report({ id, event: "secured" });
  });
  socket.on("data", (/** @type {Buffer} */ bytes) => {
    report({ id, event: "data", bytes });
  });
  socket.on("end", () => {
    report({
      id,
      event: "end",
      end: records?.endsInAlert() ? "notified" : "closed",
      handshakeError: undefined,
    });
  });
  socket.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
    const end = error.code === "ECONNRESET" ? "reset" : "closed";
    report({ id, event: "end", end, handshakeError: secured ? undefined : handshakeError(error) });
  });
  socket.on("close", () => {
    tcp.destroy();
    sockets.delete(id);
    report({ id, event: "closed" });
  });
}

/**
 * Like Espruino's Mbed TLS: TLS 1.2, no server name, certificate not verified.
 *
 * @param {net.Socket} tcp
 * @param {Transform} incoming the stream to read `tcp` through
 */
function overTls(tcp, incoming) {
  tcp.pipe(incoming);
  const socket = Duplex.from({ readable: incoming, writable: tcp });
  return tls.connect({ socket, rejectUnauthorized: false, maxVersion: "TLSv1.2" });
}

/** Watches the types of passing TLS records [RFC5246-6.2.1]. */
function watchRecords() {
  const HEADER = 5;
  const ALERT = 21;
  let type = 0;
  let header = Buffer.alloc(0);
  let left = 0;
  const stream = new Transform({
    transform(/** @type {Buffer} */ bytes, _encoding, done) {
      for (let at = 0; at < bytes.length;) {
        const count = Math.min(bytes.length - at, left > 0 ? left : HEADER - header.length);
        if (left > 0) left -= count;
        else header = Buffer.concat([header, bytes.subarray(at, at + count)]);
        at += count;
        if (header.length < HEADER) continue;
        type = header.readUInt8(0);
        left = header.readUInt16BE(3);
        header = Buffer.alloc(0);
      }
      done(null, bytes);
    },
  });
  return { stream, endsInAlert: () => type === ALERT };
}

/**
 * Mbed TLS's code for a failed handshake.
 *
 * @param {NodeJS.ErrnoException} error OpenSSL's, whose code may be a plain EPROTO
 */
function handshakeError(error) {
  if (error.code === "ECONNRESET") return -0x1; // the peer closed
  return /\balert\b/i.test(error.message) ? -0x7780 : -0x7200; // it refused, or does not speak TLS
}

/** @param {Report} message */
function report(message) {
  Atomics.add(counts, REPORTED, 1);
  port?.postMessage(message);
}
