/**
 * `require("net")` and `require("tls")`: Espruino's socket state machine (socketserver.c) over the host's TCP.
 *
 * What looks odd is Espruino's: `write` is always false; a reset by the peer is a plain "close" on ESP32; "data" runs
 * inside the idle loop's turn, before a "connect" queued in the same turn; the peer's half-close closes all.
 */
import { fromBytes, toBytes } from "./bytes.ts";
import type { ChipFacts } from "./chips.ts";
import type { Emitter } from "./emitter.ts";
import type { Loop } from "./loop.ts";
import { findRoute, type Network } from "./network.ts";
import { EspruinoError, type Fn, type Realm } from "./realm.ts";
import { connectTcp, tcpRoundTrip, type TcpConnection } from "./tcp.ts";

export interface NetListener {
  traffic(way: "up" | "down", bytes: Buffer, connection: number): void;
  connect(host: string, port: number, connection: number): void;
  close(connection: number): void;
  print(line: string): void;
}

export interface Net {
  readonly net: Record<string, unknown>;
  readonly tls: Record<string, unknown>;
  /** The radio is gone: sockets die here, and the peers hear nothing of it. */
  linkLost(): void;
  /** The program is over: sockets close, without events. */
  kill(): void;
  /** Resolves when answers to what was just sent have had their chance to arrive. */
  settle(): Promise<void>;
  /** The power is off. Resolves when every connection is closed. */
  stop(): Promise<void>;
}

export interface NetParts {
  readonly realm: Realm;
  readonly loop: Loop;
  readonly emitter: Emitter;
  readonly chip: ChipFacts;
  readonly network: Network;
  readonly online: () => boolean;
  readonly toText: (value: unknown) => string;
  readonly guard: (job: () => void) => void;
  readonly listener: NetListener;
}

const enum SocketError {
  Closed = -1,
  NotFound = -6,
  UnsentData = -8,
  Reset = -9,
}

const ERROR_TEXTS: Readonly<Record<number, string>> = {
  [SocketError.NotFound]: "not found",
  [SocketError.UnsentData]: "unsent data",
  [SocketError.Reset]: "connection reset",
};

const ECONNREFUSED = 111;
const EHOSTUNREACH = 113;

/** How long `settle` waits for a first answer, in ms of real time. */
const ANSWER_TIME = 50;

interface Socket {
  readonly id: number;
  readonly object: Record<string, unknown>;
  tcp: TcpConnection | undefined;
  unsent: Buffer;
  /** Bytes on their way to the kernel. */
  inFlight: number;
  received: Buffer[];
  /** Set when the peer has closed: the code that the next read gives once all is read. */
  ended: SocketError | undefined;
  connected: boolean;
  /** Close when all is sent. */
  closing: boolean;
  closeNow: boolean;
  closed: boolean;
}

export function createNet(parts: NetParts): Net {
  const { realm, loop, emitter, chip, network, listener } = parts;
  const sockets = new Set<Socket>();
  const connections = new Set<TcpConnection>();
  let lastId = 0;
  let sentSinceSettle = false;
  let arrivals = 0;
  let arrived: (() => void) | undefined;

  function connect(options: unknown, callback: unknown, secure: boolean): unknown {
    if (typeof options !== "object" || options === null) {
      listener.print(`ERROR: Expecting Options to be an Object but it was ${typeof options}`);
      return undefined;
    }
    const { host: givenHost, port: givenPort } = options as { host?: unknown; port?: unknown };
    const host = givenHost === undefined ? "127.0.0.1" : parts.toText(givenHost);
    const port = Number(givenPort) & 0xffff || (secure ? 443 : 0);
    const socket = createSocket();
    if (typeof callback === "function") {
      (socket.object["on"] as Fn).call(socket.object, "connect", callback);
    }
    open(socket, host, port, secure);
    sockets.add(socket);
    loop.wake();
    return socket.object;
  }

  function open(socket: Socket, host: string, port: number, secure: boolean): void {
    const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(host);
    if (!parts.online()) {
      if (isAddress) throw notCreated(EHOSTUNREACH);
      if (chip.asynchronous) return; // the look-up never ends, and nothing is ever heard of it
      throw new EspruinoError("Unable to locate host", "InternalError");
    }
    const route = host === "127.0.0.1" ? { port } : findRoute(network, host, port);
    if (route === undefined && !isAddress) {
      if (!chip.asynchronous) throw new EspruinoError("Unable to locate host", "InternalError");
      socket.ended = SocketError.NotFound;
      return;
    }
    const outcome = route?.port === undefined ? ECONNREFUSED : connectTcp(route.port, secure, hear(socket));
    if (typeof outcome === "number") {
      if (!chip.asynchronous) throw notCreated(outcome);
      socket.ended = SocketError.Reset;
      return;
    }
    socket.tcp = outcome;
    connections.add(outcome);
    void outcome.closed.then(() => connections.delete(outcome));
    listener.connect(host, port, socket.id);
  }

  function notCreated(errno: number): EspruinoError {
    if (!chip.asynchronous) listener.print(`ERROR: Connect failed (err ${errno})`);
    return new EspruinoError("Unable to create socket", "InternalError");
  }

  function hear(socket: Socket) {
    const note = () => {
      arrivals++;
      arrived?.();
      loop.wake();
    };
    return {
      data(bytes: Uint8Array) {
        socket.received.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
        note();
      },
      ended(reset: boolean) {
        socket.ended ??= reset && chip.asynchronous ? SocketError.Reset : SocketError.Closed;
        note();
      },
      sent(count: number) {
        socket.inFlight -= count;
        loop.wake();
      },
    };
  }

  function createSocket(): Socket {
    const socket: Socket = {
      id: ++lastId,
      object: realm.object({}),
      tcp: undefined,
      unsent: Buffer.alloc(0),
      inFlight: 0,
      received: [],
      ended: undefined,
      connected: false,
      closing: false,
      closeNow: false,
      closed: false,
    };
    const write = (data: unknown): false => {
      if (socket.closing || socket.closeNow || socket.closed)
        throw new EspruinoError("This socket is closed");
      if (data !== undefined) socket.unsent = Buffer.concat([socket.unsent, toBytes(parts.toText(data))]);
      loop.wake();
      return false;
    };
    const end = (data: unknown): void => {
      if (data !== undefined) write(data);
      if (socket.unsent.length === 0) socket.closeNow = true;
      socket.closing = true;
      loop.wake();
    };
    for (const [name, method] of Object.entries({ write, end })) {
      Object.defineProperty(socket.object, name, { value: realm.native(method), enumerable: false });
    }
    return socket;
  }

  /** One turn of one socket, as socketClientConnectionsIdle takes it. */
  function turn(socket: Socket): void {
    let error: SocketError | undefined;
    if (!socket.closeNow) {
      if (socket.unsent.length > 0) send(socket);
      else if (socket.closing) socket.closeNow = true;
      const waiting = socket.tcp === undefined && socket.ended === undefined;
      if (socket.ended !== undefined && (socket.received.length === 0 || !hasReader(socket))) {
        error = socket.ended;
        socket.closeNow = true;
      } else if (!waiting) receive(socket);
    }
    if (socket.closeNow) finish(socket, error);
    else if (isReady(socket)) loop.wake();
  }

  function send(socket: Socket): void {
    if (socket.tcp === undefined || socket.inFlight >= chip.sendWindow) return;
    const piece = socket.unsent.subarray(0, chip.chunkSize);
    socket.unsent = socket.unsent.subarray(piece.length);
    socket.inFlight += piece.length;
    socket.tcp.write(piece);
    sentSinceSettle = true;
    listener.traffic("up", Buffer.from(piece), socket.id);
    if (socket.unsent.length === 0 && !socket.closing) emitter.emit(socket.object, "drain", socket.object);
  }

  function receive(socket: Socket): void {
    if (!socket.connected) {
      socket.connected = true;
      emitter.emit(socket.object, "connect", socket.object);
      if (socket.unsent.length === 0) emitter.emit(socket.object, "drain", socket.object);
    }
    if (!hasReader(socket)) return; // kept until someone listens
    const piece = takePiece(socket);
    if (piece === undefined) return;
    listener.traffic("down", Buffer.from(piece), socket.id);
    const text = fromBytes(piece);
    for (const listen of emitter.listeners(socket.object, "data")) {
      parts.guard(() => listen.call(socket.object, text));
    }
  }

  function takePiece(socket: Socket): Buffer | undefined {
    const first = socket.received.shift();
    if (first === undefined) return undefined;
    if (first.length > chip.chunkSize) socket.received.unshift(first.subarray(chip.chunkSize));
    return first.subarray(0, chip.chunkSize);
  }

  function hasReader(socket: Socket): boolean {
    return emitter.listeners(socket.object, "data").length > 0;
  }

  function isReady(socket: Socket): boolean {
    if (socket.closing || (socket.unsent.length > 0 && socket.inFlight < chip.sendWindow)) {
      return socket.tcp !== undefined;
    }
    return socket.ended !== undefined || (socket.received.length > 0 && hasReader(socket));
  }

  function finish(socket: Socket, error: SocketError | undefined): void {
    if (socket.unsent.length > 0 && error === SocketError.Closed) error = SocketError.UnsentData;
    socket.closed = true;
    sockets.delete(socket);
    if (socket.tcp !== undefined) {
      socket.tcp.close();
      listener.close(socket.id);
    }
    const hadError = error !== undefined && error !== SocketError.Closed;
    if (hadError)
      emitter.emit(
        socket.object,
        "error",
        realm.object({ code: error, message: ERROR_TEXTS[error ?? SocketError.Closed] }),
      );
    emitter.emit(socket.object, "end");
    emitter.emit(socket.object, "close", hadError);
  }

  loop.onPoll(() => {
    for (const socket of [...sockets]) turn(socket);
  });

  return {
    net: realm.object({
      connect: (options: unknown, callback: unknown) => connect(options, callback, false),
    }),
    tls: realm.object({ connect: (options: unknown, callback: unknown) => connect(options, callback, true) }),
    linkLost() {
      for (const socket of sockets) {
        if (socket.tcp === undefined) continue;
        socket.tcp.abandon();
        socket.tcp = undefined;
        socket.received = [];
        socket.ended = SocketError.Closed;
        listener.close(socket.id);
      }
      loop.wake();
    },
    kill() {
      for (const socket of sockets) {
        socket.tcp?.close();
        if (socket.tcp !== undefined) listener.close(socket.id);
      }
      sockets.clear();
    },
    async settle() {
      if (connections.size === 0) {
        await new Promise((resolve) => setImmediate(resolve));
        return;
      }
      if (sentSinceSettle) {
        sentSinceSettle = false;
        const before = arrivals;
        await tcpRoundTrip();
        if (arrivals === before) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, ANSWER_TIME);
            arrived = () => {
              clearTimeout(timer);
              resolve();
            };
          });
          arrived = undefined;
        }
      }
      for (let before = -1; before !== arrivals;) {
        before = arrivals;
        await tcpRoundTrip();
      }
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve)); // what arrived has been through the idle loop
    },
    async stop() {
      const open = [...connections];
      for (const connection of open) connection.destroy();
      await Promise.all(open.map((connection) => connection.closed));
    },
  };
}
