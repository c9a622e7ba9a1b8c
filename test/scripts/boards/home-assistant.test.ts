/**
 * What a board tells Home Assistant, against the keys that Home Assistant accepts. Sources: home-assistant/core,
 * homeassistant/components/mqtt: abbreviations.py, schemas.py (DEVICE_DISCOVERY_SCHEMA), and the discovery schema in
 * the file of each platform; homeassistant/components/sensor/const.py for units and state classes.
 */

import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import type { Board, Plain } from "../../../scripts/boards/board.ts";
import { discoveryOf, updateDiscoveryOf } from "../../../scripts/boards/home-assistant.ts";
import { valuesOf } from "../../../scripts/boards/parts.ts";
import { plain, PWM, RGB, studio } from "../../support/boards.ts";
import { shipped } from "../../support/bundles.ts";
import { complete } from "../../support/equipped.ts";

/** What may stand for a key: the kind of value that Home Assistant's schema asks for. */
type Kind = "text" | "template" | "subscribe" | "publish" | "number" | "name" | readonly string[];

interface Platform {
  readonly required: readonly string[];
  readonly keys: Readonly<Record<string, Kind>>;
}

/** The keys of every entity (MQTT_ENTITY_COMMON_SCHEMA), and `p`. */
const COMMON: Platform["keys"] = {
  p: "text",
  uniq_id: "text",
  name: "name",
  ent_cat: ["config", "diagnostic"],
};

/** In their abbreviated form, as far as boards use them. */
const PLATFORMS: Readonly<Record<string, Platform>> = {
  // light/schema_basic.py
  light: {
    required: ["cmd_t"],
    keys: {
      cmd_t: "publish",
      stat_t: "subscribe",
      stat_val_tpl: "template",
      pl_on: "text",
      pl_off: "text",
      bri_cmd_t: "publish",
      bri_cmd_tpl: "template",
      bri_stat_t: "subscribe",
      bri_val_tpl: "template",
      bri_scl: "number",
      rgb_cmd_t: "publish",
      rgb_cmd_tpl: "template",
      rgb_stat_t: "subscribe",
      rgb_val_tpl: "template",
      on_cmd_type: ["first", "last", "brightness"],
    },
  },
  switch: {
    required: ["cmd_t"],
    keys: {
      cmd_t: "publish",
      stat_t: "subscribe",
      pl_on: "text",
      pl_off: "text",
      stat_on: "text",
      stat_off: "text",
    },
  },
  number: {
    required: ["cmd_t"],
    keys: {
      cmd_t: "publish",
      cmd_tpl: "template",
      stat_t: "subscribe",
      val_tpl: "template",
      min: "number",
      max: "number",
      step: "number",
      pl_rst: "text",
      unit_of_meas: "text",
    },
  },
  sensor: {
    required: ["stat_t"],
    keys: {
      stat_t: "subscribe",
      val_tpl: "template",
      unit_of_meas: "text",
      dev_cla: ["temperature", "humidity", "atmospheric_pressure", "duration", "signal_strength"],
      stat_cla: ["measurement", "total_increasing"],
    },
  },
  binary_sensor: {
    required: ["stat_t"],
    keys: { stat_t: "subscribe", pl_on: "text", pl_off: "text", dev_cla: ["door", "motion"] },
  },
  text: {
    required: ["cmd_t"],
    keys: { cmd_t: "publish", cmd_tpl: "template", stat_t: "subscribe", min: "number", max: "number" },
  },
  button: { required: ["cmd_t"], keys: { cmd_t: "publish", pl_prs: "text" } },
};

/** Units that a sensor of a device class may have. */
const UNITS: Readonly<Record<string, readonly string[]>> = {
  temperature: ["°C"],
  humidity: ["%"],
  atmospheric_pressure: ["hPa"],
  duration: ["s"],
  signal_strength: ["dBm"],
};

type Entity = Readonly<Record<string, unknown>>;

interface Payload {
  readonly dev: Entity;
  readonly o: Entity;
  readonly avty_t: string;
  readonly stat_t: string;
  readonly cmd_t: string;
  readonly cmps: Readonly<Record<string, Entity>>;
}

function payloadOf(board: Board): Payload {
  return JSON.parse(discoveryOf(board)?.payload ?? "") as Payload;
}

const ALL = complete();
const WITH_LED: Board = { ...shipped("esp32-devkit-plain"), name: "led" };
const STRIP = withDiscovery(plain({ led: RGB }));
const OWN_CODE: Board = {
  ...withDiscovery(plain()),
  streams: [{ id: "lux", source: "lux", period: 60, dpType: 3 }],
  code: { file: "boards/x.ts", starts: false, sources: ["lux"], commands: [] },
};

const UPDATED: Board = {
  ...withDiscovery(plain()),
  streams: [{ id: "update", source: "uptime", period: 60, dpType: 3 }],
  update: { key: "a key of sixteen bytes", server: "192.168.1.10", port: 8080 },
};

const BOARDS: Readonly<Record<string, Board>> = {
  "all kinds of parts": ALL,
  "an LED": WITH_LED,
  "a strip": STRIP,
  "an RGB LED": withDiscovery(plain({ led: PWM })),
  "own code": OWN_CODE,
  updates: UPDATED,
};

/** A made-up board has none. */
function withDiscovery(board: Board, changes: Partial<Plain> = {}): Board {
  return {
    ...board,
    onenet: { ...(board.onenet as Plain), homeAssistant: "homeassistant", ...changes },
  };
}

describe.each(Object.entries(BOARDS))("%s", (_name, board) => {
  const { topic, device } = board.onenet as Plain;
  const payload = payloadOf(board);
  const { cmps, ...root } = payload;

  it("has the device, the origin and the availability", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(root).toEqual({
      dev: { ids: device, name: board.title, mf: "onenet-espruino", mdl: board.chip, sw: version },
      o: { name: "onenet-espruino", sw: version },
      avty_t: `${topic}/status`,
      stat_t: `${topic}/data`,
      cmd_t: `${topic}/set`,
    });
    expect(discoveryOf(board)?.topic).toBe(`homeassistant/device/${device}/config`);
  });

  it("has only keys and values that Home Assistant accepts", () => {
    const wrong: string[] = [];
    for (const [name, own] of Object.entries(cmps)) {
      // Home Assistant adds these to each component, and removes them where a platform has none.
      const entity: Entity = { stat_t: root.stat_t, cmd_t: root.cmd_t, ...own };
      const { required, keys } = PLATFORMS[String(own["p"])] ?? { required: [`platform`], keys: {} };
      wrong.push(...required.filter((key) => !(key in entity)).map((key) => `${name}: no ${key}`));
      for (const [key, value] of Object.entries(own)) {
        const kind = COMMON[key] ?? keys[key];
        if (kind === undefined || !fits(kind, value)) wrong.push(`${name}.${key}: ${JSON.stringify(value)}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("has unique ids that begin with the device", () => {
    const ids = Object.values(cmps).map((entity) => entity["uniq_id"]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(new RegExp(`^${device}_.`));
  });

  it("has units that fit their device classes, and ranges that are not empty", () => {
    for (const entity of Object.values(cmps)) {
      if (entity["p"] === "sensor" && "dev_cla" in entity)
        expect(UNITS[String(entity["dev_cla"])]).toContain(entity["unit_of_meas"]);
      if (entity["p"] === "number") expect(Number(entity["max"])).toBeGreaterThan(Number(entity["min"]));
    }
  });
});

function fits(kind: Kind, value: unknown): boolean {
  if (kind === "number") return typeof value === "number" && Number.isFinite(value);
  if (kind === "name") return value === null || (typeof value === "string" && value !== "");
  if (typeof value !== "string" || value === "") return false;
  if (typeof kind !== "string") return kind.includes(value);
  if (kind === "template") return /\{\{.*\}\}/.test(value) && count(value, "{{") === count(value, "}}");
  return kind === "text" || !/[+#]/.test(value);
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

describe("the entities", () => {
  const { cmps } = payloadOf(ALL);

  test("of the parts: each value has one", () => {
    const ids = (ALL.parts ?? []).flatMap(valuesOf).map(({ id }) => id);
    expect(ids.filter((id) => !Object.hasOwn(cmps, id))).toEqual([]);
  });

  test("take commands and read states as the parts give them", () => {
    const state = (name: string) => `home/lamp/${name}/state`;
    expect(cmps).toMatchObject({
      lamp: { p: "light", stat_t: state("lamp"), pl_on: "lamp on", stat_val_tpl: "lamp {{ value }}" },
      spot: { p: "light", bri_cmd_tpl: "spot {{ value }}", bri_scl: 100, on_cmd_type: "brightness" },
      strip: { p: "light", rgb_cmd_tpl: "strip #{{ '%02x%02x%02x' % (red, green, blue) }}" },
      pump: { p: "switch", stat_t: state("pump"), pl_off: "pump off", stat_on: "on", stat_off: "off" },
      fan: { p: "number", cmd_tpl: "fan {{ value }}", min: 0, max: 100, unit_of_meas: "%" },
      lid: { p: "number", min: 0, max: 180, pl_rst: "off" },
      bell: { p: "switch", pl_on: "bell on" },
      key: { p: "sensor", stat_cla: "total_increasing" },
      "key-press": { p: "button", pl_prs: "key press" },
      door: { p: "binary_sensor", dev_cla: "door", pl_on: "open", pl_off: "closed" },
      way: { p: "binary_sensor", dev_cla: "motion", pl_on: "motion", pl_off: "still" },
      soil: { p: "sensor", stat_t: state("soil"), unit_of_meas: "%", val_tpl: "{{ value|float('None') }}" },
      dryBelow: { p: "number", min: 0, max: 100, step: 0.1, ent_cat: "config" },
      note: { p: "text", stat_t: state("note"), cmd_tpl: "note {{ value }}", min: 1, max: 32 },
      auto: { p: "switch", stat_t: state("auto"), pl_on: "auto on", stat_off: "off", ent_cat: "config" },
      air_temperature: {
        stat_t: state("air"),
        dev_cla: "temperature",
        val_tpl: "{{ value_json.temperature }}",
      },
      water_2: { stat_t: state("water"), val_tpl: "{{ value_json['2'] }}" },
      pool: { stat_t: state("pool"), val_tpl: "{{ value|float('None') }}" },
      room_pressure: { stat_t: state("room"), dev_cla: "atmospheric_pressure", unit_of_meas: "hPa" },
    });
  });

  test("of updates: the versions, and a button for the newer one, beside what the board announces", () => {
    const { cmps: entities, dev } = payloadOf(UPDATED);
    expect(Object.values(entities).filter(({ p }) => p === "update")).toEqual([]);
    const { topic, payload } = updateDiscoveryOf(UPDATED) ?? { topic: "", payload: "" };
    expect(topic).toBe("homeassistant/update/lamp-1/firmware/config");
    expect(JSON.parse(payload)).toEqual({
      dev,
      o: expect.objectContaining({ name: "onenet-espruino" }) as unknown,
      avty_t: "home/lamp/status",
      uniq_id: "lamp-1_firmware",
      name: "firmware",
      dev_cla: "firmware",
      stat_t: "home/lamp/update/state",
      cmd_t: "home/lamp/update",
      pl_inst: "install",
    });
    expect(updateDiscoveryOf(plain())).toBeUndefined();
  });

  test("of data streams: those that no part and no light reports, from the board's data", () => {
    expect(Object.keys(cmps).slice(-3)).toEqual(["switch", "信号'强度", "door-data"]);
    expect(cmps["信号'强度"]).toMatchObject({
      dev_cla: "signal_strength",
      val_tpl: "{{ value_json['信号\\'强度']|default('') }}",
    });
    expect(cmps["switch"]).not.toHaveProperty("stat_t");
    expect(cmps).not.toHaveProperty("earth");
    // A value of own code may be a text.
    const own = payloadOf(OWN_CODE).cmps["lux"];
    expect(own).toMatchObject({ p: "sensor", val_tpl: "{{ value_json.lux|default(this.state) }}" });
    expect(own).not.toHaveProperty("stat_cla");
  });

  test("of a board without parts: its LED, called like the board", () => {
    const { led } = payloadOf(WITH_LED).cmps;
    expect(led).toEqual({
      p: "light",
      uniq_id: "esp32-devkit-plain_led",
      stat_t: "esp32/lamp/state",
      pl_on: "on",
      pl_off: "off",
      name: null,
    });
    const strip = payloadOf(STRIP).cmps["led"];
    expect(strip).toMatchObject({ stat_val_tpl: "{{ 'off' if value == 'off' else 'on' }}", name: null });
  });

  test("have different ids although a stream is called like one", () => {
    const streams = [{ id: "led", source: "uptime", period: 60, dpType: 3 as const }];
    expect(Object.keys(payloadOf(withDiscovery(plain({ streams }))).cmps)).toEqual(["led", "led-data"]);
  });

  test("are complete, whatever a stream is called", () => {
    const streams = ["__proto__", "constructor"].map((id) => ({
      ...{ id, source: "uptime" as const, period: 60, dpType: 3 as const },
    }));
    expect(Object.keys(payloadOf(withDiscovery(plain({ streams }))).cmps)).toEqual([
      ...["led", "__proto__", "constructor"],
    ]);
  });
});

describe("the topic", () => {
  const topicFor = (changes: Partial<Plain>) => discoveryOf(withDiscovery(plain(), changes))?.topic;

  it("is below the prefix of the board file", () => {
    expect(topicFor({ homeAssistant: "ha/found" })).toBe("ha/found/device/lamp-1/config");
  });

  it("has only characters that Home Assistant allows, and stays unique", () => {
    const topics = ["küche", "kuche", "k_che", "k.che", "灯"].map((device) => topicFor({ device }));
    for (const topic of topics) expect(topic).toMatch(/^homeassistant\/device\/[A-Za-z0-9_-]+\/config$/);
    expect(new Set(topics).size).toBe(topics.length);
  });
});

describe("a board that sleeps", () => {
  const { cmps, ...root } = payloadOf({ ...ALL, sleep: { every: 600 } });

  it("is never unavailable, and gets its commands at QoS 1", () => {
    expect(root).not.toHaveProperty("avty_t");
    expect(root).toHaveProperty("qos", 1);
  });

  it("has values that are too old after three wakes, where Home Assistant knows that", () => {
    for (const entity of Object.values(cmps)) {
      const isMeasured = entity["p"] === "sensor" || entity["p"] === "binary_sensor";
      expect(entity["exp_aft"]).toBe(isMeasured ? 1800 : undefined);
    }
    const byPin = payloadOf({ ...ALL, sleep: { wakePin: { pin: 33, level: 0 } } });
    expect(Object.values(byPin.cmps).some((entity) => "exp_aft" in entity)).toBe(false);
  });
});

it("is not for OneNET, nor for a board that must not announce itself", () => {
  expect(discoveryOf(studio())).toBeUndefined();
  expect(discoveryOf(withDiscovery(plain(), { homeAssistant: "" }))).toBeUndefined();
  expect(discoveryOf(plain())).toBeUndefined();
});
