/** The espruino tool behind its bridge, with a misbehaving port. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { expect, it } from "vitest";
import { linkTo } from "../../../scripts/flash/board-link.ts";
import { runEspruinoCli } from "../../../scripts/flash/espruino-cli.ts";

it("does not buffer endless output: waits until the tool has read it", async () => {
  const directory = await mkdtemp(join(tmpdir(), "espruino-cli-"));
  const file = join(directory, "script.js");
  await writeFile(file, `//${"x".repeat(600)}\n`);
  const flood = Buffer.alloc(65_536, "A");
  const port = new Duplex({
    read() {
      setImmediate(() => this.push(flood));
    },
    write(_chunk, _encoding, done) {
      done();
    },
  });
  const link = linkTo(port);
  const stop = new AbortController();
  const upload = {
    file,
    toRam: true,
    signal: stop.signal,
    onProgress: () => undefined,
    onWrite: () => undefined,
  };
  const ended = expect(runEspruinoCli(link, upload)).rejects.toThrow("enough");
  try {
    await expect.poll(() => port.isPaused(), { interval: 5 }).toBe(true);
  } finally {
    stop.abort(new Error("enough"));
    await ended;
    await link.close();
    await rm(directory, { recursive: true });
  }
  expect(port.isPaused()).toBe(false);
});
