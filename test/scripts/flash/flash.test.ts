/** Scripts brought to boards by the real espruino tool: into RAM, into flash, and with modules. */

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

describe("a board whose drivers print within its lines", () => {
  it("is online all the same", async () => {
    const { stage } = await emptyBoard();
    const noisy = await consoleOf({
      ...stage.device,
      on: (event: string, listener: (bytes: string) => void) =>
        stage.device.on(event as "output", (bytes) => listener(event === "output" ? withLog(bytes) : bytes)),
    } as VirtualBoard);
    expect(await run(noisy)).toContain("OneNET: online");
  });

  /** Two lines of the log in the middle of whatever comes. */
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
    expect(boots).toBe(1); // so that nothing of the program before stays
    expect(lines).toContain("OneNET: online");
    expect([...stage.device.storage.keys()]).not.toContain(".bootcde");

    const console = watchConsole(stage.device);
    await stage.device.stop();
    await stage.device.start();
    stage.device.type("\x10print('empty')\n");
    await console.next(/^empty/);
    expect(console.lines.join()).not.toMatch(/Wi-Fi/);
  });

  it("is refused by the server: says what to put right", async () => {
    const { port } = await emptyBoard({ authInfo: "another one" });
    await expect(run(port, { toRam: true })).rejects.toThrow(
      "the server refused the board's log-in: correct the credentials in the board file, and flash again",
    );
  });

  it("does not get online: says the last thing that it saw", async () => {
    const { stage, port } = await emptyBoard();
    stage.device.air.remove(BOARD.wifi.ssid);
    const expected = /did not come online within \d+ s; its last line: Wi-Fi: .*\n.*npm run console/;
    let said = "";
    // On a busy machine the board has said nothing yet after 3 s.
    for (let patience = 3000; !expected.test(said) && patience < 100_000; patience *= 3)
      said = String(await run(port, { toRam: true, patience }).catch(String));
    expect(said).toMatch(expected);
  });

  it("throws while it starts: shows the error", async () => {
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

  it("is not what arrived: says so [chip F25]", async () => {
    const { stage } = await emptyBoard();
    const type = (bytes: string) => stage.device.type(bytes.replace("lossy", "loss"));
    const port = await consoleOf({ ...stage.device, type });
    const build = await script("print('lossy');");
    await expect(run(port, { build })).rejects.toThrow(/bytes were lost in transit/);
  });
});

it("a module that a script asks for goes with it", async () => {
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
