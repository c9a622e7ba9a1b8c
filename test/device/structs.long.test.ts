/** A board whose thing model has structs, against the platform that checks them. */

import { afterEach, expect, it } from "vitest";
import { boardModel } from "../../scripts/local-onenet/board-model.ts";
import type { Property, ThingModel } from "../../scripts/local-onenet/thing-model.ts";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { walkThrough } from "../../scripts/stage/walkthrough.ts";
import { buildScript } from "../support/bundles.ts";
import { watchConsole } from "../support/console.ts";
import { structured } from "../support/equipped.ts";
import { exported } from "../scripts/local-onenet/exported-model.ts";

const BOARD = structured();
const NAME = "469948/Chic_D";
const SCRIPT = await buildScript(BOARD);

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

function modelOf() {
  const { onenet } = BOARD;
  if (onenet.generation !== "studio") throw new Error("not studio");
  return boardModel(BOARD, onenet);
}

async function start(): Promise<Stage> {
  const made = (stage = await setStage(BOARD, SCRIPT));
  made.device.sensors.set(4, "temperature", 21.5);
  made.device.sensors.set(4, "humidity", 40);
  const ready = new Promise<void>((resolve) => made.server.events.once("ready", resolve));
  await made.device.start();
  await ready;
  await made.device.clock.advance(3000); // the sensor is measured
  return made;
}

it("its model has each struct once, with its members", () => {
  const rows = modelOf().properties.map(({ identifier, accessMode, dataType: { type, specs } }) => [
    ...[identifier, accessMode, type],
    Array.isArray(specs) ? specs.map((one: { identifier: string }) => one.identifier) : undefined,
  ]);
  expect(rows).toEqual([
    ["status", "r", "struct", ["uptime", "lost"]],
    ["presses", "r", "int32", undefined],
    ["air", "r", "struct", ["temperature", "humidity"]],
    ["drive", "rw", "struct", ["fan", "pump", "dry_below"]],
  ]);
});

it("reports, sets, reads and desires structs", async () => {
  const { platform, device, server } = await start();
  const seen: string[] = [];
  server.events.on("datapoint", (stream, { value }) => seen.push(`${stream} ${String(value)}`));
  const last = (property: string) => platform.datapoints(NAME, property).at(-1)?.value;
  await expect.poll(() => last("air"), { timeout: 5000 }).toEqual({ temperature: 21.5, humidity: 40 });
  expect(server.lastDataPoint("air.humidity")).toMatchObject({ value: 40 });
  expect(last("status")).toMatchObject({ lost: 0 });
  expect(await platform.setProperty(NAME, { drive: { fan: 40, pump: true } })).toMatchObject({ code: 200 });
  await device.clock.advance(1000);
  await expect.poll(() => last("drive")).toEqual({ fan: 40, pump: true });
  expect(device.pin(26).value).toBe(1);
  const got = await platform.getProperty(NAME, ["drive", "air"]);
  expect(got.data).toEqual({
    drive: { fan: 40, pump: true, dry_below: 30 },
    air: { temperature: 21.5, humidity: 40 },
  });
  platform.setDesired(NAME, { drive: { pump: false, dry_below: 12.5 } });
  await expect.poll(() => last("drive")).toEqual({ fan: 40, pump: false });
  await device.clock.advance(1000);
  expect(seen).toContain("drive.fan 40");
  await expect(platform.setProperty(NAME, { air: { humidity: 1 } })).rejects.toThrow('"air" is read-only');
  await expect(platform.setProperty(NAME, { drive: { speed: 1 } })).rejects.toThrow('no field "speed"');
  await expect(platform.setProperty(NAME, { drive: { fan: "on" } })).rejects.toThrow("a whole number");
  expect(platform.violations).toEqual([]);
});

it("leaves out a member whose reading failed", async () => {
  const made = (stage = await setStage(BOARD, SCRIPT));
  made.device.sensors.set(4, "temperature", 21.5);
  made.device.sensors.disturb(4, "away");
  await made.device.start();
  const last = (property: string) => made.platform.datapoints(NAME, property).at(-1)?.value;
  await expect.poll(() => last("status"), { timeout: 5000 }).toBeDefined();
  await made.device.clock.advance(5000);
  expect((await made.platform.getProperty(NAME, ["drive"])).code).toBe(200);
  expect(await made.platform.getProperty(NAME, ["air"])).toMatchObject({ code: 404 });
  expect(last("air")).toBeUndefined();
  expect(made.platform.violations).toEqual([]);
});

it("desired values of a board that was away arrive by them, with the system's own points in the model", async () => {
  const { properties: system } = exported([]) as ThingModel;
  const model = modelOf();
  const all = { ...model, properties: [...system, ...model.properties] };
  const made = (stage = await setStage(BOARD, SCRIPT, {}, all));
  made.platform.setDesired(NAME, { drive: { pump: true, fan: 60 } });
  await made.device.start();
  const last = () => made.platform.datapoints(NAME, "drive").at(-1)?.value;
  await expect.poll(last, { timeout: 5000 }).toEqual({ pump: true, fan: 60 });
  expect(made.platform.violations).toEqual([]);
});

it.each<[what: string, dataType: Property["dataType"], why: RegExp]>([
  [
    "lacks a member",
    { type: "struct", specs: [{ identifier: "temperature", dataType: { type: "float" } }] },
    /code 2409: "air" has no field "humidity"/,
  ],
  ["is no struct", { type: "float" }, /code 2409: "air" must be a number/],
  [
    "has another type of member",
    {
      type: "struct",
      specs: ["temperature", "humidity"].map((identifier) => ({
        identifier,
        dataType: { type: "string" as const },
      })),
    },
    /code 2409: "air" "temperature" must be a string/,
  ],
])("a model that %s makes the platform refuse the report", async (_, dataType, why) => {
  const made = (stage = await setStage(
    BOARD,
    SCRIPT,
    {},
    {
      ...modelOf(),
      properties: modelOf().properties.map((one) => (one.identifier === "air" ? { ...one, dataType } : one)),
    },
  ));
  const console = watchConsole(made.device);
  const ready = new Promise<void>((resolve) => made.server.events.once("ready", resolve));
  await made.device.start();
  await ready;
  await made.device.clock.advance(3000);
  await console.next(why);
});

it("its walk-through passes", async () => {
  const made = (stage = await setStage(BOARD, SCRIPT));
  const steps: string[] = [];
  await walkThrough(made, ({ step }) => steps.push(step));
  expect(steps).toEqual(expect.arrayContaining(["air_temperature", "fan 40", "pump on, pump off"]));
});
