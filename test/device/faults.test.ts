import { afterEach, expect, it } from "vitest";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { shippedMultiprotocol, shippedScript } from "../support/bundles.ts";
import { watchConsole, type Console } from "../support/console.ts";

const BOARD = shippedMultiprotocol("esp32-devkit");
const SCRIPT = await shippedScript(BOARD.name);
const MINUTE = 60_000;

let stage: Stage;
let console: Console;
afterEach(() => stage.close());

async function start(changes = {}): Promise<void> {
  stage = await setStage(BOARD, SCRIPT, changes);
  console = watchConsole(stage.device);
  await stage.device.start();
}

it("a refused log-in is named, with what to check, and tried again", async () => {
  await start({ authInfo: "another" });
  await console.next(
    /^OneNET: log-in refused, code 4: check product, device and authInfo in the board file; next/,
  );
  await console.next(/^OneNET: connecting/, MINUTE);
  await console.next(/^OneNET: log-in refused, code 4/);
});

it("Wi-Fi that stays down is joined again, and the platform found again", async () => {
  await start();
  await console.next(/^OneNET: online/);
  stage.device.air.remove(BOARD.wifi.ssid);
  await console.next(/^Wi-Fi: disconnected, .*; next try in \d+ s$/, MINUTE);
  await console.next(/^Wi-Fi: disconnected/, MINUTE);
  stage.device.air.add({ ssid: BOARD.wifi.ssid, password: BOARD.wifi.password });
  await console.next(/^Wi-Fi: connected/, 3 * MINUTE);
  await console.next(/^OneNET: online/);
  const { response } = await stage.platform.sendCommand(BOARD.onenet.device, "on", 60_000);
  expect(response?.toString()).toBe("on");
});

it("a wrong Wi-Fi password is told and tried again, with no log-in in between", async () => {
  stage = await setStage(BOARD, SCRIPT);
  stage.device.air.remove(BOARD.wifi.ssid);
  stage.device.air.add({ ssid: BOARD.wifi.ssid, password: "not-the-one" });
  console = watchConsole(stage.device);
  await stage.device.start();
  await console.next(/^Wi-Fi: disconnected/, MINUTE);
  await console.next(/^Wi-Fi: joining/, MINUTE);
  await console.next(/^Wi-Fi: disconnected/, MINUTE);
  expect(console.lines.join("\n")).not.toMatch(/OneNET: connecting/);
});

it("no line on the console holds the Wi-Fi password or the auth info", async () => {
  await start({ authInfo: "another" });
  await console.next(/log-in refused/);
  expect(console.lines.join("\n")).not.toContain(BOARD.onenet.authInfo);
  expect(console.lines.join("\n")).not.toContain(BOARD.wifi.password);
});

it("what was on its way when the link went arrives after it is back, at least once and in order", async () => {
  await start();
  await console.next(/^OneNET: online/);
  const { device, platform } = stage;
  await expect.poll(() => platform.datapoints(BOARD.onenet.device, "switch").length).toBe(1);
  await platform.sendCommand(BOARD.onenet.device, "on", 60_000);
  device.air.drop();
  await console.next(/^OneNET: online/, MINUTE);
  await platform.sendCommand(BOARD.onenet.device, "off", 60_000);
  await expect
    .poll(() => [...new Set(platform.datapoints(BOARD.onenet.device, "switch").map(({ value }) => value))])
    .toEqual([0, 1, 2]);
});
