/** Listens on a port, TCP or TLS, within bounds. */

import { createServer, type AddressInfo, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { createConnections } from "../cli/connections.ts";
import type { Certificate } from "./x509.ts";
import type { Limits } from "./limits.ts";

export interface ListenOptions {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** TLS with this certificate; without it, plain TCP. */
  readonly certificate?: Certificate | undefined;
  readonly limits: Limits;
  /**
   * Receives each connection; with TLS, after the handshake.
   * @param settle call once the peer is known; connections not settled are closed first if there are too many
   */
  readonly welcome: (socket: Socket, settle: () => void) => void;
  /** Receives the reason a TLS handshake failed. */
  readonly handshakeFailed: (error: Error) => void;
}

export interface Listener {
  readonly port: number;
  /** Stops listening and ends the remaining connections. */
  stop(): Promise<void>;
  /** Listens again on the same port. @throws Error if it is taken */
  start(): Promise<void>;
}

/** @throws Error if the port is taken */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { certificate, limits } = options;
  const sockets = new Set<Socket>();
  const connections = createConnections(limits.connections);
  const welcome = (socket: Socket) => options.welcome(socket, () => connections.settle(socket));
  const server = certificate
    ? createTlsServer({ ...certificate, handshakeTimeout: limits.connectTimeout, noDelay: true }, welcome)
    : createServer({ noDelay: true }, welcome);
  // First in line, so that other listeners never see connections that are closed here.
  server.prependListener("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    connections.enter(socket);
  });
  server.on("tlsClientError", (error: Error, socket: Socket) => {
    options.handshakeFailed(error);
    socket.destroy();
  });

  function start(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, options.host, () => {
        server.off("error", reject);
        resolve();
      });
    });
  }

  await start(options.port);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    start: () => start(port),
    async stop() {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
