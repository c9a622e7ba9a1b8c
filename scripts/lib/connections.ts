/** Holds the connections of a server to a bound, so that those who say nothing keep nobody out. */

import { isIPv6, type Socket } from "node:net";

export interface Connections {
  /**
   * Takes a new connection. Where there are as many as may be, one that has not settled is closed: the oldest of the peer
   * that has the most of them; where all have settled, the new one.
   */
  enter(socket: Socket): void;
  /** Somebody who is known has it. A TLS socket stands for the connection below it. */
  settle(socket: Socket): void;
  /** Nobody has it any more: a request on it is over, and another may come. */
  unsettle(socket: Socket): void;
}

/** @param maximum most connections at once */
export function createConnections(maximum: number): Connections {
  /** By their remote ends, which tell apart those that are open. */
  const all = new Map<string, Socket>();
  /** Those that have not settled, oldest first, by their peers. */
  const waiting = new Map<string, Set<string>>();

  function wait(socket: Socket, end: string): void {
    const peer = peerOf(socket.remoteAddress);
    waiting.set(peer, (waiting.get(peer) ?? new Set()).add(end));
  }

  function waitNoMore(socket: Socket, end: string): void {
    const peer = peerOf(socket.remoteAddress ?? end.split(" ")[0]);
    const ends = waiting.get(peer);
    ends?.delete(end);
    if (ends?.size === 0) waiting.delete(peer);
  }

  /** Closes one that waits, if any does. */
  function makeRoom(): void {
    let most: Set<string> | undefined;
    for (const ends of waiting.values()) if (ends.size > (most?.size ?? 0)) most = ends;
    const [oldest] = most ?? [];
    if (oldest === undefined) return;
    const socket = all.get(oldest);
    all.delete(oldest);
    if (socket === undefined) return;
    waitNoMore(socket, oldest);
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
        waitNoMore(socket, end);
      });
    },
    settle(socket) {
      const end = endOf(socket);
      if (end !== undefined && all.has(end)) waitNoMore(socket, end);
    },
    unsettle(socket) {
      const end = endOf(socket);
      if (end !== undefined && all.has(end)) wait(socket, end);
    },
  };
}

/** undefined for a connection that has ended already. */
function endOf({ remoteAddress, remotePort }: Socket): string | undefined {
  return remoteAddress === undefined ? undefined : `${remoteAddress} ${remotePort ?? 0}`;
}

/** Whom an address is: of IPv6, whoever has its network of 64 bits, in which one computer has as many as it likes. */
export function peerOf(address = ""): string {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (!isIPv6(bare)) return bare;
  const [head = "", tail] = bare.replace(/%.*$/, "").split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right];
  return groups.slice(0, 4).join(":");
}
