/**
 * Shared by all HTTP servers: each route declares its callers, and is closed if it does not; no connection can keep
 * another out.
 */

import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { createServer, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { createConnections } from "./connections.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Who may call the route: one of its server's kinds of callers. */
    readonly who?: string;
  }
}

/** Rejects a request, by a reply or an Error, unless it comes from the right kind of caller. */
export type Check = (request: FastifyRequest, reply: FastifyReply) => void | Promise<void>;

/** For routes that anyone may call. */
export const ANYONE = { config: { who: "anyone" } } as const;

export interface HttpServerOptions {
  /** Largest body, in bytes. */
  readonly bodyLimit: number;
  /** Most connections at once. */
  readonly connections: number;
  /** Longest time to receive a request, in ms. */
  readonly requestTimeout: number;
  /** Answers a request with a malformed address. */
  readonly badAddress: (error: Error, reply: FastifyReply) => void;
}

/** How long an idle connection stays open, in ms. */
const KEEP_ALIVE = 5000;

/** Most requests of a connection in progress at once [RFC 9112, 9.3.2]; one more ends it. */
const MAXIMUM_PIPELINED = 10;
/** Most bytes of answers that wait for their readers, in total; over it, the oldest are cut off. */
const MAXIMUM_UNREAD = 64 * 1024 * 1024;

/** How often to check for slow requests, in ms. */
const CHECK_INTERVAL = 1000;

/** Creates a server that does not listen yet. */
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
      const server = createServer({ ...times, connectionsCheckingInterval: CHECK_INTERVAL }, handle);
      server.on("connection", (socket) => connections.enter(socket));
      return server;
    },
  });
  /** Requests of each connection that are not fully answered. */
  const open = new WeakMap<Socket, number>();
  // Hundreds fit into a packet, and all of them would be answered before anything else.
  app.addHook("onRequest", (request, reply, done) => {
    const { socket } = request.raw;
    const count = (open.get(socket) ?? 0) + 1;
    if (count > MAXIMUM_PIPELINED) {
      socket.destroy();
      return;
    }
    open.set(socket, count);
    reply.raw.once("close", () => open.set(socket, (open.get(socket) ?? 1) - 1));
    done();
  });
  // The request is complete and its caller known: the connection keeps its place until the response is ready.
  app.addHook("preHandler", (request, reply, done) => {
    const { socket } = request.raw;
    if (request.routeOptions.config.who !== ANYONE.config.who) {
      connections.settle(socket);
      reply.raw.once("close", () => connections.unsettle(socket));
    }
    done();
  });
  const unread = createUnread(MAXIMUM_UNREAD);
  app.addHook("onSend", (request, reply, payload, done) => {
    connections.unsettle(request.raw.socket);
    if (typeof payload === "string" || Buffer.isBuffer(payload)) unread.add(reply.raw, payload.length);
    done();
  });
  return app;
}

/** Bounds the answers kept for clients that do not read them. */
function createUnread(maximum: number) {
  /** The size of each, oldest first. */
  const answers = new Map<ServerResponse, number>();
  let total = 0;

  function remove(answer: ServerResponse): void {
    total -= answers.get(answer) ?? 0;
    answers.delete(answer);
  }

  return {
    add(answer: ServerResponse, size: number): void {
      if (answer.destroyed) return; // It emits no further "close".
      answers.set(answer, size);
      total += size;
      answer.once("close", () => remove(answer));
      for (const oldest of answers.keys()) {
        if (total <= maximum || oldest === answer) return;
        remove(oldest);
        oldest.destroy();
      }
    },
  };
}

/**
 * Checks every request before its body is read, by the route that the router found, however the address is spelled.
 * Call this before adding routes.
 * @param checks by kind of caller, other than {@link ANYONE}
 * @param elsewhere the kind of caller who may learn that a route does not exist
 */
export function authorizeRoutes<Who extends string>(
  app: FastifyInstance,
  checks: Readonly<Record<Who, Check>>,
  elsewhere: NoInfer<Who>,
): void {
  const known = new Map<string, Check>(Object.entries(checks));
  known.set(ANYONE.config.who, () => undefined);
  app.addHook("onRequest", async (request, reply) => {
    const { who } = request.is404 ? { who: elsewhere } : request.routeOptions.config;
    const check = who === undefined ? undefined : known.get(who);
    if (check === undefined)
      await reply.code(403).send({ error: "this route does not declare who may call it" });
    else await check(request, reply);
  });
}
