/** The answer to a request for an unknown call of the HTTP API. */

import type { FastifyInstance } from "fastify";
import { closestMatch } from "leven";
import { printable } from "./text.ts";

/** Longest path compared and shown, in characters. */
const SHOWN = 100;

interface Call {
  readonly method: string;
  readonly path: string;
}

/**
 * Records a server's calls; call it before adding them.
 * @returns a function that describes an unknown request and names the nearest call
 */
export function nameCalls(app: FastifyInstance): (method: string, url: string) => string {
  const calls: Call[] = [];
  app.addHook("onRoute", ({ method, url }) => {
    for (const each of [method].flat()) calls.push({ method: each, path: url });
  });
  return (method, url) => {
    const [path = ""] = url.split("?", 1);
    const shown = path.slice(0, SHOWN);
    const fault = `no such call: ${method} ${printable(shown, SHOWN)}`;
    const nearest = nearestOf(calls, method, shown);
    const list = "docs/local-onenet.md lists the supported ones";
    return nearest === undefined ? `${fault}; ${list}` : `${fault}; the nearest is ${nearest}; ${list}`;
  };
}

function nearestOf(calls: readonly Call[], method: string, path: string): string | undefined {
  const form = path.replace(/[0-9]{4,}/g, ":id");
  const paths = calls.map((call) => call.path);
  const found = closestMatch(form, paths, { maxDistance: Math.ceil(form.length / 3) });
  const same = calls.filter((call) => call.path === found);
  const { method: right } = same.find((call) => call.method === method) ?? same[0] ?? {};
  return right === undefined ? undefined : `${right} ${found ?? ""}`;
}
