/**
 * What the HTTP servers have in common: each route says who may call it, and one that does not is closed to everyone; no
 * connection keeps another out.
 */

import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { createServer } from "node:http";
import { createConnections } from "./connections.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Who may call the route: one of the kinds that its server tells apart. */
    readonly who?: string;
  }
}

/** Turns a request away, by an answer or by an Error, unless it comes from one of a kind of callers. */
export type Check = (request: FastifyRequest, reply: FastifyReply) => void | Promise<void>;

/** Of routes that strangers may call too. */
export const ANYONE = { config: { who: "anyone" } } as const;

export interface HttpServerOptions {
  /** Largest body, in bytes. */
  readonly bodyLimit: number;
  /** Most connections at once. */
  readonly connections: number;
  /** Longest time that a request may take to come, in ms. */
  readonly requestTimeout: number;
  /** Answers a request whose address is none. */
  readonly badAddress: (error: Error, reply: FastifyReply) => void;
}

/** Time between two requests of a connection after which it is closed, in ms. */
const KEEP_ALIVE = 5000;

/** Time between two looks for requests that take too long, in ms. */
const LOOK = 1000;

/** A server that listens nowhere yet. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const { bodyLimit, requestTimeout, badAddress } = options;
  const connections = createConnections(options.connections);
  const times = { requestTimeout, headersTimeout: requestTimeout, keepAliveTimeout: KEEP_ALIVE };
  const app = fastify({
    bodyLimit,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    frameworkErrors: (error, _request, reply: FastifyReply) => badAddress(error, reply),
    serverFactory(handle) {
      const server = createServer({ ...times, connectionsCheckingInterval: LOOK }, handle);
      server.on("connection", (socket) => connections.enter(socket));
      return server;
    },
  });
  // The request is whole, and its caller known: the connection holds its place until the answer has gone.
  app.addHook("preHandler", (request, reply, done) => {
    const { socket } = request.raw;
    if (request.routeOptions.config.who !== ANYONE.config.who) {
      connections.settle(socket);
      reply.raw.once("close", () => connections.unsettle(socket));
    }
    done();
  });
  return app;
}

/**
 * Has every request checked before its body is read. What counts is the route that the router has found, however the
 * address was spelled. Call it before routes are added.
 * @param checks by the kind of callers, beside {@link ANYONE}
 * @param elsewhere who may learn that there is no such route
 */
export function guardRoutes<Who extends string>(
  app: FastifyInstance,
  checks: Readonly<Record<Who, Check>>,
  elsewhere: NoInfer<Who>,
): void {
  const known = new Map<string, Check>(Object.entries(checks));
  known.set(ANYONE.config.who, () => undefined);
  app.addHook("onRequest", async (request, reply) => {
    const { who } = request.is404 ? { who: elsewhere } : request.routeOptions.config;
    const check = who === undefined ? undefined : known.get(who);
    if (check === undefined) await reply.code(403).send({ error: "this route does not say who may call it" });
    else await check(request, reply);
  });
}
