import { afterEach, describe, expect, it } from "vitest";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { RGB, studio } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";
import { watchConsole, type Console } from "../support/console.ts";

const BOARD = studio({ led: RGB });
const SCRIPT = await buildScript(BOARD);
const NAME = BOARD.onenet.device;

let stage: Stage;
let console: Console;
afterEach(() => stage.close());

/** @param before runs on the platform while the board is still off */
async function start(before: (stage: Stage) => void = () => undefined, script = SCRIPT): Promise<void> {
  stage = await setStage(BOARD, script);
  console = watchConsole(stage.device);
  before(stage);
  const ready = new Promise<void>((resolve) => stage.server.events.once("ready", resolve));
  await stage.device.start();
  await ready;
}

function colour(): string {
  const [green = 0, red = 0, blue = 0] = stage.device.pixels(17) ?? [];
  return `#${Buffer.from([red, green, blue]).toString("hex")}`;
}

it("property/post reaches the platform, and the reply reaches the board", async () => {
  await start();
  await expect.poll(() => stage.platform.datapoints(NAME, "uptime").length).toBeGreaterThan(0);
  expect(stage.platform.datapoints(NAME, "led").at(-1)?.value).toBe(false);
  expect(console.lines.join("\n")).not.toMatch(/refused/);
});

it("property/set switches the LED and is answered", async () => {
  await start();
  expect(await stage.platform.setProperty(NAME, { led: true })).toMatchObject({
    code: 200,
    message: "success",
  });
  expect(colour()).toBe("#202020");
  expect(await stage.platform.setProperty(NAME, { colour: "#00ff00" })).toMatchObject({ code: 200 });
  expect(colour()).toBe("#00ff00");
  await expect.poll(() => stage.platform.datapoints(NAME, "led").at(-1)?.value).toBe(true);
});

it("property/set of an impossible value is answered, too", async () => {
  await start();
  expect(await stage.platform.setProperty(NAME, { colour: "green" })).toMatchObject({
    code: 400,
    message: "cannot set colour",
  });
  expect(colour()).toBe("#000000");
});

it("property/get is answered with the current values", async () => {
  await start();
  await stage.platform.setProperty(NAME, { colour: "#0000ff" });
  expect(await stage.platform.getProperty(NAME, ["led", "colour"])).toMatchObject({
    code: 200,
    data: { led: true, colour: "#0000ff" },
  });
});

it("desired values are fetched at boot and applied", async () => {
  await start(({ platform }) => platform.setDesired(NAME, { colour: "#123456" }));
  await expect.poll(colour).toBe("#123456");
});

it("its event is posted when the board comes online", async () => {
  const events: string[] = [];
  await start(({ platform }) => platform.on("event", ({ identifier }) => events.push(identifier)));
  await expect.poll(() => events).toEqual(["boot"]);
});

it("a service is invoked and answered", async () => {
  await start();
  expect(await stage.platform.invoke(NAME, "toggle")).toMatchObject({
    code: 200,
    data: { answer: "#202020" },
  });
  expect(colour()).toBe("#202020");
});

it("property/get of a data stream is answered with its last reported value", async () => {
  await start();
  await expect.poll(() => stage.platform.datapoints(NAME, "uptime").length).toBeGreaterThan(0);
  const uptime = stage.platform.datapoints(NAME, "uptime").at(-1)?.value;
  expect(await stage.platform.getProperty(NAME, ["led", "uptime"])).toMatchObject({
    code: 200,
    data: { led: false, uptime },
  });
});

it("a code other than 200 is reported with its message", async () => {
  await start(undefined, SCRIPT.replaceAll('"uptime"', '"upcime"'));
  await console.next(/^OneNET: data points refused, code 2306: identifier not exist:identifier:upcime/);
});

describe("text", () => {
  it("in Chinese arrives unchanged in both directions", async () => {
    await start(undefined, SCRIPT.replace("success", String.raw`\xe5\xa5\xbd`));
    expect(await stage.platform.setProperty(NAME, { led: true })).toMatchObject({ message: "好" });
  });
});
