/**
 * Builds scripts for the tests of a run, each once: POST a board as JSON, and the answer is its script's path. A process of
 * its own, because a compiler that has just started takes twice as long, and every worker would have its own.
 *
 * It ends with its parent, and is told the folder for the scripts.
 */

import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Board } from "../../scripts/boards/board.ts";

const [directory = ""] = process.argv.slice(2);
/** The path of each script, by its board as JSON. */
const scripts = new Map<string, Promise<string>>();
/** One after the other: boards that differ only in what no script has find the first one's in the cache. */
let last: Promise<unknown> = Promise.resolve();

async function build(json: string): Promise<string> {
  // Loaded here because TypeScript takes a second to load.
  const { buildBundle } = await import("../../scripts/compile/bundle.ts");
  const hash = createHash("sha256").update(json).digest("hex");
  return (await buildBundle(JSON.parse(json) as Board, join(directory, hash))).file;
}

const server = createServer((request, response) => {
  void text(request)
    .then((json) => {
      const known = scripts.get(json) ?? last.then(() => build(json));
      scripts.set(json, known);
      last = known.catch(() => undefined);
      return known;
    })
    .catch((error: unknown) => {
      response.statusCode = 500;
      return error instanceof Error ? error.message : String(error);
    })
    .then((answer) => response.end(answer));
});
server.keepAliveTimeout = 0; // A connection that closes as a test uses it again is an error.
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.once("disconnect", () => process.exit());
