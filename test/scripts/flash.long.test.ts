/** `npm run flash`, with the real espruino tool: what it says, in success and failure; flash-interrupted.long.test.ts presses Ctrl-C. */

import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { withoutToken } from "../../scripts/flash/port.ts";
import { shippedFile } from "../support/bundles.ts";
import { watchConsole } from "../support/console.ts";
import { BOARD, emptyBoard, endAfterEach } from "../support/empty-board.ts";
import { runHere } from "../support/run-here.ts";

await shippedFile(BOARD.name); // no test has the time to build it
endAfterEach();

describe("npm run flash", () => {
  it("builds, writes to flash and restarts; the board is online, then and after each power-on", async () => {
    const { stage, port } = await emptyBoard();
    const { code, stdout, stderr } = await runHere("flash", ["esp32-devkit", "--port", port]);
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

  it("finds the port, and says which", async () => {
    const ports = [{ path: "/dev/ttyNOWHERE7", vendorId: "10c4", productId: "ea60" }];
    const { code, stdout, stderr } = await runHere("flash", ["esp32-devkit", "--example-values"], { ports });
    expect(stdout).toBe("ESP32 DevKit: /dev/ttyNOWHERE7, CP210x, USB-to-serial bridge\n");
    expect(stderr).toMatch(/^error: no port \/dev\/ttyNOWHERE7; there are \/dev\/ttyNOWHERE7/m);
    expect(code).toBe(1);
  });

  it("says which board it is if none was named", async () => {
    const { stderr } = await runHere("flash", ["--port", "/dev/ttyNOWHERE7"]);
    expect(stderr).toMatch(/^warning: no board was named: this is esp32-devkit; .*npm run flash -- kitchen/);
  });

  it("lists several ports where nobody can be asked, and flashes none", async () => {
    const ports = ["1", "2"].map((number) => ({ path: `COM${number}`, vendorId: "1a86", productId: "7523" }));
    const { code, stdout } = await runHere("flash", ["esp32-devkit", "--example-values", "--json"], {
      ports,
    });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        message: [
          "there are several ports a board may be on: give one of them",
          "  --port COM1  CH340, USB-to-serial bridge",
          "  --port COM2  CH340, USB-to-serial bridge",
        ].join("\n"),
      },
    });
  });

  it("takes one board only", async () => {
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
