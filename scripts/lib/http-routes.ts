/** Who may call the routes of an HTTP server: each route says it, and one that does not is closed to everyone. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Who may call the route: one of the kinds that its server tells apart. */
    readonly who?: string;
  }
}

/** Turns a request away, by an answer or by an Error, unless it comes from one of a kind of callers. */
export type Check = (request: FastifyRequest, reply: FastifyReply) => void | Promise<void>;

/**
 * Has every request checked before its body is read. What counts is the route that the router has found, however the
 * address was spelled. Call it before routes are added.
 * @param checks by the kind of callers
 * @param elsewhere who may learn that there is no such route
 */
export function guardRoutes<Who extends string>(
  app: FastifyInstance,
  checks: Readonly<Record<Who, Check>>,
  elsewhere: NoInfer<Who>,
): void {
  const known = new Map<string, Check>(Object.entries(checks));
  app.addHook("onRequest", async (request, reply) => {
    const { who } = request.is404 ? { who: elsewhere } : request.routeOptions.config;
    const check = who === undefined ? undefined : known.get(who);
    if (check === undefined) await reply.code(403).send({ error: "this route does not say who may call it" });
    else await check(request, reply);
  });
}
