import fc from "fast-check";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { boardFolder, COMPLETE, MQTT, refusal, STUDIO, SUITE } from "./board-folder.ts";

/** Places in a board file: `streams.x` is `x` of each stream, the empty one is the whole file. */
const PATHS = [
  "",
  "$schema",
  "extends",
  "title",
  "chip",
  "led",
  "wifi",
  "onenet",
  "mqtt",
  "streams",
  "reconnect",
  "x",
].concat(
  ["kind", "pin", "pins", "count", "order", "on", "activeLow"].map((name) => `led.${name}`),
  [
    "generation",
    "server",
    "port",
    "tls",
    "product",
    "device",
    "keepAlive",
    "pingPeriod",
    "topics",
    "qos",
  ].map((name) => `onenet.${name}`),
  ["registration", "key", "expires", "method", "token", "properties", "services", "event", "topic"].map(
    (name) => `onenet.${name}`,
  ),
  ["registration.code", "registration.sn", "properties.led", "userName", "password"].map(
    (name) => `onenet.${name}`,
  ),
  ["server", "port", "tls", "clientId", "device", "userName", "password", "topic", "qos"].map(
    (name) => `mqtt.${name}`,
  ),
  ["cleanSession", "keepAlive", "pingPeriod", "generation"].map((name) => `mqtt.${name}`),
  ["id", "source", "pin", "period", "dpType", "number"].map((name) => `streams.${name}`),
  [
    "",
    ".kind",
    ".pin",
    ".pins",
    ".driver",
    ".from",
    ".to",
    ".default",
    ".press",
    ".pulse",
    ".report",
  ].flatMap((name) => [`parts.a${name}`, `parts.a/b~${name}`]),
  ["parts", "parts.b.kind", "parts.b.pin", "words", "words.a", "words.1"],
  ["wifi.ssid", "wifi.password", "reconnect.maximum", "console", "console.password", "console.telnet"],
);

describe("any JSON", () => {
  const EXAMPLE = { ...COMPLETE, streams: [{ id: "a", source: "analog", pin: 34 }] };
  const PARTS = {
    a: { kind: "button", pin: 13, press: "b on" },
    b: { kind: "switch", pin: 26 },
    c: { kind: "analog", pin: 35, from: [0, 1], to: [0, 100] },
  };
  const EQUIPPED = { ...EXAMPLE, parts: PARTS, words: { 开: "b on" } };

  /** One to three values that replace a board's own. */
  const changes = fc.array(
    fc.tuple(
      fc.constantFrom(...PATHS),
      fc.oneof(
        fc.jsonValue(),
        fc.integer({ min: -1, max: 50 }),
        fc.constantFrom(
          "gpio",
          "ws2812",
          "pwm",
          "esp32",
          "esp8266",
          "esp32s3",
          "analog",
          "led",
          "#123456",
          "base",
          "lit",
          "multiprotocol",
          "suite",
          "studio",
          "plain",
          "+1d",
          "light",
          "button",
          "setting",
          "servo",
          "dht22",
          "bme280",
          "a on",
          "2025-01-01",
          "aaaa",
          "version=2018-10-31&res=a&et=1767225601&method=md5&sign=a",
        ),
      ),
    ),
    { minLength: 1, maxLength: 3 },
  );
  const nearlyRight = fc
    .tuple(
      fc.constantFrom<object>(EXAMPLE, SUITE, STUDIO, MQTT, EQUIPPED, { ...STUDIO, parts: PARTS }),
      changes,
    )
    .map(([board, changes]) =>
      changes.reduce<unknown>((board, [path, value]) => replace(board, path, value), board),
    );

  function replace(board: unknown, path: string, value: unknown): unknown {
    if (path === "") return value;
    const [key = "", ...rest] = path.split(".");
    if (Array.isArray(board)) return board.map((entry: unknown) => replace(entry, rest.join("."), value));
    const fields = typeof board === "object" && board !== null ? (board as Record<string, unknown>) : {};
    return { ...fields, [key]: replace(fields[key], rest.join("."), value) };
  }

  test.each([
    ["at all", fc.jsonValue()],
    ["near a board", nearlyRight],
  ])("%s gives a board or its mistakes", (_, values) => {
    const directory = boardFolder({ "base.json": COMPLETE });
    let boards = 0;
    let refusals = 0;
    const check = (value: unknown): void => {
      writeFileSync(join(directory, "kitchen.json"), JSON.stringify(value));
      const lines = refusal("kitchen", directory);
      if (lines.length === 0) boards += 1;
      else refusals += 1;
      for (const line of lines)
        expect(line).toMatch(/^boards\/kitchen\.json(:\d+:\d+)?: [^\p{Cc}]+; [^\p{Cc}]+$/u);
    };
    fc.assert(fc.property(values, check), { numRuns: 500, examples: [[{ extends: "base" }], [{ chip: 1 }]] });
    expect(boards).toBeGreaterThan(0);
    expect(refusals).toBeGreaterThan(0);
  });

  test("text gives a board or its mistakes", () => {
    const directory = boardFolder({ "base.json": COMPLETE });
    const valid = JSON.stringify(EXAMPLE, undefined, 2);
    const cut = fc
      .tuple(
        fc.nat(valid.length),
        fc.nat(5),
        fc.oneof(
          fc.string({ maxLength: 3 }),
          fc.constantFrom("{", "}", "[", "]", ",", ":", "/*", "\\u", '"'),
        ),
      )
      .map(([at, length, inserted]) => valid.slice(0, at) + inserted + valid.slice(at + length));
    const check = (text: string): void => {
      writeFileSync(join(directory, "kitchen.json"), text);
      refusal("kitchen", directory); // rethrows anything but a BoardError
    };
    fc.assert(fc.property(cut, check), { numRuns: 500 });
  });
});
