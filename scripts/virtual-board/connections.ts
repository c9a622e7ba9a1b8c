/**
 * TCP and TLS connections as Espruino's sockets see them: opening blocks the program; reads and writes go in pieces.
 */
import type { ChipFacts } from "./chips.ts";
import { findRoute, type Network } from "./network.ts";
import { EspruinoError } from "./realm.ts";
import { LOOK_UP_TIME, type Reach, type Sockets } from "./sockets.ts";
import { connectTcp, type End, type TcpConnection, type TcpListener } from "./tcp.ts";

/** Socket error codes (socketerrors.h), and one of Mbed TLS that the program gets unchanged. */
export const enum SocketError {
  Closed = -1,
  NotFound = -6,
  UnsentData = -8,
  Reset = -9,
  NoResponse = -15,
  CloseNotify = -0x7880,
}

/** The message of an "error" event. */
export function errorText(error: SocketError): string {
  return ERROR_TEXTS[error] ?? "unknown error";
}

export interface Connection {
  /** Set once the connection is gone: what the next read returns after all data. */
  readonly ended: SocketError | undefined;
  /** Mbed TLS's code if the TLS handshake failed. */
  readonly handshakeError: number | undefined;
  /** Whether connecting has succeeded or failed. */
  readonly isSettled: boolean;
  readonly hasData: boolean;
  readonly canSend: boolean;
  /** Sends a piece of at most the chip's size if there is room. @returns the rest of `bytes` */
  send(bytes: Buffer): Buffer;
  /** Takes a piece of at most the chip's size. */
  take(): Buffer | undefined;
  close(): void;
}

export interface Connections {
  /**
   * Blocks until the connection is made.
   * @throws EspruinoError if it is refused or the name does not resolve, unless the chip reports that as an event
   */
  open(host: string, port: number, secure: boolean): Connection;
  /** Drops all connections without notifying the peers: the radio is gone. */
  linkLost(): void;
  /** Closes the program's connections: it is over. */
  kill(): void;
  /** Call this at power-off. Resolves when every connection is closed. */
  stop(): Promise<void>;
}

export interface ConnectionListener {
  traffic(way: "up" | "down", bytes: Buffer, connection: number): void;
  connect(host: string, port: number, connection: number): void;
  close(connection: number): void;
  print(line: string): void;
}

export interface ConnectionParts {
  readonly chip: ChipFacts;
  readonly network: Network;
  readonly online: () => boolean;
  readonly sockets: Sockets;
  readonly reach: (host: string, port: number) => Reach;
  /** Blocks the interpreter for `ms`. */
  readonly block: (ms: number) => void;
  /** Called before the program gets bytes. @returns false if it ends now, without them */
  readonly takes: (count: number) => boolean;
  /** Runs a job of the chip after `ms`. */
  readonly after: (ms: number, job: () => void) => void;
  /** Whether there is memory for a TLS connection. */
  readonly fitsTls: boolean;
  /** Wakes the sockets. */
  readonly wake: () => void;
  readonly listener: ConnectionListener;
}

const ERROR_TEXTS: Readonly<Partial<Record<SocketError, string>>> = {
  [SocketError.Closed]: "connection closed",
  [SocketError.NotFound]: "not found",
  [SocketError.UnsentData]: "unsent data",
  [SocketError.Reset]: "connection reset",
  [SocketError.NoResponse]: "no response",
};

const ECONNREFUSED = 111;
const EHOSTUNREACH = 113;

interface Line extends Connection {
  readonly id: number;
  tcp: TcpConnection | undefined;
  ended: SocketError | undefined;
  handshakeError: number | undefined;
  /** Why connecting failed. */
  errno: number;
  /** Whether the program has closed it. */
  isOver: boolean;
  readonly isPlain: boolean;
  /** Whether the TLS handshake is done; true without TLS. */
  ready: boolean;
  /** Bytes the kernel has not taken. */
  inFlight: number;
  received: Buffer[];
}

export function createConnections(parts: ConnectionParts): Connections {
  const { chip, network, listener, wake } = parts;
  const lines = new Set<Line>();
  const unclosed = new Set<TcpConnection>();
  /** Lines that hold one of the chip's sockets. */
  const holders = new Set<Line>();
  let lastId = 0;

  function open(host: string, port: number, secure: boolean): Connection {
    const line = createLine(!secure);
    const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(host);
    if (!parts.online()) {
      if (isAddress) throw notCreated(EHOSTUNREACH);
      if (chip.asynchronous) return line; // the look-up never ends
      throw new EspruinoError("Unable to locate host", "InternalError");
    }
    const found = parts.reach(host, port);
    const reach = isAddress && found === "no name server" ? 0 : found;
    const wait = timeOf(reach);
    if (chip.asynchronous) {
      takeSocket(line);
      if (wait === 0) line.ended = begin(line, host, port, secure, reach);
      else parts.after(wait, () => line.isOver || settle(line, begin(line, host, port, secure, reach)));
      return line;
    }
    parts.block(wait);
    if (reach !== "no name server" && knows(host, port)) takeSocket(line);
    const failed = begin(line, host, port, secure, reach);
    if (failed === SocketError.NotFound) throw new EspruinoError("Unable to locate host", "InternalError");
    if (failed !== undefined) {
      giveSocket(line);
      throw notCreated(line.errno);
    }
    if (secure && !parts.fitsTls) throw notSetUp(line);
    return line;
  }

  function timeOf(reach: Reach): number {
    if (reach === "no name server") return LOOK_UP_TIME;
    return reach === "no answer" ? chip.connectTime : reach;
  }

  function settle(line: Line, failed: SocketError | undefined): void {
    line.ended = failed;
    wake();
  }

  function knows(host: string, port: number): boolean {
    return /^\d+\.\d+\.\d+\.\d+$/.test(host) || findRoute(network, host, port) !== undefined;
  }

  /** @returns why it failed, if it did */
  function begin(
    line: Line,
    host: string,
    port: number,
    secure: boolean,
    reach: Reach,
  ): SocketError | undefined {
    if (reach === "no name server" || !knows(host, port)) return SocketError.NotFound;
    if (reach === "no answer") {
      line.errno = EHOSTUNREACH;
      return SocketError.Reset;
    }
    const route = findRoute(network, host, port);
    const outcome = route?.port === undefined ? ECONNREFUSED : connectTcp(route.port, secure, listenTo(line));
    if (typeof outcome === "number") {
      line.errno = outcome;
      return SocketError.Reset;
    }
    line.tcp = outcome;
    lines.add(line);
    unclosed.add(outcome);
    void outcome.closed.then(() => unclosed.delete(outcome));
    listener.connect(host, port, line.id);
    return undefined;
  }

  function takeSocket(line: Line): void {
    if (parts.sockets.take()) {
      holders.add(line);
      return;
    }
    if (!chip.asynchronous) listener.print("ERROR: Socket creation failed");
    throw new EspruinoError("Unable to create socket", "InternalError");
  }

  function giveSocket(line: Line): void {
    if (holders.delete(line)) parts.sockets.give();
  }

  /** A failed TLS setup leaks its socket, still open. */
  function notSetUp(line: Line): EspruinoError {
    holders.delete(line);
    parts.sockets.leak();
    lines.delete(line);
    return new EspruinoError("mbedtls_ssl_setup: Not enough memory", "InternalError");
  }

  function notCreated(errno: number): EspruinoError {
    if (!chip.asynchronous) listener.print(`ERROR: Connect failed (err ${errno})`);
    return new EspruinoError("Unable to create socket", "InternalError");
  }

  function listenTo(line: Line): TcpListener {
    return {
      secured() {
        line.ready = true;
        wake();
      },
      data(bytes) {
        line.received.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
        wake();
      },
      ended(end, handshakeError) {
        if (line.ended !== undefined) return; // only the first error counts
        line.ended = codeOf(end);
        line.handshakeError = handshakeError;
        wake();
      },
      sent(count) {
        line.inFlight -= count;
        wake();
      },
    };
  }

  function codeOf(end: End): SocketError {
    if (end === "notified") return SocketError.CloseNotify;
    return end === "reset" && chip.asynchronous ? SocketError.Reset : SocketError.Closed;
  }

  function createLine(isPlain: boolean): Line {
    return {
      id: ++lastId,
      tcp: undefined,
      ended: undefined,
      handshakeError: undefined,
      errno: 0,
      isOver: false,
      isPlain,
      ready: isPlain,
      inFlight: 0,
      received: [],
      get isSettled() {
        return this.tcp !== undefined || this.ended !== undefined;
      },
      get hasData() {
        return this.received.length > 0;
      },
      get canSend() {
        return this.tcp !== undefined && this.ready && this.inFlight < chip.sendWindow;
      },
      send(bytes) {
        if (!this.canSend) return bytes;
        const piece = bytes.subarray(0, chip.chunkSize);
        this.inFlight += piece.length;
        this.tcp?.write(piece);
        listener.traffic("up", Buffer.from(piece), this.id);
        return bytes.subarray(piece.length);
      },
      take() {
        const first = this.received.shift();
        if (first === undefined) return undefined;
        const piece = first.subarray(0, chip.chunkSize);
        if (first.length > piece.length) this.received.unshift(first.subarray(piece.length));
        if (!parts.takes(piece.length)) return undefined;
        listener.traffic("down", Buffer.from(piece), this.id);
        return piece;
      },
      close() {
        // Closing with unread bytes resets the connection, as in TCP [RFC 2525, 2.17].
        if (this.hasData && this.isPlain) this.tcp?.reset();
        else this.tcp?.close();
        this.isOver = true;
        giveSocket(this);
        forget(this);
      },
    };
  }

  function forget(line: Line): void {
    line.tcp = undefined;
    if (lines.delete(line)) listener.close(line.id);
  }

  return {
    open,
    linkLost() {
      for (const line of lines) {
        line.tcp?.abandon();
        line.received = [];
        line.ended = SocketError.Closed;
        forget(line);
      }
      wake();
    },
    kill() {
      for (const line of new Set([...lines, ...holders])) line.close();
    },
    async stop() {
      const open = [...unclosed];
      for (const connection of open) connection.destroy();
      await Promise.all(open.map((connection) => connection.closed));
    },
  };
}
