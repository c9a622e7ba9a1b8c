/** `onenet` of each generation, and `mqtt`: defaults, inheritance, tokens. */

import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import type { OneNet } from "../../../scripts/boards/board.ts";
import schema from "../../../boards/board.schema.json" with { type: "json" };
import { loadBoard, placeholders, tokenWarning } from "../../../scripts/boards/index.ts";
import { mintToken, resourceOf, verifyToken } from "../../../scripts/boards/token.ts";
import { boardFolder, COMPLETE, KEY, MQTT, NOW, refusal, STUDIO, SUITE } from "./board-folder.ts";

const DAY = 86_400;
/** When a token of the default length ends: NOW is midnight. */
const A_YEAR = NOW + 366 * DAY - 1;
const RESOURCE = resourceOf("469948", "Chic_D");
const SERVER = { keepAlive: 120, pingPeriod: 30, qos: 1, cleanSession: true };

/** Files of a chain, the board to load first. */
function load(...[last, ...bases]: readonly object[]) {
  const files = Object.fromEntries(bases.map((file, index) => [`b${index}.json`, extended(file, index)]));
  const directory = boardFolder({ ...files, "attic.json": extended(last ?? {}, -1) });
  return loadBoard("attic", { directory, now: NOW });

  function extended(file: object, index: number): object {
    return index + 1 < bases.length ? { extends: `b${index + 1}`, ...file } : file;
  }
}

function token(expires: number, method: "md5" | "sha1" | "sha256" = "sha1", resource = RESOURCE): string {
  return mintToken({ resource, expires, method }, KEY);
}

function tokenOf(onenet: OneNet): string {
  return "token" in onenet ? onenet.token : "";
}

describe("the shipped boards", () => {
  test("for suite and studio hold placeholders, and a token made with one", () => {
    const personal = ["wifi.ssid", "wifi.password", "onenet.product", "onenet.device", "onenet.key"];
    for (const [name, generation, kind] of [
      ["esp32-devkit-suite", "suite", "gpio"],
      ["esp32-s3-devkitc-studio", "studio", "ws2812"],
    ] as const) {
      const board = loadBoard(name, { local: false, now: NOW });
      expect(board).toMatchObject({ led: { kind }, onenet: { generation } });
      expect(placeholders(board)).toEqual(personal);
      expect(tokenWarning(board, NOW)).toBeUndefined();
    }
  });

  test("for studio reports the LED's property", () => {
    const { streams } = loadBoard("esp32-s3-devkitc-studio", { local: false });
    expect(streams.map(({ id, source }) => [id, source])).toEqual([
      ["led", "lit"],
      ["uptime", "uptime"],
      ["memory", "memory"],
      ["rssi", "rssi"],
    ]);
  });

  test("for another broker has its own topic, and no credentials", () => {
    const board = loadBoard("esp32-devkit-plain", { local: false });
    expect(board.onenet).toMatchObject({ topic: "esp32/lamp", userName: "", device: "esp32-devkit-plain" });
    expect(placeholders(board)).toEqual(["wifi.ssid", "wifi.password", "mqtt.server"]);
  });
});

describe("defaults of", () => {
  const identity = { product: "469948", device: "Chic_D", key: KEY, token: token(A_YEAR) };

  test("suite", () => {
    expect(load(SUITE).onenet).toEqual({
      generation: "suite",
      server: "469948.mqtts.acc.cmcconenet.cn",
      port: 1883,
      otherServers: [{ host: "mqtts.heclouds.com", port: 1883 }],
      tls: false,
      ...SERVER,
      ...identity,
    });
  });

  test("studio", () => {
    expect(load(STUDIO).onenet).toEqual({
      generation: "studio",
      server: "469948.mqtts.acc.cmcconenet.cn",
      port: 1883,
      otherServers: [{ host: "mqtts.heclouds.com", port: 1883 }],
      tls: false,
      ...SERVER,
      ...identity,
      properties: { led: "led", colour: "colour" },
      services: [],
      event: "",
    });
  });

  test("mqtt", () => {
    expect(load(MQTT).onenet).toEqual({
      generation: "plain",
      server: "10.0.0.1",
      port: 1883,
      tls: false,
      ...SERVER,
      cleanSession: false,
      device: "attic",
      userName: "",
      password: "",
      topic: "attic/lamp",
      homeAssistant: "homeassistant",
    });
  });

  test.each([
    [true, "homeassistant"],
    [false, ""],
    ["ha/found", "ha/found"],
  ])("Home Assistant: %s is the prefix %s", (homeAssistant, prefix) => {
    const { onenet } = load({ ...MQTT, mqtt: { ...MQTT.mqtt, homeAssistant } });
    expect(onenet).toMatchObject({ homeAssistant: prefix });
  });

  test("QoS 2 requires another broker and a persistent session", () => {
    expect(load({ ...MQTT, mqtt: { ...MQTT.mqtt, qos: 2 } }).onenet).toMatchObject({
      qos: 2,
      cleanSession: false,
    });
  });

  test.each([
    ["suite", SUITE],
    ["studio", STUDIO],
  ])("TLS: %s", (_, base) => {
    const { onenet } = load({ onenet: { tls: true } }, base);
    expect(onenet).toMatchObject({ tls: true, port: 8883, server: "469948.mqttstls.acc.cmcconenet.cn" });
    expect(onenet.otherServers).toEqual([{ host: "mqttstls.heclouds.com", port: 8883 }]);
  });

  test("TLS: mqtt", () => {
    const { onenet } = load({ mqtt: { tls: true } }, MQTT);
    expect(onenet).toMatchObject({ tls: true, server: "10.0.0.1", port: 8883 });
  });

  test.each([
    ["suite", SUITE],
    ["studio", STUDIO],
  ])("a server in the file, not the product's own: %s", (_, base) => {
    const { onenet } = load({ onenet: { server: "mqtts.heclouds.com" } }, base);
    expect(onenet).toMatchObject({ server: "mqtts.heclouds.com" });
    expect(onenet).not.toHaveProperty("otherServers");
  });

  test("registration", () => {
    const { product, generation } = COMPLETE.onenet;
    const board = load({ ...COMPLETE, onenet: { generation, product, registration: { code: "a1" } } });
    expect(board.onenet).toMatchObject({
      device: "",
      authInfo: "",
      registration: { code: "a1", sn: "", title: "", server: "api.heclouds.com", port: 80 },
    });
  });

  test("streams: no frame outside multiprotocol, even if given", () => {
    expect(load({ ...SUITE, streams: [{ id: "温度", source: "led" }] }).streams).toEqual([
      { id: "温度", source: "led", period: 60, dpType: 3 },
    ]);
  });
});

describe("onenet may have", () => {
  test.each([
    ["the names of a product and its device", SUITE, { product: "a_B-1", device: "x".repeat(64) }],
    ["the shortest keep alive", SUITE, { keepAlive: 10, pingPeriod: 9 }],
    ["the longest keep alive", STUDIO, { keepAlive: 1800 }],
    ["identifiers", STUDIO, { properties: { led: "a".repeat(30), colour: "_" }, event: "on_1" }],
    ["services", STUDIO, { services: ["toggle", "on", "off"] }],
    ["keep alive off", COMPLETE, { keepAlive: 0 }],
  ])("%s", (_, { onenet, ...rest }, fields) => {
    expect(load({ ...rest, onenet: { ...onenet, ...fields } }).onenet).toMatchObject(fields);
  });

  test.each([
    ["a log-in and a long topic", { userName: "a", password: "b", topic: `教室/${"a".repeat(249)}` }],
    ["keep alive off", { keepAlive: 0 }],
    ["a session that is forgotten", { cleanSession: true }],
  ])("mqtt: %s", (_, fields) => {
    expect(load({ mqtt: fields }, MQTT).onenet).toMatchObject(fields);
  });

  test("mqtt: a client id in any language", () => {
    expect(load({ mqtt: { clientId: "灯" } }, MQTT).onenet).toMatchObject({ device: "灯" });
  });

  test("a registration with a Chinese title", () => {
    const registration = { code: "aB-_9", sn: "x".repeat(64), title: "灯".repeat(21), port: 65535 };
    expect(load({ onenet: { registration } }, COMPLETE).onenet).toMatchObject({ registration });
  });
});

describe("extends", () => {
  const base = {
    ...COMPLETE,
    onenet: { ...COMPLETE.onenet, server: "10.0.0.2", port: 1, keepAlive: 60, pingPeriod: 5, qos: 0 },
    streams: [{ id: "a", source: "uptime", dpType: 7, number: 1 }],
  };

  test("carries only keep alive, pings and QoS over to another generation", () => {
    const board = load({ onenet: SUITE.onenet }, base);
    expect(board.onenet).toMatchObject({ keepAlive: 60, pingPeriod: 5, qos: 0, port: 1883 });
    expect(board.onenet).not.toHaveProperty("authInfo");
    expect(board.onenet.server).toBe("469948.mqtts.acc.cmcconenet.cn");
    expect(board.streams).toEqual([{ id: "a", source: "uptime", period: 60, dpType: 3 }]);
  });

  test("does not carry TLS or studio's properties over to another generation", () => {
    const secure = { ...STUDIO, onenet: { ...STUDIO.onenet, tls: true, event: "online" } };
    const board = load({ onenet: { generation: "suite", product: "1", device: "d", key: KEY } }, secure);
    expect(board.onenet).toMatchObject({ tls: false, product: "1" });
    expect(board.onenet).not.toHaveProperty("event");
  });

  test("carries only keep alive, pings and QoS over from OneNET to another broker", () => {
    const board = load({ mqtt: MQTT.mqtt }, base);
    expect(board.onenet).toEqual({
      ...load(MQTT).onenet,
      ...{ keepAlive: 60, pingPeriod: 5, qos: 0 },
    });
    expect(board.streams).toEqual([{ id: "a", source: "uptime", period: 60, dpType: 3 }]);
  });

  test("carries only keep alive, pings and QoS over from another broker to OneNET", () => {
    const broker = { ...MQTT.mqtt, port: 1, tls: true, keepAlive: 60, pingPeriod: 5, qos: 0, clientId: "a" };
    const board = load({ onenet: COMPLETE.onenet }, { ...MQTT, mqtt: broker });
    expect(board.onenet).toEqual({
      ...load(COMPLETE).onenet,
      ...{ keepAlive: 60, pingPeriod: 5, qos: 0 },
    });
  });

  test("works in both directions", () => {
    const board = load({ onenet: COMPLETE.onenet }, { mqtt: MQTT.mqtt }, base);
    expect(board.onenet).toMatchObject({ server: "mqtt.heclouds.com", port: 6002, keepAlive: 60 });
    const broker = load({ mqtt: { server: "b", topic: "b" } }, { onenet: COMPLETE.onenet }, MQTT);
    expect(broker.onenet).toMatchObject({ server: "b", topic: "b", port: 1883 });
  });

  test("can add only the password in the local file", () => {
    const directory = boardFolder({
      "attic.json": { ...MQTT, mqtt: { ...MQTT.mqtt, userName: "teacher" } },
      "attic.local.json": { mqtt: { password: "hunter2" } },
    });
    expect(loadBoard("attic", { directory }).onenet).toMatchObject({
      ...{ generation: "plain", topic: "attic/lamp", userName: "teacher", password: "hunter2" },
    });
  });

  test("merges onenet of the same generation", () => {
    const board = load({ onenet: { generation: "multiprotocol", device: "7" } }, base);
    expect(board.onenet).toMatchObject({ server: "10.0.0.2", device: "7", authInfo: "kitchen-lamp-1" });
    expect(board.streams).toMatchObject([{ dpType: 7, number: 1 }]);
  });

  test("lets a registration replace an id, and an id replace a registration", () => {
    const registering = { onenet: { registration: { code: "a" } } };
    expect(load(registering, base).onenet).toMatchObject({ device: "", authInfo: "" });
    const known = load({ onenet: { device: "7", authInfo: "b" } }, registering, base).onenet;
    expect(known).toMatchObject({ device: "7", authInfo: "b" });
    expect(known).not.toHaveProperty("registration");
  });

  test("lets a token replace a key, and a key replace a token", () => {
    const ready = token(NOW + DAY, "md5");
    const withToken = load({ onenet: { token: ready } }, SUITE).onenet;
    expect(withToken).toMatchObject({ token: ready });
    expect(withToken).not.toHaveProperty("key");
    const withKey = load({ onenet: { key: KEY } }, { onenet: { token: ready } }, SUITE).onenet;
    expect(withKey).toMatchObject({ token: token(A_YEAR), key: KEY });
  });
});

describe("a token", () => {
  test.each([
    [{}, A_YEAR, "sha1"],
    [{ expires: "2027-12-31", method: "sha256" }, Date.UTC(2028, 0) / 1000 - 1, "sha256"],
    [{ expires: "+12h", method: "md5" }, NOW + DAY / 2, "md5"],
  ] as const)("is made with the key: %j", (fields, expires, method) => {
    const { onenet } = load({ ...SUITE, onenet: { ...SUITE.onenet, ...fields } });
    expect(verifyToken(tokenOf(onenet), RESOURCE, KEY, NOW)).toMatchObject({ expires, method });
  });

  test("is the same all day, and with a date on any day", () => {
    const directory = boardFolder({
      "a.json": SUITE,
      "b.json": { extends: "a", onenet: { expires: "2027-12-31" } },
      "c.json": { extends: "a", onenet: { expires: "+12h" } },
    });
    const at = (name: string, now: number) => tokenOf(loadBoard(name, { directory, now }).onenet);
    const midnight = Math.ceil(NOW / DAY) * DAY;
    expect(at("a", midnight)).toBe(at("a", midnight + DAY - 1));
    expect(at("a", midnight)).not.toBe(at("a", midnight - 1));
    expect(at("b", NOW)).toBe(at("b", NOW + DAY));
    expect(at("c", NOW)).not.toBe(at("c", NOW + 1));
  });

  test("counts from today", () => {
    const before = Date.now() / 1000;
    const { onenet } = loadBoard("attic", { directory: boardFolder({ "attic.json": SUITE }) });
    const { expires } = verifyToken(tokenOf(onenet), RESOURCE, KEY);
    expect(expires - 365 * DAY).toBeGreaterThanOrEqual(before);
    expect(expires - 366 * DAY).toBeLessThan(Date.now() / 1000);
  });

  test("may be a product's", () => {
    const ready = token(NOW + 1, "sha1", resourceOf("469948"));
    expect(load({ onenet: { token: ready } }, SUITE).onenet).toMatchObject({ token: ready });
  });

  test("causes a warning if it expires within 30 days", () => {
    const ends = NOW + 30 * DAY;
    const board = load({ onenet: { expires: "+720h" } }, SUITE);
    expect(tokenWarning(board, NOW)).toBeUndefined();
    expect(tokenWarning(board, NOW + 1)).toBe(
      "the token expires at 2026-01-31 00:00:00 UTC, and the board cannot log in after that: choose a later onenet.expires, build, and flash",
    );
    expect(tokenWarning(load({ onenet: { token: token(ends) } }, SUITE), ends)).toBe(
      "the token expires at 2026-01-31 00:00:00 UTC, and the board cannot log in after that: make a new token with npm run token, build, and flash",
    );
  });

  test("causes no warning if there is none", () => {
    expect(tokenWarning(load(MQTT), NOW)).toBeUndefined();
    expect(tokenWarning(load(COMPLETE), NOW)).toBeUndefined();
  });
});

describe("placeholders", () => {
  test.each([
    [
      { ...COMPLETE.onenet, device: undefined, authInfo: undefined },
      { registration: { code: "your-registration-code" } },
      ["onenet.registration.code"],
    ],
    [SUITE.onenet, { product: "123456" }, ["onenet.product"]],
    [STUDIO.onenet, { product: "123456" }, []],
  ])("%#: $generation", (onenet, fields, expected) => {
    const board = load({ ...COMPLETE, onenet: { ...onenet, ...fields } });
    expect(placeholders(board)).toEqual(expected);
  });

  test("of another broker", () => {
    const board = load({ mqtt: { userName: "your-user-name", password: "your-password" } }, MQTT);
    expect(placeholders(board)).toEqual(["mqtt.userName", "mqtt.password"]);
  });
});

describe("an editor that sees only the file", () => {
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);

  test.each([
    ["authInfo", { onenet: { authInfo: "a" } }, true],
    ["key", { onenet: { key: KEY, tls: true, event: "a" } }, true],
    ["nothing", { mqtt: {} }, true],
    ["the password of another broker alone", { mqtt: { password: "a" } }, true],
    ["what any server takes, in onenet", { onenet: { keepAlive: 60, qos: 0 } }, true],
    ["a field of another broker, in onenet", { onenet: { userName: "a" } }, false],
    ["a field of OneNET, in mqtt", { mqtt: { product: "a" } }, false],
    ["both", { onenet: {}, mqtt: {} }, false],
    ["a frame for another broker", { mqtt: {}, streams: [{ id: "a", source: "led", dpType: 3 }] }, false],
    ["a field of no generation", { onenet: { tocken: "a" } }, false],
    ["a field of another generation", { onenet: { generation: "suite", authInfo: "a" } }, false],
    ["a frame", { onenet: { generation: "suite" }, streams: [{ id: "a", source: "led", dpType: 3 }] }, false],
  ])("knows whether %s is allowed", (_, fields, isRight) => {
    expect(validate({ extends: "base", ...fields })).toBe(isRight);
  });

  test("reports nothing the build accepts", () => {
    expect(refusal("attic", boardFolder({ "attic.json": SUITE }))).toEqual([]);
    expect(validate(SUITE)).toBe(true);
  });
});
