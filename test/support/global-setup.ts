/**
 * Builds scripts for all tests of a run, each once and all in this process: a compiler that has just started takes twice as
 * long, and every worker would have its own.
 */

import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { TestProject } from "vitest/node";
import type { Board } from "../../scripts/boards/board.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where bundles.ts asks for scripts. */
    scriptServer: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "onenet-espruino-"));
  /** The path of each script, by its board as JSON. */
  const scripts = new Map<string, Promise<string>>();

  async function build(json: string): Promise<string> {
    // Loaded here because TypeScript takes a second to load.
    const { buildBundle } = await import("../../scripts/compile/bundle.ts");
    const hash = createHash("sha256").update(json).digest("hex");
    return (await buildBundle(JSON.parse(json) as Board, join(directory, hash))).file;
  }

  const server = createServer((request, response) => {
    void text(request)
      .then((json) => {
        const known = scripts.get(json) ?? build(json);
        scripts.set(json, known);
        return known;
      })
      .catch((error: unknown) => {
        response.statusCode = 500;
        return String(error);
      })
      .then((answer) => response.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  project.provide("scriptServer", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.close();
    server.closeAllConnections();
    await rm(directory, { recursive: true, force: true });
  };
}
