/** Scripts uploaded to the flash of boards with the real espruino tool, and with modules. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { VirtualBoard } from "../../../scripts/virtual-board/index.ts";
import { atEnd, consoleOf, emptyBoard, endAfterEach, QUIET, run, script } from "../../support/empty-board.ts";

endAfterEach();

describe("a board whose driver log interrupts its lines", () => {
  it("is still recognised as online", async () => {
    const { stage } = await emptyBoard();
    const noisy = await consoleOf({
      ...stage.device,
      on: (event: string, listener: (bytes: string) => void) =>
        stage.device.on(event as "output", (bytes) => listener(event === "output" ? withLog(bytes) : bytes)),
    } as VirtualBoard);
    expect(await run(noisy)).toContain("OneNET: online");
  });

  /** Inserts two log lines in the middle of any output. */
  function withLog(bytes: string): string {
    const middle = Math.floor(bytes.length / 2);
    const log = "\x1b[0;32mI (5123) wifi:state: init -> auth (b0)\x1b[0m\r\nW (5124) phy_init: x\r\n";
    return bytes.slice(0, middle) + log + bytes.slice(middle);
  }
});

describe("a script for flash", () => {
  it("throws at boot: shows the error", async () => {
    const { port } = await emptyBoard();
    const build = await script("print('boots');throw new Error('no such lamp');");
    const shown: string[] = [];
    const display = { ...QUIET, board: (line: string) => void shown.push(line) };
    await expect(run(port, { build, show: display })).rejects.toThrow(
      /^the program stopped with an error: Error: no such lamp/,
    );
    expect(shown[0]).toBe("boots");
  });

  it("does not fit: says how to make room", async () => {
    const { stage, port } = await emptyBoard();
    stage.device.storage.set("photos", "x".repeat(224 * 4096 - 4000));
    await expect(run(port)).rejects.toThrow(/^the board's flash is full: [^]*eraseAll/);
  });

  it("differs on the board: reports it [chip F25]", async () => {
    const { stage } = await emptyBoard();
    const type = (bytes: string) => stage.device.type(bytes.replace("lossy", "loss"));
    const port = await consoleOf({ ...stage.device, type });
    const build = await script("print('lossy');");
    await expect(run(port, { build })).rejects.toThrow(/bytes were lost in transit/);
  });
});

it("a module the script requires is uploaded with it", async () => {
  const directory = await mkdtemp(join(tmpdir(), "modules-"));
  atEnd.push(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, "greeting.js"), 'exports.word = function () { return "hello"; };');
  const { port, stage } = await emptyBoard();
  const build = await script(
    'setTimeout(function () { print(require("greeting").word()); print("OneNET: online"); }, 50);',
  );
  const lines = await run(port, { build, modules: { directory, url: "http://127.0.0.1:1" } });
  expect(lines).toContain("hello");
  expect(stage.device.storage.get(".bootcde")).toMatch(/^Modules\.addCached\("greeting"/);
});
