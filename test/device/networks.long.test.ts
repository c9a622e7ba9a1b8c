/** An ESP8266 with an address of its own at home, and one from the router elsewhere. */

import { afterEach, expect, it } from "vitest";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { accessPointsOf } from "../../scripts/boards/wifi.ts";
import { buildScript } from "../support/bundles.ts";
import { watchConsole } from "../support/console.ts";
import { equipped } from "../support/equipped.ts";

let device: VirtualBoard;
afterEach(() => device.stop());

it("has its own address in one network, and the router's in the other", async () => {
  const board = equipped("plain", {
    chip: "esp8266",
    wifi: [
      { ssid: "attic", password: "under-the-roof", ip: "192.168.1.50", gateway: "192.168.1.1" },
      { ssid: "屋顶", password: "" },
    ],
    led: { kind: "gpio", pin: 2 },
    parts: {},
    words: {},
  });
  const [attic, roof] = accessPointsOf(board);
  device = createVirtualBoard({
    script: await buildScript(board),
    chip: board.chip,
    air: accessPointsOf(board),
  });
  const console = watchConsole(device);
  await device.start();
  for (const round of [1, 2]) {
    await console.next(/^Wi-Fi: connected, address 192\.168\.1\.50$/);
    device.air.remove(attic?.ssid ?? "");
    if (round === 1) {
      await console.next(/^Wi-Fi: connected, address 192\.168\.1\.20$/);
      if (attic) device.air.add(attic);
      device.air.remove(roof?.ssid ?? "");
    }
  }
  expect(console.lines).toContain("Wi-Fi: joining 屋顶");
});
