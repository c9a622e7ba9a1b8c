/**
 * `require("dgram")`: UDP by Espruino's socket state machine (socketserver.c, jswrap_net.c).
 *
 * Its oddities are Espruino's: a socket opens with its first datagram and then emits "connect" and "drain"; a bound one
 * may emit its end twice; a datagram that cannot be sent takes those behind it with it; one longer than a piece is cut
 * off, and an empty one closes the socket. An ESP8266 does not look up names: what is sent to a name is broadcast, and
 * so reaches nothing here.
 */
import { fromBytes, toBytes } from "./bytes.ts";
import type { ChipFacts } from "./chips.ts";
import type { SocketParts } from "./net.ts";
import { findRoute, type Network } from "./network.ts";
import { EspruinoError, type Fn } from "./realm.ts";
import { LOOK_UP_TIME, type Reach, type Sockets } from "./sockets.ts";
import { typeName } from "./target.ts";
import { openUdp, type UdpSocket } from "./udp.ts";

export interface DgramParts extends Pick<SocketParts, "realm" | "loop" | "emitter" | "toText" | "print"> {
  readonly chip: ChipFacts;
  readonly network: Network;
  readonly online: () => boolean;
  readonly sockets: Sockets;
  readonly reach: (host: string, port: number) => Reach;
  /** Blocks the interpreter for `ms`. */
  readonly block: (ms: number) => void;
  /** Bytes sent ("up") or taken by the program ("down"). */
  readonly traffic: (way: "up" | "down", bytes: Buffer) => void;
}

export interface Dgram {
  readonly module: Record<string, unknown>;
  /** The UDP port on 127.0.0.1 that stands for a port the program has bound. */
  port(bound: number): number | undefined;
  /** Call this when the program is over. Resolves when its sockets are closed. */
  stop(): Promise<void>;
}

interface Datagram {
  readonly bytes: Buffer;
  /** Whether its name was resolved. */
  readonly isKnown: boolean;
  readonly host: string;
  readonly port: number;
}

interface Socket {
  readonly object: Record<string, unknown>;
  udp: UdpSocket | undefined;
  /** The port the program has bound. */
  bound: number | undefined;
  unsent: Datagram[];
  received: { readonly bytes: Buffer; readonly from: Origin }[];
  connected: boolean;
  /** Close once everything is sent. */
  closing: boolean;
  closeNow: boolean;
  /** How often to emit its end: twice if bound with nothing left to send. */
  ends: number;
}

interface Origin {
  readonly address: string;
  readonly port: number;
}

/** Bytes before each datagram in the interpreter's buffers. */
const HEADER = 8;
const LOCALHOST = "127.0.0.1";
const ADDRESS = /^\d+\.\d+\.\d+\.\d+$/;

export function createDgram(parts: DgramParts): Dgram {
  const { realm, loop, emitter, chip } = parts;
  const sockets = new Set<Socket>();
  const open = new Set<UdpSocket>();
  /** The apparent origin of datagrams from a port on 127.0.0.1: the target the program sent to. */
  const origins = new Map<number, Origin>();
  /** Ports on 127.0.0.1 that have sent something to the program: it may answer there. */
  const askers = new Set<number>();
  let size = chip.chunkSize;

  function createSocket(type: unknown, callback: unknown): unknown {
    if (callback !== undefined && typeof callback !== "function") {
      parts.print(`ERROR: Expecting Callback Function but got ${typeName(callback)}`);
      return undefined;
    }
    const options = typeof type === "object" && type !== null ? (type as { recvBufferSize?: unknown }) : {};
    size = Math.max(size, Number(options.recvBufferSize) || 0); // for all sockets, from then on
    const socket: Socket = {
      object: realm.object({}),
      udp: undefined,
      bound: undefined,
      unsent: [],
      received: [],
      connected: false,
      closing: false,
      closeNow: false,
      ends: 1,
    };
    realm.methods(socket.object, methodsOf(socket));
    if (callback !== undefined) emitter.on(socket.object, "connect", callback);
    sockets.add(socket);
    return socket.object;
  }

  function methodsOf(socket: Socket): Record<string, Fn> {
    return {
      send(buffer, ...args) {
        const hasRange = typeof args[2] === "number";
        const [port, host] = hasRange ? args.slice(2) : args;
        const text = parts.toText(buffer);
        const [start, length] = hasRange ? args.map(Number) : [0, text.length];
        if (socket.closing || socket.closeNow) throw new EspruinoError("This socket is closed");
        const to = { host: parts.toText(host), port: Number(port) & 0xffff };
        const bytes = toBytes(text.substring(start ?? 0, (start ?? 0) + (length ?? 0)));
        socket.unsent.push({ bytes, ...to, isKnown: lookUp(to) });
        listen(socket);
        loop.wake();
      },
      bind(port, callback) {
        socket.bound = Number(port) & 0xffff;
        listen(socket);
        if (typeof callback === "function")
          loop.queue(() => void realm.call(callback, undefined, socket.object));
        loop.wake();
        return socket.object;
      },
      close() {
        if (socket.unsent.length === 0) {
          socket.closeNow = true;
          if (socket.bound !== undefined) socket.ends = 2;
        }
        socket.closing = true;
        loop.wake();
      },
      addMembership: () => undefined, // no multicast here
    };
  }

  /** Looks a name up, which blocks the interpreter. */
  function lookUp({ host, port }: { host: string; port: number }): boolean {
    if (chip.asynchronous || !parts.online() || ADDRESS.test(host)) return true;
    const reach = parts.reach(host, port);
    if (reach !== "no name server") return true;
    parts.block(LOOK_UP_TIME);
    return false;
  }

  function listen(socket: Socket): void {
    if (socket.udp) return;
    if (!parts.sockets.take()) {
      socket.closeNow = true;
      if (!chip.asynchronous) parts.print("ERROR: Socket creation failed");
      throw new EspruinoError("Unable to create socket", "InternalError");
    }
    const udp = openUdp((bytes, port) => {
      if (!parts.online()) return;
      if (!origins.has(port)) askers.add(port);
      socket.received.push({ bytes, from: origins.get(port) ?? { address: LOCALHOST, port } });
      loop.wake();
    });
    socket.udp = udp;
    open.add(udp);
    void udp.closed.then(() => open.delete(udp));
  }

  /** One turn of one socket, like socketClientConnectionsIdle. */
  function turn(socket: Socket): void {
    if (socket.udp && !socket.closeNow) {
      if (socket.unsent.length > 0) sendAll(socket);
      else if (socket.closing) socket.closeNow = true;
      receive(socket);
    }
    if (socket.closeNow) finish(socket);
    else if (socket.unsent.length > 0 || socket.received.length > 0 || socket.closing) loop.wake();
  }

  function sendAll(socket: Socket): void {
    const datagram = socket.unsent.shift();
    if (datagram && !send(socket, datagram)) socket.unsent = []; // its remains garble what follows
    if (socket.unsent.length === 0 && !socket.closing) emitter.emit(socket.object, "drain", socket.object);
  }

  /** @returns false if the chip cannot send it; true even if no one receives it */
  function send({ udp }: Socket, { bytes, host, port, isKnown }: Datagram): boolean {
    const isAddress = ADDRESS.test(host);
    if (chip.asynchronous && !isAddress) return true;
    if (!parts.online() || !isKnown) return false;
    parts.traffic("up", bytes);
    const route = findRoute(parts.network, host, port, "udp");
    if (route === undefined && host === LOCALHOST && askers.has(port)) udp?.send(bytes, port);
    if (route?.port === undefined) return true;
    origins.set(route.port, { address: isAddress ? host : LOCALHOST, port });
    udp?.send(bytes, route.port);
    return true;
  }

  function receive(socket: Socket): void {
    if (!socket.connected) {
      socket.connected = true;
      emitter.emit(socket.object, "connect", socket.object);
      if (socket.unsent.length === 0) emitter.emit(socket.object, "drain", socket.object);
    }
    const datagram = socket.received.shift();
    if (!datagram) return;
    const { bytes, from } = datagram;
    if (bytes.length === 0) {
      socket.closeNow = true; // as if a TCP connection had ended
      return;
    }
    if (chip.asynchronous && bytes.length > size) {
      parts.print(`WARNING: Recv ${bytes.length} too long (UDP)!`);
      return;
    }
    const piece = bytes.subarray(0, size - HEADER);
    parts.traffic("down", piece);
    const { address, port } = from;
    emitter.emit(
      socket.object,
      "message",
      fromBytes(piece),
      realm.object({ address, port, size: piece.length }),
    );
  }

  function finish(socket: Socket): void {
    socket.closing = true;
    sockets.delete(socket);
    if (socket.udp) parts.sockets.give();
    socket.udp?.close();
    for (let count = 0; count < socket.ends; count++) {
      emitter.emit(socket.object, "end");
      emitter.emit(socket.object, "close", false);
    }
  }

  loop.onPoll(() => {
    for (const socket of [...sockets]) turn(socket);
  });

  return {
    module: realm.object({ createSocket }),
    port: (bound) => [...sockets].find((socket) => socket.bound === bound)?.udp?.port(),
    async stop() {
      const all = [...open];
      for (const { udp } of sockets) {
        if (udp) parts.sockets.give();
        udp?.close();
      }
      sockets.clear();
      await Promise.all(all.map((udp) => udp.closed));
    },
  };
}
