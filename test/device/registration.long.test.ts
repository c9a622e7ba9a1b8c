import { afterEach, expect, it } from "vitest";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { walkThrough } from "../../scripts/stage/walkthrough.ts";
import { registering } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";
import { watchConsole } from "../support/console.ts";

const MINUTE = 60_000;

let stage: Stage;
afterEach(() => stage.close());

it("a board without an id gets one at its first boot, by its MAC, and completes every step", async () => {
  stage = await setStage(registering(), await buildScript(registering()));
  const titles: string[] = [];
  stage.platform.on("registered", ({ title, isNew }) => titles.push(`${title} ${isNew}`));
  const steps: string[] = [];
  await walkThrough(stage, ({ step }) => steps.push(step));
  expect(steps).toEqual(["Wi-Fi", "log-in", "on", "off", "toggle", "data point", "ping"]);
  expect(titles).toEqual(["教室灯 true"]);
});

it("it does not ask again after a reboot", async () => {
  stage = await setStage(registering(), await buildScript(registering()));
  const console = watchConsole(stage.device);
  await stage.device.start();
  await console.next(/^OneNET: registered as device \d+/);
  await console.next(/^OneNET: online/);
  await stage.device.stop();
  await stage.device.start();
  await console.next(/^OneNET: online/);
  expect(console.lines.filter((line) => line === "OneNET: registering")).toHaveLength(1);
});

it("a refused registration is reported and retried", async () => {
  stage = await setStage(registering(), (await buildScript(registering())).replaceAll("AbC123", "wrong"));
  const console = watchConsole(stage.device);
  await stage.device.start();
  await console.next(/^OneNET: not registered: errno \d+: .+; next try in 1 s/);
  await console.next(/^OneNET: registering/, MINUTE);
});

it("it registers again if the platform no longer knows it", async () => {
  stage = await setStage(registering(), await buildScript(registering()));
  const console = watchConsole(stage.device);
  stage.device.storage.set("onenet", '{"device":"999","authInfo":"gone"}');
  await stage.device.start();
  await console.next(/^OneNET: log-in refused, code 5/);
  await console.next(/^OneNET: the platform does not know this device any more/);
  await console.next(/^OneNET: registered as device/, MINUTE);
  await console.next(/^OneNET: online/);
});
