import { afterEach, expect, it } from "vitest";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { suite } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";
import { watchConsole, type Console } from "../support/console.ts";
import { withKeepAlive } from "../support/wire.ts";

const BOARD = suite({
  streams: [
    { id: "temperatrue", source: "uptime", period: 60, dpType: 3 },
    { id: "次数", source: "commands", period: 60, dpType: 3 },
  ],
  time: { server: "ntp.aliyun.com", zone: 8 },
});
const SCRIPT = await buildScript(BOARD);
const NAME = BOARD.onenet.device;

let stage: Stage;
let console: Console;
afterEach(() => stage.close());

async function start(script = SCRIPT): Promise<void> {
  stage = await setStage(BOARD, script);
  console = watchConsole(stage.device);
  const ready = new Promise<void>((resolve) => stage.server.events.once("ready", resolve));
  await stage.device.start();
  await ready;
}

it("dp/post/json is accepted and stored under its names, including Chinese ones", async () => {
  await start();
  await expect.poll(() => stage.platform.datapoints(NAME, "次数").at(-1)?.value).toBe(0);
  expect(stage.platform.datapoints(NAME, "temperatrue").at(-1)?.value).toEqual(expect.any(Number));
  expect(console.lines.join("\n")).not.toMatch(/rejected/);
});

it("a data point carries its time of measurement", async () => {
  await start();
  await stage.device.clock.advance(61_000);
  await expect
    .poll(() =>
      Math.abs(
        Date.parse(`${stage.platform.datapoints(NAME, "temperatrue").at(-1)?.at ?? ""}+08:00`) -
          stage.device.clock.now(),
      ),
    )
    .toBeLessThan(5000);
});

it("a rejected post is reported with its code and reason", async () => {
  await start(SCRIPT.replaceAll('"dp":{', '"dq":{'));
  await console.next(/^OneNET: data points rejected, code 98: Illegal Data/);
});

it("a command on cmd/request is obeyed and answered on cmd/response", async () => {
  await start();
  const { response } = await stage.platform.sendCommand(NAME, "on", 60_000);
  expect([response?.toString(), stage.device.pin(2).value]).toEqual(["on", 1]);
});

it("a command in Chinese is answered as unknown", async () => {
  await start();
  const { response } = await stage.platform.sendCommand(NAME, "开灯", 60_000);
  expect(response?.toString()).toBe("error: unknown command");
});

it("a rejected answer is reported with its code and reason", async () => {
  await start(SCRIPT.replaceAll('"error: unknown command"', JSON.stringify("x".repeat(1100))));
  await stage.platform.sendCommand(NAME, "dance", 500);
  await console.next(/^OneNET: an answer rejected, code 99: maximum payload size exceeded/);
});

it.each([10, 1800])("a keep alive of %i s is accepted", async (keepAlive) => {
  await start(withKeepAlive(SCRIPT, keepAlive));
  await console.next(/^OneNET: online/);
});
