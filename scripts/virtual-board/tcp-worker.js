// @ts-check
/**
 * The thread that owns the virtual boards' TCP sockets, so that a board's thread can wait for a connection as an
 * interpreter on a chip does. Plain JavaScript: a worker starts in a tenth of the time without a TypeScript loader.
 */
import net from "node:net";
import tls from "node:tls";
import { parentPort } from "node:worker_threads";

/**
 * @typedef {{ op: "connect", id: number, port: number, secure: boolean, outcome: SharedArrayBuffer }
 *   | { op: "write", id: number, bytes: Uint8Array }
 *   | { op: "close" | "abandon" | "destroy", id: number }
 *   | { op: "echo", id: number }} Request
 * @typedef {{ id: number, event: "data", bytes: Uint8Array }
 *   | { id: number, event: "end", reset: boolean }
 *   | { id: number, event: "sent", count: number }
 *   | { id: number, event: "closed" | "echo" }} Report
 */

/** Outcome of a connection that was made; a negative one is an errno. */
const CONNECTED = 1;

/** @type {Map<number, import("node:net").Socket>} */
const sockets = new Map();
const port = parentPort;
if (port === null) throw new Error("this is a worker: start it from tcp.ts");

port.on("message", (/** @type {Request} */ request) => {
  const { id } = request;
  switch (request.op) {
    case "connect":
      connect(request);
      break;
    case "write":
      sockets.get(id)?.write(request.bytes, () => {
        report({ id, event: "sent", count: request.bytes.length });
      });
      break;
    case "close": // what was written still goes out
      sockets.get(id)?.destroySoon();
      break;
    case "abandon": // the peer hears nothing of it, as when the radio is off
      sockets.get(id)?.removeAllListeners("data").resume();
      sockets.get(id)?.once("end", () => sockets.get(id)?.destroy());
      break;
    case "destroy":
      sockets.get(id)?.destroy();
      break;
    case "echo":
      report({ id, event: "echo" });
      break;
  }
});

/** @param {Extract<Request, { op: "connect" }>} request */
function connect({ id, port, secure, outcome }) {
  const result = new Int32Array(outcome);
  /** @param {number} value */
  const tell = (value) => {
    if (Atomics.compareExchange(result, 0, 0, value) === 0) Atomics.notify(result, 0);
  };
  const host = "127.0.0.1";
  const socket = secure
    ? tls.connect({ host, port, rejectUnauthorized: false }) // Espruino verifies no certificate
    : net.connect({ host, port, allowHalfOpen: true, noDelay: true });
  sockets.set(id, socket);
  // Espruino too waits for TCP only: TLS shakes hands in its idle loop, after "connect".
  socket.once("connect", () => {
    tell(CONNECTED);
  });
  socket.on("data", (bytes) => {
    report({ id, event: "data", bytes });
  });
  socket.on("end", () => {
    report({ id, event: "end", reset: false });
  });
  socket.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
    tell(error.errno ?? -1);
    report({ id, event: "end", reset: error.code === "ECONNRESET" });
  });
  socket.on("close", () => {
    sockets.delete(id);
    report({ id, event: "closed" });
  });
}

/** @param {Report} message */
function report(message) {
  port?.postMessage(message);
}
