/** A board whose file asks for telnet opens only that, behind its password. */

import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { buildScript, shipped } from "../support/bundles.ts";
import { watchConsole } from "../support/console.ts";

const BOARD = {
  ...shipped("esp32-devkit"),
  name: "with-telnet",
  console: { password: "open-sesame", telnet: true },
};

let device: VirtualBoard;
beforeEach(async () => {
  const air = [{ ssid: BOARD.wifi.ssid, password: BOARD.wifi.password }];
  device = createVirtualBoard({ script: await buildScript(BOARD), chip: BOARD.chip, air });
});
afterEach(() => device.stop());

describe("a board with a console password and telnet [chip F19]", () => {
  it("opens only telnet, protected by the password", async () => {
    const console = watchConsole(device);
    await device.start();
    await console.next(/^Wi-Fi: connected/, 5000);
    await expect.poll(() => device.doors().telnet).toBeGreaterThan(0);
    expect(device.doors().bluetooth).toBe(false);

    const terminal = connect(device.doors().telnet ?? 0, "127.0.0.1");
    let shown = "";
    terminal.on("data", (bytes: Buffer) => (shown += bytes.toString("latin1")));
    await once(terminal, "connect");
    terminal.write("print('ow'+'ned')\n");
    await expect.poll(() => shown).toContain("password>");
    terminal.write("open-sesame\nprint('let '+'in')\n");
    await expect.poll(() => shown).toContain("let in");
    expect(shown).not.toContain("owned");
    terminal.destroy();
  });

  it("also asks for the password on the cable", async () => {
    await device.start();
    let shown = "";
    device.on("output", (bytes) => (shown += bytes));
    await device.clock.advance(1000);
    device.type("print('ow'+'ned')\n");
    await expect.poll(() => shown).toContain("password>");
    expect(shown).not.toContain("owned");
  });
});
