/** A board with a part of each kind that needs no driver of a sensor, for each generation. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Board } from "../../scripts/boards/board.ts";
import { loadBoard } from "../../scripts/boards/index.ts";
import { KEY, LATER } from "./boards.ts";

export const PARTS = {
  lamp: { kind: "light", pin: 2 },
  spot: { kind: "light", pin: 5, dim: true },
  strip: { kind: "light", driver: "ws2812", pin: 17, count: 2, on: "#320000" },
  ring: { kind: "light", driver: "ws2812", pin: 15, count: 2, order: "rgbw" },
  pump: { kind: "switch", pin: 26, activeLow: true, longestOn: 600 },
  valve: { kind: "switch", pin: 33, atBoot: "last" },
  fan: { kind: "dimmer", pin: 32, activeLow: true },
  lid: { kind: "servo", pin: 27 },
  bell: { kind: "buzzer", pin: 25 },
  siren: { kind: "buzzer", pin: 22, frequency: 2000 },
  key: { kind: "button", pin: 13, press: "lamp toggle", hold: "pump off" },
  boot: { kind: "button", pin: 0, press: "bell short", double: "valve on" },
  door: { kind: "contact", pin: 14 },
  way: { kind: "motion", pin: 36 },
  soil: { kind: "analog", pin: 34, from: [0.8, 0.3], to: [0, 100], unit: "%" },
  meter: { kind: "counter", pin: 16 },
  dryBelow: { kind: "setting", default: 30, unit: "%" },
  note: { kind: "setting", default: "hello" },
  auto: { kind: "setting", default: true },
};

export const WORDS = {
  开灯: "lamp on",
  关灯: "off",
  "1": "lamp on",
  PowerOn: "pump on",
  '{"led":1}': "lamp on",
  Ｏｎ: "lamp on",
  Café: "fan 40",
};

const COMMON = {
  title: "Equipped",
  chip: "esp32",
  wifi: { ssid: "attic", password: "under-the-roof" },
  parts: PARTS,
  words: WORDS,
  streams: [{ id: "switch", source: "commands", period: 60 }],
};

const TOKEN = { product: "469948", device: "Chic_D", key: KEY };

const SERVERS = {
  multiprotocol: {
    onenet: { product: "200100", device: "600700800", authInfo: "kitchen-lamp-1", topics: ["t"] },
  },
  suite: { onenet: TOKEN },
  studio: { onenet: { ...TOKEN, services: ["toggle", "PowerOn"] } },
  plain: { mqtt: { server: "broker.example", topic: "home/lamp" } },
};

const UNACKNOWLEDGED = { qos: 0, cleanSession: true };

export type Generation = keyof typeof SERVERS;

export const GENERATIONS = Object.keys(SERVERS) as Generation[];

/** @param fields of the board file, in place of the usual ones */
export function equipped(generation: Generation, fields: object = {}): Board {
  const server: object =
    generation === "plain" ? SERVERS.plain : { onenet: { generation, ...SERVERS[generation].onenet } };
  return boardOf(`equipped-${generation}`, { ...COMMON, ...server, ...fields });
}

/** A board with a part of each kind, on a plain broker, and streams that no part reports. */
export function complete(): Board {
  return equipped("plain", {
    title: '温室 "Gewächshaus" 🌱',
    parts: {
      ...PARTS,
      air: { kind: "dht22", pin: 4 },
      water: { kind: "ds18b20", pin: 18, count: 2 },
      pool: { kind: "ds18b20", pin: 19 },
      room: { kind: "bme280", sda: 21, scl: 23 },
    },
    streams: [
      { id: "switch", source: "commands", period: 60 },
      { id: "信号'强度", source: "rssi", period: 60 },
      { id: "door-data", source: "uptime", period: 60 },
      { id: "earth", source: "soil", period: 5 },
      { id: "lit", source: "lit", period: 5 },
    ],
  });
}

/** A board whose thing model has structs: one of a sensor, one to set, and one of built-in sources. */
export function structured(): Board {
  return equipped("studio", {
    parts: {
      air: { kind: "dht22", pin: 4 },
      fan: { kind: "dimmer", pin: 32 },
      pump: { kind: "switch", pin: 26 },
      dryBelow: { kind: "setting", default: 30, unit: "%", report: 0 },
    },
    words: {},
    onenet: {
      ...{ generation: "studio", ...TOKEN, services: ["pump"] },
      identifiers: {
        ...{ air_temperature: "air.temperature", air_humidity: "air.humidity" },
        ...{ fan: "drive.fan", pump: "drive.pump", dryBelow: "drive.dry_below" },
      },
    },
    streams: [
      { id: "status.uptime", source: "uptime", period: 45 },
      { id: "presses", source: "commands", period: 3600 },
      { id: "status.lost", source: "lost", period: 60 },
    ],
  });
}

/** A board that announces itself to Home Assistant, with own code that writes the LED's pin itself. */
export function announced(): Board {
  const board = equipped("plain", {
    title: '温室 "Käfer" 🌱',
    led: { kind: "gpio", pin: 2 },
    parts: {
      pump: { kind: "switch", pin: 26, activeLow: true, longestOn: 30, report: 0 },
      fan: { kind: "dimmer", pin: 32, report: 0 },
      key: { kind: "button", pin: 13, press: "led toggle", report: 0 },
      door: { kind: "contact", pin: 14, report: 0 },
      soil: { kind: "analog", pin: 34, to: [0, 100], unit: "%", report: 0 },
      air: { kind: "dht22", pin: 4, report: 0 },
    },
    words: {},
    rules: [{ when: "door closes", do: "pump on" }],
    mqtt: { ...SERVERS.plain.mqtt, clientId: "Käfer", ...UNACKNOWLEDGED },
    streams: [{ id: "uptime", source: "uptime", period: 3600 }],
  });
  return {
    ...board,
    name: "announced",
    code: {
      file: resolve("test/support/lamp-code.ts"),
      starts: true,
      sources: [],
      commands: ["write"],
    },
  };
}

const OWN_PARTS_CODE = resolve("test/support/own-parts-code.ts");

export const OWN_PARTS = {
  blind: { kind: "own", type: "number", unit: "%" },
  gate: { kind: "own", type: "switch" },
  label: { kind: "own", type: "text", longest: 12 },
  depth: { kind: "own", type: "number", to: 400, unit: "cm", report: 5 },
  wet: { kind: "own", type: "switch" },
  mode: { kind: "own", type: "text" },
};

/** A board with the parts of own-parts-code.ts. */
export function ownEquipped(generation: "studio" | "plain"): Board {
  const onenet = { generation, ...TOKEN, services: ["depth_is", "停"] };
  const file = {
    ...COMMON,
    ...(generation === "studio" ? { onenet } : { mqtt: { ...SERVERS.plain.mqtt, ...UNACKNOWLEDGED } }),
    parts: { lamp: PARTS.lamp, ...OWN_PARTS },
    words: { 停: "blind stop" },
    rules: [
      { when: "depth > 300 and gate is off", do: "gate on" },
      { when: "depth < 20 and wet is on", do: "blind 100" },
    ],
  };
  const board = boardOf(`own-${generation}`, file, readFileSync(OWN_PARTS_CODE, "utf8"));
  return { ...board, ...(board.code ? { code: { ...board.code, file: OWN_PARTS_CODE } } : {}) };
}

/**
 * The board of a file that exists only for a moment.
 * @param code its own
 */
export function boardOf(name: string, file: object, code?: string): Board {
  const directory = mkdtempSync(join(tmpdir(), "equipped-"));
  try {
    writeFileSync(join(directory, `${name}.json`), JSON.stringify(file));
    if (code !== undefined) writeFileSync(join(directory, `${name}.ts`), code);
    // The same time for 30 days, so that cached builds stay valid.
    return loadBoard(name, { directory, now: LATER });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
