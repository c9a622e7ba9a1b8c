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

it("reports a refused log-in and what to check, and retries", async () => {
  await start({ authInfo: "another" });
  await console.next(
    /^OneNET: log-in refused, code 4: check product, device and authInfo in the board file; next/,
  );
  await console.next(/^OneNET: connecting/, MINUTE);
  await console.next(/^OneNET: log-in refused, code 4/);
});

it("rejoins Wi-Fi after a long outage, and reaches the platform again", async () => {
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

it("reports a wrong Wi-Fi password and retries, without a log-in in between", async () => {
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

it("never prints the Wi-Fi password or the auth info on the console", async () => {
  await start({ authInfo: "another" });
  await console.next(/log-in refused/);
  expect(console.lines.join("\n")).not.toContain(BOARD.onenet.authInfo);
  expect(console.lines.join("\n")).not.toContain(BOARD.wifi.password);
});

it("delivers what was in flight when the link broke after it returns, at least once and in order", async () => {
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
