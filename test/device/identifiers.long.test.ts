/** A board whose thing model is given: its parts have the identifiers of the model. */

import { afterEach, expect, it } from "vitest";
import { identifierOf } from "../../scripts/boards/onenet.ts";
import { boardModel } from "../../scripts/local-onenet/board-model.ts";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { walkThrough } from "../../scripts/stage/walkthrough.ts";
import { KEY } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";
import { equipped, PARTS } from "../support/equipped.ts";

const IDENTIFIERS = { pump: "PumpSwitch", strip: "LightColour", door: "DoorState", led: "LightSwitch" };
const { pump, strip, door, fan } = PARTS;
const TOKEN = { generation: "studio", product: "469948", device: "Chic_D", key: KEY };
const BOARD = equipped("studio", {
  led: { kind: "gpio", pin: 4 },
  parts: { pump, strip, door, fan },
  words: {},
  streams: [],
  onenet: { ...TOKEN, services: ["pump"], identifiers: IDENTIFIERS },
});
const NAME = "469948/Chic_D";
const SCRIPT = await buildScript(BOARD);

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

async function start(): Promise<Stage> {
  const { onenet } = BOARD;
  if (onenet.generation !== "studio") throw new Error("not studio");
  const made = (stage = await setStage(BOARD, SCRIPT, {}, boardModel(BOARD, onenet)));
  const ready = new Promise<void>((resolve) => made.server.events.once("ready", resolve));
  await made.device.start();
  await ready;
  return made;
}

it("its model and its script have them, and not the names of the values", () => {
  const { onenet } = BOARD;
  if (onenet.generation !== "studio") throw new Error("not studio");
  const { properties } = boardModel(BOARD, onenet);
  const ids = properties.map(({ identifier, accessMode }) => `${identifier} ${accessMode}`);
  expect(ids.sort()).toEqual(["DoorState r", "LightColour rw", "LightSwitch rw", "PumpSwitch rw", "fan rw"]);
  expect(BOARD.streams.map(({ id, source }) => `${id} ${source}`)).toEqual([
    "PumpSwitch pump",
    "LightColour strip",
    "DoorState door",
    "fan fan",
  ]);
  expect(identifierOf(onenet, "toString")).toBe("toString");
  expect(SCRIPT).not.toContain("identifiers");
});

it("posts, sets, gets and desired values use them", async () => {
  const { platform, device } = await start();
  const last = (id: string) => platform.datapoints(NAME, id).at(-1)?.value;
  expect(await platform.setProperty(NAME, { PumpSwitch: true, LightColour: "#00ff00" })).toMatchObject({
    code: 200,
  });
  await expect.poll(() => last("PumpSwitch")).toBe(true);
  await expect.poll(() => last("LightColour")).toBe("#00ff00");
  expect(device.pin(26).value).toBe(0); // active low
  const got = await platform.getProperty(NAME, ["PumpSwitch", "DoorState", "fan", "LightSwitch"]);
  expect(got.data).toMatchObject({ PumpSwitch: true, fan: 0, LightSwitch: false });
  platform.setDesired(NAME, { PumpSwitch: false });
  await expect.poll(() => last("PumpSwitch")).toBe(false);
  await expect(platform.setProperty(NAME, { pump: true })).rejects.toThrow(
    "identifier not exist:identifier:pump",
  );
  expect(platform.violations).toEqual([]);
});

it("desired values of a board that was away arrive by them", async () => {
  const { onenet } = BOARD;
  if (onenet.generation !== "studio") throw new Error("not studio");
  const made = (stage = await setStage(BOARD, SCRIPT));
  made.platform.setDesired(NAME, { PumpSwitch: true, fan: 40 });
  await made.device.start();
  await expect.poll(() => made.platform.datapoints(NAME, "fan").at(-1)?.value, { timeout: 5000 }).toBe(40);
  expect(made.platform.datapoints(NAME, "PumpSwitch").at(-1)?.value).toBe(true);
  expect(made.platform.violations).toEqual([]);
});

it("a service is still the part's command, and a part's error is an error", async () => {
  const { platform, server } = await start();
  expect(await platform.invoke(NAME, "pump")).toMatchObject({ code: 200, data: { answer: "off" } });
  expect(await platform.invoke(NAME, "pump", { to: "on" })).toEqual({
    code: 400,
    message: "pump takes on, off or toggle",
  });
  expect(await server.command('pump {"to":"on"}', 5000)).toBe("error: pump takes on, off or toggle");
  expect(platform.violations).toEqual([]);
});

it("its walk-through passes", async () => {
  const made = (stage = await setStage(BOARD, SCRIPT));
  const steps: string[] = [];
  await walkThrough(made, ({ step }) => steps.push(step));
  expect(steps).toContain("pump on, pump off");
});
