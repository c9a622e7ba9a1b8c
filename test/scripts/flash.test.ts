/** Scripts uploaded to boards with the real espruino tool: success, and the message of each failure. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { flash, OLDEST, type FlashOptions } from "../../scripts/flash/index.ts";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { withoutToken } from "../../scripts/flash/port.ts";
import { serveConsole } from "../../scripts/virtual-board/console-server.ts";
import type { VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { shipped, shippedFile } from "../support/bundles.ts";
import { watchConsole } from "../support/console.ts";
import { start } from "../support/run.ts";
import { runHere } from "../support/run-here.ts";

const BOARD = shipped("esp32-devkit");
await shippedFile(BOARD.name); // no test has the time to build it

/** Shows nothing. */
const QUIET: FlashOptions["show"] = {
  step: () => undefined,
  progress: () => undefined,
  wait: () => undefined,
  writing: () => undefined,
  written: () => undefined,
  board: () => undefined,
};

const atEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end();
});

/** An empty board with its console on TCP, and the local OneNET it should reach. */
async function emptyBoard(changes: object = {}): Promise<{ stage: Stage; port: string }> {
  const stage = await setStage(BOARD, "", changes);
  atEnd.push(() => stage.close());
  const port = await consoleOf(stage.device);
  await stage.device.start();
  return { stage, port };
}

async function consoleOf(device: VirtualBoard): Promise<string> {
  const server = await serveConsole(device);
  atEnd.push(() => server.close());
  return server.address;
}

/** A TCP server in place of a board's console. @returns its address */
async function impostor(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => socket.destroy()));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  atEnd.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** @returns what was shown about the board */
async function run(port: string, changes: Partial<FlashOptions> = {}): Promise<string[]> {
  const lines: string[] = [];
  await flash({
    port,
    build: () => shippedFile(BOARD.name),
    chip: BOARD.chip,
    toRam: false,
    patience: 20_000,
    signal: new AbortController().signal,
    show: { ...QUIET, board: (line) => void lines.push(line) },
    ...changes,
  });
  return lines;
}

/** A separate script, longer than 512 bytes, because the tool never ends after a shorter one. */
async function script(code: string): Promise<() => Promise<string>> {
  const directory = await mkdtemp(join(tmpdir(), "flash-"));
  atEnd.push(() => rm(directory, { recursive: true }));
  const file = join(directory, "script.js");
  await writeFile(file, `${code}//${"x".repeat(600)}\n`);
  return () => Promise.resolve(file);
}

describe("npm run flash", () => {
  it("builds, writes to flash and restarts; the board is online, then and after each power-on", async () => {
    const { stage, port } = await emptyBoard();
    const { code, stdout, stderr } = await start("flash", ["esp32-devkit", "--port", port]).finished;
    expect(stderr).toMatch(/^warning: esp32-devkit: still example values: .*\n$/);
    expect(stdout).toMatch(
      /^ESP32 DevKit: tcp:.*\nEspruino 2v29 on ESP32\ndist\/esp32-devkit\.js, \d+ bytes\nWritten to flash/,
    );
    expect(stdout).toMatch(
      /the board restarts\n {2}ESP32 DevKit\n {2}Wi-Fi: joining[^]*\n {2}OneNET: online\n/,
    );
    expect(stdout).not.toContain("|  __|"); // nor any other line of Espruino's logo
    expect(stdout).toMatch(/ESP32 DevKit is online\n$/);
    expect(code).toBe(0);
    expect(stage.device.storage.get(".bootcde")?.trim()).toBe(
      (await readFile("dist/esp32-devkit.js", "latin1")).trim(),
    );

    await stage.device.stop();
    const console = watchConsole(stage.device);
    await stage.device.start();
    await console.next(/^OneNET: online/);
  });

  it("explains what Ctrl-C leaves behind, exits 130, and releases the port", async () => {
    const { port, stage } = await emptyBoard();
    stage.device.storage.set(".bootcde", "print('before')");
    const { child, finished } = start("flash", ["esp32-devkit", "--port", port]);
    await expect.poll(() => stage.device.storage.get(".bootcde")?.length).toBeGreaterThan(1000);
    child.kill("SIGINT");
    const { code, stderr } = await finished;
    expect(stderr).toMatch(
      "error: interrupted; the board may have only part of the script: flash it again\n",
    );
    expect(code).toBe(130);
    await expect.poll(() => answers(port)).toBe(true);
  });

  it("interrupted while building: the board is unchanged, and nothing else is printed", async () => {
    const { port, stage } = await emptyBoard();
    stage.device.storage.set(".bootcde", "print('before')");
    const { child, printed, finished } = start("flash", ["esp32-devkit", "--port", port]);
    await printed(/Espruino 2v29 on ESP32\n/);
    child.kill("SIGINT");
    const { code, stderr } = await finished;
    expect(stderr).toMatch(/^error: interrupted\n/m);
    expect(code).toBe(130);
    expect(stage.device.storage.get(".bootcde")).toBe("print('before')");
  });

  it("interrupted while the board restarts: reports that it has the whole script", async () => {
    const { port, stage } = await emptyBoard();
    stage.network[`${BOARD.onenet.server}:${BOARD.onenet.port}`] = 1; // it does not come online
    const { child, printed, finished } = start("flash", ["esp32-devkit", "--port", port]);
    await printed(/Written to flash; the board restarts\n/);
    child.kill("SIGINT");
    const { code, stderr } = await finished;
    expect(stderr).toMatch(
      "error: interrupted; the board has the whole script and will carry on by itself\n",
    );
    expect(code).toBe(130);
  });

  it("does not flash example values to a real board, or open its port, unless requested", async () => {
    const { code, stderr } = await runHere("flash", ["esp32-devkit", "--port", "/dev/ttyNOWHERE7"]);
    expect(stderr).toMatch(
      /^error: esp32-devkit: not flashed, .*: wifi\.ssid, wifi\.password, .*boards\/esp32-devkit\.local\.json .*--example-values\n$/,
    );
    expect(code).toBe(1);
  });

  it("reports the result to programs", async () => {
    const { port } = await emptyBoard();
    const { code, stdout, stderr } = await runHere("flash", [
      "esp32-devkit",
      "--port",
      port,
      "--ram",
      "--json",
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      ...{ ok: true, board: "esp32-devkit", port: withoutToken(port), espruino: "2v29", chip: "ESP32" },
      ...{ file: "dist/esp32-devkit.js", bytes: (await readFile("dist/esp32-devkit.js")).length },
      warnings: [expect.stringMatching(/^esp32-devkit: still example values/)],
    });
  });

  it("requires a port, and one board", async () => {
    const without = await runHere("flash", ["esp32-devkit", "--json"]);
    expect(without).toMatchObject({ code: 2, stderr: "" });
    expect(JSON.parse(without.stdout)).toEqual({
      ok: false,
      error: { message: "required option '--port <port>' not specified" },
    });
    const two = await runHere("flash", ["lolin32", "--board", "mpython", "--port", "COM1"]);
    expect(two.code).toBe(2);
    expect(two.stderr).toMatch(/^error: lolin32 and mpython: give one board only\n/);
  });

  it("exits 1 with the reason if there is no such port", async () => {
    const { code, stderr } = await runHere("flash", [
      ...["esp32-devkit", "--port", "/dev/ttyNOWHERE7"],
      "--example-values",
    ]);
    expect(stderr).toMatch(/^error: no port \/dev\/ttyNOWHERE7; there (is|are) .*npm run ports/m);
    expect(code).toBe(1);
  });
});

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

describe("a port", () => {
  it("on which nothing listens", async () => {
    const port = await impostor(() => undefined);
    await atEnd.pop()?.();
    await expect(run(port)).rejects.toThrow(`nothing listens on ${port}`);
  });

  it("with an invalid address", async () => {
    await expect(run("tcp://")).rejects.toThrow("tcp:// is not a valid address: use tcp://host:port");
    await expect(run("tcp://board:123456")).rejects.toThrow(/is not a valid address/);
  });

  it("in use by another program", async () => {
    const { port } = await emptyBoard();
    const { hostname, port: number, password } = new URL(port);
    const other = connect(Number(number), hostname);
    atEnd.push(() => other.destroy());
    other.write(`${password}\n1\n`);
    await new Promise((resolve) => other.once("data", resolve));
    await expect(run(port)).rejects.toThrow(
      `${withoutToken(port)} closed at once: close the program that is using it`,
    );
  });

  it("on a C3's bridge, which receives no input [chip F37]", async () => {
    const port = await impostor((socket) => socket.write("ESP-ROM:esp32c3-api1-20210207\r\n>"));
    await expect(run(port, { chip: "esp32c3", patience: 300 })).rejects.toThrow(
      /prints output but receives no input[^]*ESP32-C3 takes console input only from the chip's own USB[^]*GPIO18/,
    );
  });

  it("with a password-protected console: unlocks it if the board file has the password", async () => {
    const { port, stage } = await emptyBoard();
    stage.device.storage.set(".bootcde", "E.setPassword('sesame');E.lockConsole();");
    await stage.device.stop();
    await stage.device.start();
    // Retries while the console is still in use.
    const outcome = (options: object) => expect.poll(() => run(port, options).catch(String));
    const passwordFrom = "boards/x.json";
    await outcome({ passwordFrom }).toMatch(/boards\/x\.json has none/);
    await outcome({ password: "tree", passwordFrom }).toMatch(
      /a different password: console\.password in boards\/x\.json/,
    );
    await outcome({ password: "sesame" }).toContain("OneNET: online");
  });

  it("that is silent", async () => {
    const port = await impostor(() => undefined);
    await expect(run(port, { patience: 300 })).rejects.toThrow(
      new RegExp(`^no response on ${port}:[^]*npm run ports[^]*EN or RST[^]*docs/flashing.md`),
    );
  });

  it("with another firmware", async () => {
    const port = await impostor((socket) =>
      socket.on("data", (bytes) => socket.write(`${String(bytes)}\r\nSyntaxError: invalid syntax\r\n>>> `)),
    );
    await expect(run(port, { patience: 300 })).rejects.toThrow(
      /it is not Espruino, .*; it sent: SyntaxError: invalid syntax\n.*docs\/flashing\.md/,
    );
  });

  it("with a board waiting for firmware", async () => {
    const port = await impostor((socket) =>
      socket.write("rst:0x1,boot:0x3 (DOWNLOAD_BOOT)\r\nwaiting for download\r\n"),
    );
    await expect(run(port, { patience: 300 })).rejects.toThrow(/waiting for firmware: release BOOT/);
  });

  it("with an Espruino that is too old", async () => {
    const port = await claims({ VERSION: "2v08", BOARD: "ESP32" });
    await expect(run(port)).rejects.toThrow(`Espruino 2v08 is too old: the script needs ${OLDEST}`);
  });

  it("with another chip", async () => {
    const port = await claims({ VERSION: "2v29", BOARD: "ESP32C3_IDF4" });
    await expect(run(port)).rejects.toThrow(
      'this board is ESP32C3_IDF4, the script is for esp32: write "chip": "esp32c3"',
    );
  });

  it("that closes during the upload", async () => {
    const { stage } = await emptyBoard();
    const server = await serveConsole({
      ...stage.device,
      type(bytes) {
        if (bytes.includes("Storage")) void server.close();
        else stage.device.type(bytes);
      },
    });
    await expect(run(server.address)).rejects.toThrow("the port closed during the upload");
  });

  /** An impostor with this `process.env`. */
  function claims(env: object): Promise<string> {
    return impostor((socket) =>
      socket.on("data", (bytes) => {
        if (String(bytes).includes("process.env")) socket.write(`\x021:${JSON.stringify(env)}\x03\r\n>`);
      }),
    );
  }
});

/** Whether the console at an address accepts a connection and a line. */
function answers(port: string): Promise<boolean> {
  const { hostname, port: number } = new URL(port);
  return new Promise((resolve) => {
    const socket = connect(Number(number), hostname);
    const end = (result: boolean) => {
      resolve(result);
      socket.destroy();
    };
    socket.on("error", () => end(false)).on("close", () => end(false));
    socket.on("data", () => end(true));
    socket.write("1\n");
  });
}
