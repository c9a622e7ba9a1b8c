/** Scripts uploaded to the RAM of boards with the real espruino tool. */

import { describe, expect, it } from "vitest";
import { watchConsole } from "../../support/console.ts";
import { BOARD, emptyBoard, endAfterEach, run, script } from "../../support/empty-board.ts";

endAfterEach();

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
