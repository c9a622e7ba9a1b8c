/** A folder for Espruino's modules, and a web server that stands in for its site. */

import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import type { ModuleSource } from "../../scripts/flash/modules.ts";

const atEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end();
});

/** The paths that the server was asked for. */
export const asked: string[] = [];

/** An empty folder and a server, until the end of the test. */
export async function place(answer: RequestListener): Promise<ModuleSource> {
  const directory = await mkdtemp(join(tmpdir(), "modules-"));
  asked.length = 0;
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    answer(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  atEnd.push(
    () => rm(directory, { recursive: true }),
    () => new Promise((resolve) => server.close(resolve)),
    () => server.closeAllConnections(),
  );
  return { directory, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A server of texts by path. */
export function having(texts: Readonly<Record<string, string>>): RequestListener {
  return ({ url = "" }, response) => {
    const text = texts[url];
    response.writeHead(text === undefined ? 404 : 200).end(text);
  };
}
