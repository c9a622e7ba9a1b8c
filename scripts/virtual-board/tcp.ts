/** TCP for boards: blocking connections to 127.0.0.1, through one worker thread for all boards. */
import { once } from "node:events";
import { Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { End, Report, Request } from "./tcp-worker.js";

export type { End };

export interface TcpListener {
  /** The TLS handshake is done. */
  secured(): void;
  data(bytes: Uint8Array): void;
  /** @param handshakeError Mbed TLS's code, if the TLS handshake failed */
  ended(end: End, handshakeError: number | undefined): void;
  /** The kernel has taken `count` bytes. */
  sent(count: number): void;
}

export interface TcpConnection {
  write(bytes: Uint8Array): void;
  /** Closes once everything written is sent. */
  close(): void;
  /** Closes at once with a reset: some of the peer's bytes were not read. */
  reset(): void;
  /** Keeps the connection open but silent, as a peer sees it when the radio is gone. */
  abandon(): void;
  /** Closes at once. */
  destroy(): void;
  readonly closed: Promise<void>;
}

/** How long a board waits for a connection, in ms. */
const CONNECT_TIMEOUT = 10_000;
const ETIMEDOUT = 110;
const ECHO = Buffer.alloc(1);
/** How long to block for a request to be handled, in ms. */
const HANDLING_TIME = 1;

/** Blocks the thread until the connection is made or refused. @returns an errno if it fails */
export function connectTcp(port: number, secure: boolean, listener: TcpListener): TcpConnection | number {
  const id = ++lastId;
  const outcome = new SharedArrayBuffer(4);
  let closed!: () => void;
  const whenClosed = new Promise<void>((resolve) => (closed = resolve));
  listeners.set(id, { port, listener, closed });
  post({ op: "connect", id, port, secure, outcome });
  const result = new Int32Array(outcome);
  Atomics.wait(result, 0, 0, CONNECT_TIMEOUT);
  const errno = Atomics.load(result, 0) === 0 ? -ETIMEDOUT : Atomics.load(result, 0);
  if (errno < 0) {
    post({ op: "destroy", id });
    return -errno;
  }
  return {
    write(bytes) {
      unanswered.add(port);
      post({ op: "write", id, bytes });
    },
    close: () => post({ op: "close", id }),
    reset: () => post({ op: "reset", id }),
    abandon: () => post({ op: "abandon", id }),
    destroy: () => post({ op: "destroy", id }),
    closed: whenClosed,
  };
}

/**
 * Resolves when the worker has handled every request, all its reports have arrived, and so has everything that either
 * thread wrote to the other's sockets. The trip goes over TCP, because the kernel of a busy machine delivers late.
 */
export async function tcpRoundTrip(): Promise<void> {
  worker();
  const socket = await probe;
  for (let handled = count(HANDLED); handled !== posted; handled = count(HANDLED)) {
    Atomics.wait(counts, HANDLED, handled, HANDLING_TIME); // briefly: the worker may have failed
    await turn();
  }
  await new Promise<void>((resolve) => {
    trips.push(resolve);
    socket?.write(ECHO);
  });
  while (taken !== count(REPORTED)) await turn();
}

function count(what: number): number {
  return Atomics.load(counts, what);
}

/** Whether there is a connection, of which something may be in flight. */
export function isTcpOpen(): boolean {
  return listeners.size > 0;
}

/** Whether this is the socket for round trips, whose bytes do not count as activity. */
export function isProbe(socket: Socket): boolean {
  return socket === probeSocket;
}

/** Changes with every request and report of a connection. */
export function tcpActivity(): number {
  return activity;
}

/** The ports written to since the last call that have not answered. */
export function takeUnanswered(): number[] {
  const ports = [...unanswered];
  unanswered.clear();
  return ports;
}

/** Keeps the process alive for connections. @returns a function that releases it */
export function holdTcp(): () => void {
  if (holders++ === 0) worker().ref();
  return () => {
    if (--holders === 0) worker().unref();
  };
}

let started: Worker | undefined;
let holders = 0;
let lastId = 0;
let activity = 0;
const unanswered = new Set<number>();
const listeners = new Map<number, { port: number; listener: TcpListener; closed: () => void }>();
/** A connection to the worker, for round trips. */
let probe: Promise<Socket> | undefined;
let probeSocket: Socket | undefined;
/** Pending round trips. */
const trips: (() => void)[] = [];
/** Requests that the worker has handled and reports that it has made, by their place. */
const counts = new Int32Array(new SharedArrayBuffer(8));
const HANDLED = 0;
const REPORTED = 1;
/** Requests to the worker, and reports taken. */
let posted = 0;
let taken = 0;

function post(request: Request): void {
  activity++;
  posted++;
  worker().postMessage(request);
}

function worker(): Worker {
  if (started !== undefined) return started;
  started = new Worker(new URL("tcp-worker.js", import.meta.url), {
    execArgv: [],
    workerData: counts.buffer,
  });
  started.unref();
  started.on("message", receive);
  probe = openProbe(started);
  return started;
}

async function openProbe(thread: Worker): Promise<Socket> {
  const [{ port }] = (await once(thread, "message")) as [Extract<Report, { event: "listening" }>];
  const socket = new Socket();
  probeSocket = socket;
  socket.setNoDelay().connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.on("data", ({ length }) => {
    for (const end of trips.splice(0, length)) end();
  });
  return socket.unref();
}

function receive(report: Report): void {
  taken++;
  if (report.event === "listening") return;
  activity++;
  const entry = listeners.get(report.id);
  if (report.event !== "sent" && entry !== undefined) unanswered.delete(entry.port);
  if (report.event === "data") entry?.listener.data(report.bytes);
  else if (report.event === "sent") entry?.listener.sent(report.count);
  else if (report.event === "secured") entry?.listener.secured();
  else if (report.event === "end") entry?.listener.ended(report.end, report.handshakeError);
  else {
    listeners.delete(report.id);
    entry?.closed();
  }
}
