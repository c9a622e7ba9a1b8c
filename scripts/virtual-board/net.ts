/**
 * `require("net")` and `require("tls")`: Espruino's socket state machine (socketserver.c).
 *
 * Its oddities are Espruino's: `write` always returns false; a reset by the peer is a plain "close" on ESP32; "data"
 * runs inside the idle loop's turn, before a "connect" queued in the same turn; the peer's half-close closes both
 * ways. With TLS, "connect" precedes the handshake, no certificate is verified, and a server's orderly close is an
 * error.
 */
import { fromBytes, toBytes } from "./bytes.ts";
import { errorText, SocketError, type Connection, type Connections } from "./connections.ts";
import type { Emitter } from "./emitter.ts";
import type { Listener, Listeners } from "./listeners.ts";
import type { Loop } from "./loop.ts";
import { EspruinoError, type Realm } from "./realm.ts";
import { readOptions, readTarget } from "./target.ts";

export interface SocketParts {
  readonly realm: Realm;
  readonly loop: Loop;
  readonly emitter: Emitter;
  readonly connections: Connections;
  readonly toText: (value: unknown) => string;
  readonly runJob: (job: () => void) => void;
  readonly print: (line: string) => void;
}

export interface NetParts extends SocketParts {
  readonly listeners: Listeners;
}

interface Socket {
  readonly object: Record<string, unknown>;
  readonly connection: Connection;
  unsent: Buffer;
  connected: boolean;
  /** Close once everything is sent. */
  closing: boolean;
  closeNow: boolean;
}

/** @returns the two modules */
export function createNet(parts: NetParts): Record<"net" | "tls", Record<string, unknown>> {
  const { realm, loop, emitter } = parts;
  const sockets = new Set<Socket>();

  function connect(given: unknown, callback: unknown, secure: boolean): unknown {
    const options = readOptions(given, callback, parts.print);
    if (options === undefined) return undefined;
    const { host, port } = readTarget(options, parts.toText);
    const socket = createSocket(parts.connections.open(host, port || (secure ? 443 : 0), secure));
    if (callback !== undefined) emitter.on(socket.object, "connect", callback);
    sockets.add(socket);
    loop.wake();
    return socket.object;
  }

  function createServer(accepted: unknown): unknown {
    const object = realm.object({});
    let listener: Listener | undefined;
    emitter.on(object, "connect", accepted);
    realm.methods(object, {
      listen(port) {
        listener = parts.listeners.listen(Number(port) & 0xffff, (connection) => {
          const socket = createSocket(connection);
          sockets.add(socket);
          emitter.emit(object, "connect", socket.object);
        });
        return object;
      },
      close: () => listener?.close(),
    });
    return object;
  }

  function createSocket(connection: Connection): Socket {
    const socket: Socket = {
      object: realm.object({}),
      connection,
      unsent: Buffer.alloc(0),
      connected: false,
      closing: false,
      closeNow: false,
    };
    const write = (data: unknown): false => {
      if (socket.closing || socket.closeNow) throw new EspruinoError("This socket is closed");
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
    realm.methods(socket.object, { write, end });
    return socket;
  }

  /** One turn of one socket, like socketClientConnectionsIdle. */
  function turn(socket: Socket): void {
    const { connection } = socket;
    let error: SocketError | undefined;
    if (!socket.closeNow) {
      if (socket.unsent.length > 0) send(socket);
      else if (socket.closing) socket.closeNow = true;
      if (connection.ended !== undefined && !(connection.hasData && hasReader(socket))) {
        error = connection.ended;
        socket.closeNow = true;
      } else if (connection.isSettled) receive(socket);
    }
    if (socket.closeNow) finish(socket, error);
    else if (isReady(socket)) loop.wake();
  }

  function send(socket: Socket): void {
    socket.unsent = socket.connection.send(socket.unsent);
    if (socket.unsent.length === 0 && !socket.closing) emitter.emit(socket.object, "drain", socket.object);
  }

  function receive(socket: Socket): void {
    if (!socket.connected) {
      socket.connected = true;
      emitter.emit(socket.object, "connect", socket.object);
      if (socket.unsent.length === 0) emitter.emit(socket.object, "drain", socket.object);
    }
    if (!hasReader(socket)) return; // kept until someone listens
    const piece = socket.connection.take();
    if (piece === undefined) return;
    const text = fromBytes(piece);
    for (const listen of emitter.listeners(socket.object, "data")) {
      parts.runJob(() => void realm.call(listen, socket.object, text));
    }
  }

  function hasReader(socket: Socket): boolean {
    return emitter.listeners(socket.object, "data").length > 0;
  }

  function isReady(socket: Socket): boolean {
    const { connection, unsent } = socket;
    if (unsent.length === 0 ? socket.closing : connection.canSend) return true;
    return connection.ended !== undefined || (connection.hasData && hasReader(socket));
  }

  function finish(socket: Socket, error: SocketError | undefined): void {
    if (socket.unsent.length > 0 && error === SocketError.Closed) error = SocketError.UnsentData;
    socket.closing = true;
    sockets.delete(socket);
    socket.connection.close();
    const hadError = emitError(parts, socket.object, error);
    emitter.emit(socket.object, "end");
    emitter.emit(socket.object, "close", hadError);
    reportHandshake(parts, socket.connection);
  }

  loop.onPoll(() => {
    for (const socket of [...sockets]) turn(socket);
  });

  return {
    net: realm.object({
      connect: (options: unknown, callback: unknown) => connect(options, callback, false),
      createServer,
    }),
    tls: realm.object({ connect: (options: unknown, callback: unknown) => connect(options, callback, true) }),
  };
}

/** Emits "error", except for a closed connection. @returns whether it did */
export function emitError(parts: SocketParts, object: object, error: SocketError | undefined): boolean {
  if (error === undefined || error === SocketError.Closed) return false;
  parts.emitter.emit(object, "error", parts.realm.object({ code: error, message: errorText(error) }));
  return true;
}

/** Throws a failed TLS handshake in the idle loop, after the socket's last events. */
export function reportHandshake({ loop }: SocketParts, { handshakeError }: Connection): void {
  if (handshakeError === undefined) return;
  const text = `mbedtls_ssl_handshake returned -0x${(-handshakeError).toString(16)}`;
  loop.queue(() => {
    throw new EspruinoError(text, "InternalError");
  });
}
