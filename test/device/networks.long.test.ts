/** An ESP8266 with an address of its own at home, and one from the router elsewhere. */

import { afterEach, expect, it } from "vitest";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { accessPointsOf } from "../../scripts/boards/wifi.ts";
import { buildScript } from "../support/bundles.ts";
import { watchConsole } from "../support/console.ts";
import { equipped } from "../support/equipped.ts";
import { startOn } from "../support/started.ts";

const BOARD = equipped("plain", {
  chip: "esp8266",
  wifi: [
    { ssid: "attic", password: "under-the-roof", ip: "192.168.1.50", gateway: "192.168.1.1" },
    { ssid: "屋顶", password: "" },
  ],
  led: { kind: "gpio", pin: 2 },
  parts: {},
  words: {},
});
const [ATTIC = { ssid: "" }, ROOF = { ssid: "" }] = accessPointsOf(BOARD);
/** The longest wait before another try, in ms. */
const LONGEST = BOARD.reconnect.maximum * 1000;
/** Time for joining, and for a log-in. */
const JOINING = 5000;

let device: VirtualBoard;
afterEach(() => device.stop());

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

it("is online through one network within its longest wait after the other vanished", async () => {
  stage = await setStage(BOARD, await buildScript(BOARD));
  device = stage.device;
  const { lines, pass } = await startOn(stage);
  const logIns = () => lines.filter((line) => line === "OneNET: online").length;
  async function comesBack(most: number): Promise<void> {
    const before = logIns();
    for (let waited = 0; waited < most && logIns() === before; waited += 1000) await pass(1000);
    expect(logIns()).toBe(before + 1);
  }
  device.air.remove(ATTIC.ssid);
  await comesBack(LONGEST);
  expect(lines).toContain("Wi-Fi: joining 屋顶");
  device.air.add(ATTIC);
  device.air.remove(ROOF.ssid);
  await comesBack(LONGEST);
  device.air.remove(ATTIC.ssid);
  await pass(4 * LONGEST); // until the waits are longest
  expect(logIns()).toBe(3);
  device.air.add(ROOF);
  await comesBack(LONGEST + JOINING);
});

it("has its own address in one network, and the router's in the other", async () => {
  device = createVirtualBoard({
    script: await buildScript(BOARD),
    chip: BOARD.chip,
    air: accessPointsOf(BOARD),
  });
  const console = watchConsole(device);
  await device.start();
  for (const round of [1, 2]) {
    await console.next(/^Wi-Fi: connected, address 192\.168\.1\.50$/);
    device.air.remove(ATTIC.ssid);
    if (round === 1) {
      await console.next(/^Wi-Fi: connected, address 192\.168\.1\.20$/);
      device.air.add(ATTIC);
      device.air.remove(ROOF.ssid);
    }
  }
  expect(console.lines).toContain("Wi-Fi: joining 屋顶");
});
