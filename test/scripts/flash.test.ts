/** `npm run flash`, with the real espruino tool: what it says, in success, failure and at Ctrl-C. */

import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { withoutToken } from "../../scripts/flash/port.ts";
import { shippedFile } from "../support/bundles.ts";
import { watchConsole } from "../support/console.ts";
import { BOARD, emptyBoard, endAfterEach } from "../support/empty-board.ts";
import { start } from "../support/run.ts";
import { runHere } from "../support/run-here.ts";

await shippedFile(BOARD.name); // no test has the time to build it
endAfterEach();

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
