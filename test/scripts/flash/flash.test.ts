/** Scripts uploaded to boards with the real espruino tool: to RAM, to flash, and with modules. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { VirtualBoard } from "../../../scripts/virtual-board/index.ts";
import { watchConsole } from "../../support/console.ts";
import {
  atEnd,
  BOARD,
  consoleOf,
  emptyBoard,
  endAfterEach,
  QUIET,
  run,
  script,
} from "../../support/empty-board.ts";

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

describe("a script in RAM", () => {
  it("runs at once, and is gone when the board restarts", async () => {
    const { stage, port } = await emptyBoard();
    let boots = 0;
    stage.device.on("reboot", () => boots++);
    const lines = await run(port, { toRam: true });
    expect(boots).toBe(1); // so that nothing of the previous program stays
    expect(lines).toContain("OneNET: online");
    expect([...stage.device.storage.keys()]).not.toContain(".bootcde");

    const console = watchConsole(stage.device);
    await stage.device.stop();
    await stage.device.start();
    stage.device.type("\x10print('empty')\n");
    await console.next(/^empty/);
    expect(console.lines.join()).not.toMatch(/Wi-Fi/);
  });

  it("is refused by the server: says what to correct", async () => {
    const { port } = await emptyBoard({ authInfo: "another one" });
    await expect(run(port, { toRam: true })).rejects.toThrow(
      "the server refused the board's log-in: correct the credentials in the board file, and flash again",
    );
  });

  it("does not come online: reports its last line", async () => {
    const { stage, port } = await emptyBoard();
    stage.device.air.remove(BOARD.wifi.ssid);
    const expected = /did not come online within \d+ s; its last line: Wi-Fi: .*\n.*npm run console/;
    let said = "";
    // On a busy machine the board may print nothing within 3 s.
    for (let patience = 3000; !expected.test(said) && patience < 100_000; patience *= 3)
      said = String(await run(port, { toRam: true, patience }).catch(String));
    expect(said).toMatch(expected);
  });

  it("throws at startup: shows the error", async () => {
    const { port } = await emptyBoard();
    const build = await script("throw new Error('no such lamp');");
    await expect(run(port, { build, toRam: true })).rejects.toThrow(
      /^the program stopped with an error: Error: no such lamp/,
    );
  });
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
