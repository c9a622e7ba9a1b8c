/** Listens at a port, in TCP or TLS, within bounds. */

import { createServer, type AddressInfo, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { createConnections } from "../net/connections.ts";
import type { Certificate } from "./x509.ts";
import type { Limits } from "./limits.ts";

export interface ListenOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** TLS with this certificate; without it, plain TCP. */
  readonly certificate?: Certificate | undefined;
  readonly limits: Limits;
  /**
   * Gets each connection; of TLS, after the handshake.
   * @param settle to be called once it is known whose it is: others go first where there are too many
   */
  readonly welcome: (socket: Socket, settle: () => void) => void;
  /** Gets why a TLS handshake failed. */
  readonly handshakeFailed: (error: Error) => void;
}

export interface Listener {
  readonly port: number;
  /** Stops listening; ends the connections that are left. */
  stop(): Promise<void>;
  /** Listens again, at the same port. @throws Error when it is taken */
  start(): Promise<void>;
}

/** @throws Error when the port is taken */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { certificate, limits } = options;
  const sockets = new Set<Socket>();
  const connections = createConnections(limits.connections);
  const welcome = (socket: Socket) => options.welcome(socket, () => connections.settle(socket));
  const server = certificate
    ? createTlsServer({ ...certificate, handshakeTimeout: limits.connectTimeout, noDelay: true }, welcome)
    : createServer({ noDelay: true }, welcome);
  // Before the others hear of it: what is closed here is none of theirs.
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
