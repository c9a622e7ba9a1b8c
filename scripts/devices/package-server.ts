/** Serves the packages of updates to boards on a plain broker, over HTTP and in ranges. */

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { spanOf } from "../local-onenet/index.ts";

export interface PackageServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Most connections at once: a board has one for a moment. */
const CONNECTIONS = 256;
/** Longest time for a request, in ms. */
const REQUEST_TIMEOUT = 10_000;

/**
 * @param files byte strings by their paths; may grow
 * @param port 0: any
 * @throws Error of listen()
 */
export async function startPackageServer(
  files: ReadonlyMap<string, string>,
  port: number,
): Promise<PackageServer> {
  const limits = { requestTimeout: REQUEST_TIMEOUT, connectionsCheckingInterval: 1000 };
  const server = createServer(limits, ({ method, url = "", headers }, response) => {
    const file = method === "GET" ? files.get(url) : undefined;
    if (file === undefined) {
      response.writeHead(404, { "Content-Length": 0 }).end();
      return;
    }
    const span = spanOf(headers.range, file.length);
    const { from, to } = span ?? { from: 0, to: file.length };
    const isEmpty = from === to;
    response
      .writeHead(isEmpty ? 416 : span ? 206 : 200, {
        "Content-Type": "application/octet-stream",
        "Content-Length": to - from,
        ...(span && { "Content-Range": `bytes ${isEmpty ? "*" : `${from}-${to - 1}`}/${file.length}` }),
      })
      .end(Buffer.from(file.slice(from, to), "latin1"));
  });
  server.maxConnections = CONNECTIONS;
  server.listen(port);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
