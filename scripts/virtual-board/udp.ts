/** UDP for boards: datagrams from and to 127.0.0.1, on this thread. */
import { createSocket, type Socket } from "node:dgram";
import { subscribe } from "node:diagnostics_channel";

export interface UdpSocket {
  /** Sends a datagram to a port on 127.0.0.1. */
  send(bytes: Uint8Array, port: number): void;
  /** Its port on 127.0.0.1; undefined until it is bound. */
  port(): number | undefined;
  close(): void;
  readonly closed: Promise<void>;
}

/** @param received called with each datagram and its source port on 127.0.0.1 */
export function openUdp(received: (bytes: Buffer, port: number) => void): UdpSocket {
  const socket = createSocket("udp4");
  let port: number | undefined;
  const closed = new Promise<void>((resolve) => socket.once("close", resolve));
  socket.on("error", () => undefined); // datagrams may get lost
  socket.on("message", (bytes, from) => {
    unanswered.delete(from.port);
    received(bytes, from.port);
  });
  socket.bind(0, "127.0.0.1", () => (port = socket.address().port));
  return {
    send(bytes, to) {
      unanswered.add(to);
      socket.send(bytes, to, "127.0.0.1");
    },
    port: () => port,
    close: () => socket.close(),
    closed,
  };
}

/** Changes with every datagram this thread sends or receives. */
export function udpActivity(): number {
  return activity;
}

/** The ports boards sent to since the last call that have not answered and are not this thread's. */
export function takeUnansweredUdp(): number[] {
  const ports = [...unanswered].filter((port) => !bound.has(port));
  unanswered.clear();
  return ports;
}

/** Resolves when all datagrams sent so far have arrived; at once if it is known that nothing is in flight. */
export async function udpRoundTrip(): Promise<void> {
  if (activity !== tripped.at) tripped = { at: activity, trips: 0 };
  if (activity === 0 || tripped.trips++ >= CALM_TRIPS) return;
  const socket = await (probe ??= openProbe());
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ARRIVAL_TIME); // the kernel may drop a datagram
    socket.once("message", () => {
      clearTimeout(timer);
      resolve();
    });
    socket.send("", socket.address().port, "127.0.0.1");
  });
}

/** Trips after which nothing is in flight: one may overtake a datagram, two cannot. */
const CALM_TRIPS = 2;
/** The round trips since the last activity. */
let tripped = { at: 0, trips: 0 };

/** How long to wait for a datagram from this thread to itself, in ms. */
const ARRIVAL_TIME = 100;

let activity = 0;
let isProbe = false;
let probe: Promise<Socket> | undefined;
const unanswered = new Set<number>();
/** The ports of this thread's sockets. */
const bound = new Set<number>();

subscribe("udp.socket", (message) => {
  if (isProbe) return;
  const { socket } = message as { socket: Socket };
  let port: number | undefined;
  const send = socket.send.bind(socket) as (...args: unknown[]) => void;
  Object.assign(socket, {
    send(...args: unknown[]) {
      activity++;
      send(...args);
    },
  });
  socket.on("message", () => activity++);
  socket.once("listening", () => {
    port = socket.address().port;
    bound.add(port);
    activity++;
  });
  socket.once("close", () => {
    if (port !== undefined) bound.delete(port);
    activity++;
  });
});

function openProbe(): Promise<Socket> {
  isProbe = true;
  const socket = createSocket("udp4");
  isProbe = false;
  return new Promise((resolve) => {
    socket.bind(0, "127.0.0.1", () => resolve(socket));
    socket.unref();
  });
}
