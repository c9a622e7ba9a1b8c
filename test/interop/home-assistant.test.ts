/** What a real Home Assistant makes of boards that announce themselves, at a real mosquitto. */

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Board, Plain } from "../../scripts/boards/board.ts";
import { discoveryOf, updateDiscoveryOf } from "../../scripts/boards/home-assistant.ts";
import { startTimeServer, type TimeServer } from "../../scripts/stage/time-server.ts";
import type { VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { createBoardAt } from "../support/board-at.ts";
import { plain, PWM, RGB } from "../support/boards.ts";
import { buildScript, shipped } from "../support/bundles.ts";
import { announced, complete } from "../support/equipped.ts";
import { MOSQUITTO, startMosquitto, WITHOUT_MOSQUITTO, type Mosquitto } from "../support/mosquitto.ts";
import { connectAsync } from "../support/mqtt-client.ts";
import { observe } from "../support/observer.ts";
import {
  HOME_ASSISTANT,
  startHomeAssistant,
  WITHOUT_HOME_ASSISTANT,
  type HomeAssistant,
} from "./home-assistant.ts";

const WITHOUT = !MOSQUITTO ? WITHOUT_MOSQUITTO : !HOME_ASSISTANT ? WITHOUT_HOME_ASSISTANT : undefined;

beforeEach((context) => {
  if (WITHOUT !== undefined) context.skip(WITHOUT);
});

const BOARD = complete();

/** Shipped ones, also if theirs is another server, and made-up ones. */
const BOARDS: readonly Board[] = [
  ...["esp32-devkit-plain", "esp32-doorbell", "esp32-greenhouse", "esp32-thermometer"].map(shipped),
  plain({ name: "strip", led: RGB }),
  plain({ name: "rgb", led: PWM }),
  plain({ name: "own", streams: [{ id: "lux", source: "lux", period: 60, dpType: 3 }] }),
  announced(),
].map(atBroker);

/** Its server is a broker, on which it is called like its file. */
function atBroker(board: Board): Board {
  const { onenet } = plain();
  return {
    ...board,
    onenet: { ...(onenet as Plain), device: board.name, topic: board.name, homeAssistant: "homeassistant" },
  };
}

let broker: Mosquitto;
let time: TimeServer;
let home: HomeAssistant;
let device: VirtualBoard;

beforeAll(async () => {
  if (WITHOUT !== undefined) return;
  broker = await startMosquitto(MOSQUITTO ?? "");
  time = await startTimeServer(Date.now);
  home = await startHomeAssistant(HOME_ASSISTANT ?? "", broker.port);
  device = createBoardAt(BOARD, await buildScript(BOARD), broker.port, time.port);
  device.sensors.connect(4, ["dht22"]);
  device.sensors.connect(18, ["ds18b20", "ds18b20"]);
  await device.start();
});
afterAll(async () => {
  if (WITHOUT !== undefined) return;
  await device.stop();
  await home.close();
  await broker.close();
  await time.close();
});

/** The unique ids of a board's entities. */
function idsOf(board: Board): string[] {
  const { cmps } = JSON.parse(discoveryOf(board)?.payload ?? "") as {
    cmps: Record<string, { uniq_id: string }>;
  };
  return Object.values(cmps).map((component) => component.uniq_id);
}

const uniqueId = (name: string) => `${(BOARD.onenet as Plain).device}_${name}`;
const entity = (name: string) => home.entities.get(uniqueId(name));

/** Home Assistant shows these states, without any more time on the board. @param states by the end of the unique id */
async function shows(states: Readonly<Record<string, string>>): Promise<void> {
  const names = Object.keys(states);
  const shown = () => Object.fromEntries(names.map((name) => [name, entity(name)?.state]));
  await expect.poll(shown).toEqual(states);
}

/** The same, after any number of seconds on the board. */
async function showsLater(states: Readonly<Record<string, string>>): Promise<void> {
  await expect
    .poll(async () => {
      await device.clock.advance(1000);
      return Object.fromEntries(Object.keys(states).map((name) => [name, entity(name)?.state]));
    })
    .toEqual(states);
}

/** Calls a service for an entity. @param data such as `{ brightness: 128 }` */
const call = (service: string, name: string, data?: object) => home.call(service, uniqueId(name), data);

/** The board has obeyed, and a second later Home Assistant shows it. */
async function obeys(pin: number, value: number, states: Readonly<Record<string, string>>): Promise<void> {
  await expect.poll(() => device.pin(pin).value).toBeCloseTo(value, 2);
  await device.clock.advance(1000);
  await shows(states);
}

it("a board has its entities, with the states after its boot", async () => {
  await showsLater({
    ...{ lamp: "off", spot: "off", strip: "off", pump: "off", valve: "off", bell: "off", siren: "off" },
    ...{ fan: "0", lid: "unknown", dryBelow: "30", key: "0", boot: "0", meter: "0", door: "on", way: "off" },
  });
  const ids = idsOf(BOARD).sort();
  await expect.poll(() => [...home.entities.keys()].sort()).toEqual(ids);
  expect(entity("lamp")?.attributes["friendly_name"]).toBe(`${BOARD.title} lamp`);
  expect([entity("dryBelow")?.category, entity("switch")?.category]).toEqual(["config", "diagnostic"]);
});

it("shows what the board measures, with units, and what it cannot measure", async () => {
  device.sensors.set(4, "temperature", -3.5);
  device.sensors.set(18, "temperature", 30, 1);
  await showsLater({
    ...{ air_temperature: "-3.5", air_humidity: "50", water_1: "21", water_2: "30", pool: "21.0" },
    ...{ room_temperature: "21", room_pressure: "1013.21", soil: "100.0", switch: "0", "信号'强度": "-50" },
  });
  const { attributes } = entity("room_pressure") ?? {};
  expect(attributes).toMatchObject({ unit_of_measurement: "hPa", device_class: "atmospheric_pressure" });
  device.sensors.disturb(4, "away");
  device.sensors.disturb(19, "away");
  await showsLater({ air_temperature: "unknown", air_humidity: "unknown", pool: "unknown", water_1: "21" });
});

it("shows within a second what happens at the board", async () => {
  device.setLevel(13, 0);
  await device.clock.advance(60);
  device.setLevel(13, 1);
  device.setLevel(14, 0);
  device.setLevel(36, 1);
  await device.clock.advance(1000);
  await shows({ lamp: "on", key: "1", door: "off", way: "on" });
});

it("switches everything, and shows what the board makes of it", async () => {
  call("light.turn_off", "lamp");
  await obeys(2, 0, { lamp: "off" });
  call("switch.turn_on", "pump");
  await obeys(26, 0, { pump: "on" });
  call("button.press", "key-press");
  await obeys(2, 1, { lamp: "on", key: "2" });
  call("number.set_value", "fan", { value: 40 });
  await obeys(32, 0.6, { fan: "40" });
  call("number.set_value", "lid", { value: 90 });
  call("number.set_value", "dryBelow", { value: 25.5 });
  call("switch.turn_on", "bell");
  await obeys(25, 1, { bell: "on", lid: "90", dryBelow: "25.5" });
  call("light.turn_on", "spot", { brightness: 128 });
  await obeys(5, 0.5, { spot: "on" });
  expect(entity("spot")?.attributes["brightness"]).toBe(128);
  call("light.turn_on", "strip", { rgb_color: [255, 128, 0] });
  await expect
    .poll(async () => {
      await device.clock.advance(1000);
      return entity("strip")?.attributes["rgb_color"];
    })
    .toEqual([255, 128, 0]);
  call("light.turn_off", "strip");
  call("light.turn_off", "spot");
  await obeys(5, 0, { spot: "off", strip: "off" });
});

it("knows the states again after its restart, and has the rest measured again", async () => {
  const observer = await observe(broker.port, ["homeassistant/status"]);
  await home.close();
  home = await startHomeAssistant(HOME_ASSISTANT ?? "", broker.port);
  await shows({ pump: "on", fan: "40", door: "off", dryBelow: "25.5", key: "2", air_temperature: "unknown" });
  expect(entity("switch")?.state).toBe("unknown");
  await observer.next("homeassistant/status", /^online$/);
  await observer.close();
  const before = device.clock.now();
  await expect
    .poll(async () => {
      await device.clock.advance(1000);
      return Number(entity("switch")?.state);
    })
    .toBeGreaterThan(5);
  expect(device.clock.now() - before).toBeLessThan(20_000); // not only when they are due
});

it("shows a board without power as unavailable, and its states after the boot", async () => {
  await device.stop();
  await shows({ lamp: "unavailable", pump: "unavailable", dryBelow: "unavailable", switch: "unavailable" });
  await device.start();
  await showsLater({ lamp: "off", pump: "off", fan: "0", dryBelow: "25.5", key: "0" });
});

it("accepts what each board announces", async () => {
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
  for (const board of BOARDS) {
    const { topic, payload } = discoveryOf(board) ?? { topic: "", payload: "" };
    await client.publish(topic, payload, { qos: 1, retain: true });
  }
  const ids = [BOARD, ...BOARDS].flatMap(idsOf).sort();
  expect(new Set(ids).size).toBe(ids.length);
  await expect.poll(() => [...home.entities.keys()].sort()).toEqual(ids);
  await client.end();
});

it("keeps the value of own code until there is a new one, be it a number or a text", async () => {
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
  const lux = () => home.entities.get("own_lux")?.state;
  await client.publish("own/status", "online", { qos: 1, retain: true });
  await expect.poll(lux).toBe("unknown"); // it has subscribed
  for (const value of [42.5, "dusk"]) {
    await client.publish("own/data", JSON.stringify({ lux: value }), { qos: 1 });
    await expect.poll(lux).toBe(String(value));
    await client.publish("own/data", '{"switch":1}', { qos: 1 });
    await client.publish("own/state", value === 42.5 ? "on" : "off", { qos: 1 });
    await expect.poll(() => home.entities.get("own_led")?.state).toBe(value === 42.5 ? "on" : "off"); // after the data
    expect(lux()).toBe(String(value));
  }
  await client.end();
});

it("shows the update of a board, as npm run publish announces it, and sends install", async () => {
  const { topic, device: id } = BOARD.onenet as Plain;
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
  const sent: string[] = [];
  client.on("message", (_topic, payload) => sent.push(payload.toString()));
  await client.subscribe(`${topic}/update`);
  const { topic: config, payload } = updateDiscoveryOf(BOARD) ?? { topic: "", payload: "" };
  await client.publish(config, payload, { qos: 1, retain: true });
  const state = {
    installed_version: "v1",
    latest_version: "v2",
    in_progress: false,
    release_summary: "",
  };
  await client.publish(`${topic}/update/state`, JSON.stringify(state), { qos: 1, retain: true });
  await expect.poll(() => home.entities.get(`${id}_firmware`)?.state).toBe("on"); // there is a newer one
  home.call("update.install", `${id}_firmware`);
  await expect.poll(() => sent).toEqual(["install"]);
  await client.end();
});

afterEach(() => {
  if (WITHOUT === undefined) expect(home.warnings).toEqual([]);
});
