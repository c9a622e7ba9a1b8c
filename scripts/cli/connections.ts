/** Limits a server's connections, so that silent ones cannot keep others out. */

import { isIPv6, type Socket } from "node:net";

export interface Connections {
  /**
   * Admits a new connection. At the limit, closes the oldest unsettled one of the peer with the most of them; if all
   * have settled, closes the new one.
   */
  enter(socket: Socket): void;
  /** Marks a connection as settled: its user is known. A TLS socket stands for the connection below it. */
  settle(socket: Socket): void;
  /** Marks it as unsettled: its request is over, and another may follow. */
  unsettle(socket: Socket): void;
}

/** @param maximum most connections at once */
export function createConnections(maximum: number): Connections {
  /** By remote end, which is unique among open connections. */
  const all = new Map<string, Socket>();
  /** Unsettled ones by peer, oldest first. */
  const waiting = new Map<string, Set<string>>();

  function wait(socket: Socket, end: string): void {
    const peer = peerOf(socket.remoteAddress);
    waiting.set(peer, (waiting.get(peer) ?? new Set()).add(end));
  }

  function stopWaiting(socket: Socket, end: string): void {
    const peer = peerOf(socket.remoteAddress ?? end.split(" ")[0]);
    const ends = waiting.get(peer);
    ends?.delete(end);
    if (ends?.size === 0) waiting.delete(peer);
  }

  /** Closes an unsettled connection, if there is one. */
  function makeRoom(): void {
    let most: Set<string> | undefined;
    for (const ends of waiting.values()) if (ends.size > (most?.size ?? 0)) most = ends;
    const [oldest] = most ?? [];
    if (oldest === undefined) return;
    const socket = all.get(oldest);
    all.delete(oldest);
    if (socket === undefined) return;
    stopWaiting(socket, oldest);
    socket.destroy();
  }

  return {
    enter(socket) {
      const end = endOf(socket);
      if (all.size >= maximum) makeRoom();
      if (all.size >= maximum || end === undefined) {
        socket.destroy();
        return;
      }
      all.set(end, socket);
      wait(socket, end);
      socket.once("close", () => {
        if (all.get(end) !== socket) return;
        all.delete(end);
        stopWaiting(socket, end);
      });
    },
    settle(socket) {
      const end = endOf(socket);
      if (end !== undefined && all.has(end)) stopWaiting(socket, end);
    },
    unsettle(socket) {
      const end = endOf(socket);
      if (end !== undefined && all.has(end)) wait(socket, end);
    },
  };
}

/** undefined if the connection has already ended. */
function endOf({ remoteAddress, remotePort }: Socket): string | undefined {
  return remoteAddress === undefined ? undefined : `${remoteAddress} ${remotePort ?? 0}`;
}

/** The peer behind an address: for IPv6 its /64 network, in which one computer can take any address. */
export function peerOf(address = ""): string {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (!isIPv6(bare)) return bare;
  const [head = "", tail] = bare.replace(/%.*$/, "").split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right];
  return groups.slice(0, 4).join(":");
}
