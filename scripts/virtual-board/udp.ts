/** UDP for boards: datagrams of this thread, from and to 127.0.0.1. */
import { createSocket, type Socket } from "node:dgram";
import { subscribe } from "node:diagnostics_channel";

export interface UdpSocket {
  /** Sends a datagram to a port of 127.0.0.1. */
  send(bytes: Uint8Array, port: number): void;
  /** The port of 127.0.0.1 that it has; undefined for the moment that it takes to get one. */
  port(): number | undefined;
  close(): void;
  readonly closed: Promise<void>;
}

/** @param received gets each datagram and the port of 127.0.0.1 that it came from */
export function openUdp(received: (bytes: Buffer, port: number) => void): UdpSocket {
  const socket = createSocket("udp4");
  let port: number | undefined;
  const closed = new Promise<void>((resolve) => socket.once("close", resolve));
  socket.on("error", () => undefined); // a datagram that cannot go is lost, as any may be
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

/** Changes with every datagram of this thread that is sent or received. */
export function udpActivity(): number {
  return activity;
}

/** The ports that boards sent to since the last call and that neither answered nor belong to this thread. */
export function takeUnansweredUdp(): number[] {
  const ports = [...unanswered].filter((port) => !bound.has(port));
  unanswered.clear();
  return ports;
}

/** Resolves when datagrams that were sent before have come to where they go; at once when none ever was. */
export async function udpRoundTrip(): Promise<void> {
  if (activity === 0) return;
  const socket = await (probe ??= openProbe());
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, LOST); // the kernel may drop a datagram
    socket.once("message", () => {
      clearTimeout(timer);
      resolve();
    });
    socket.send("", socket.address().port, "127.0.0.1");
  });
}

/** How long a datagram is waited for that goes from this thread to this thread, in ms. */
const LOST = 100;

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
