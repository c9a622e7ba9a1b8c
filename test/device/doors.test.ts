/** The firmware closes everything Espruino opens, unless the board file asks otherwise. */

import { afterEach, describe, expect, it } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { buildScript, shipped } from "../support/bundles.ts";
import { watchConsole, type Console } from "../support/console.ts";

let device: VirtualBoard;
afterEach(() => device.stop());

/** Power on; the board joins Wi-Fi. */
async function start(board: Board, script: string, storage = new Map<string, string>()): Promise<Console> {
  const { chip, wifi } = board;
  device = createVirtualBoard({ script, chip, storage, air: [{ ssid: wifi.ssid, password: wifi.password }] });
  const console = watchConsole(device);
  await device.start();
  return console;
}

describe.each(["esp32-devkit", "esp32-c3-devkitm", "esp32-s3-devkitc-studio", "tpyboard-v202"])(
  "%s [chip F13] [chip F15]",
  (name) => {
    const board = shipped(name);

    it("closes everything its chip opens", async () => {
      const empty = `require("Wifi").connect(${JSON.stringify(board.wifi.ssid)}, { password: ${JSON.stringify(board.wifi.password)} }, function() { print("up"); });`;
      const before = await start(board, empty);
      await before.next(/^up$/, 5000);
      const open = device.doors();
      expect({ telnet: open.telnet !== undefined, bluetooth: open.bluetooth }).toEqual({
        telnet: board.chip !== "esp32c3",
        bluetooth: board.chip !== "esp8266",
      });
      await device.stop();

      const after = await start(board, await buildScript(board));
      await after.next(/^Wi-Fi: connected/, 5000);
      await device.clock.advance(2000);
      expect(device.doors()).toEqual({
        telnet: undefined,
        bluetooth: false,
        upload: board.chip === "esp8266",
      });
    });

    it("also does so in safe mode", async () => {
      const console = await start(board, await buildScript(board), new Map([["boots", "5"]]));
      await device.clock.advance(5000); // a restart does not count as a power-on if the clock continues
      device.type("E.reboot()\n");
      await console.next(/^Safe mode/, 5000);
      expect(device.doors()).toMatchObject({ telnet: undefined, bluetooth: false });
    });
  },
);
