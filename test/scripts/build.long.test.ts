import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { identityOf } from "../../scripts/boards/update/identity.ts";
import { byteBudget } from "../../scripts/compile/budgets.ts";
import { gate } from "../../scripts/compile/gate/index.ts";
import { KEY, overTls, plain, PWM, registering, RGB, studio, suite } from "../support/boards.ts";
import { buildScript, shipped, shippedMultiprotocol, shippedScript } from "../support/bundles.ts";
import { EVERYDAY, SHIPPED } from "../support/shipped-boards.ts";
import { UPDATE_KEY } from "../support/updatable.ts";

/** Where updates come from, as in the tests that install them. */
const ONENET = { key: UPDATE_KEY, server: "iot-api.heclouds.com", port: 80 };
const FILES = { key: UPDATE_KEY, server: "files.example", port: 8080 };

/** Most bytes of a program that updates take. */
const UPDATES = [
  [1450, suite, ONENET],
  [1500, studio, ONENET],
  [1500, plain, FILES],
  [1500, announcing, FILES],
] as const;

/** A board that announces itself to Home Assistant. */
function announcing(changes: Partial<Board> = {}): Board {
  return { ...shipped("esp32-devkit-plain"), ...changes };
}

it.each(UPDATES)("updates take at most %i bytes of a program: %o", async (most, make, update) => {
  const board = make({ update });
  const program = (await buildScript(board)).length - identityOf(board).length;
  const without = (await buildScript(make())).length;
  console.log(`updates: ${program - without} bytes`);
  expect(program - without).toBeLessThanOrEqual(most);
});

const others = SHIPPED.filter((name) => !EVERYDAY.includes(name));

it.each(others)("the script of %s is ASCII, passes the gate and keeps to its budget", async (name) => {
  const script = await shippedScript(name);
  expect(script).toMatch(/^[\n\x20-\x7e]*$/);
  expect(gate(script, { map: null })).toEqual([]);
  expect(script.length).toBeLessThanOrEqual(byteBudget({ name }));
});

/** Boards without data streams. */
const SILENT = [
  { ...plain(), streams: [] },
  { ...shippedMultiprotocol("esp32-devkit"), name: "silent", led: PWM, streams: [] },
] as const;

it.each(SILENT)("a board without data streams also has a script: $name", async (board) => {
  const script = await buildScript(board);
  expect(gate(script, { map: null })).toEqual([]);
  expect(script).not.toMatch(/datapoints/);
});

it("code for analogue inputs is in a script that uses it", async () => {
  expect(await shippedScript("esp32-devkit")).toMatch(/analogRead/);
  for (const board of SILENT) expect(await buildScript(board)).not.toMatch(/analogRead/);
});

it("PWM is included if the LED is on PWM pins", async () => {
  const script = await buildScript(SILENT[1]);
  expect(script).toMatch(/analogWrite/);
  expect(script).not.toMatch(/digitalWrite/);
});

it("studio over TLS has TLS and a token, not the key", async () => {
  const script = await buildScript(overTls(studio({ led: RGB })));
  expect(script).toMatch(/"tls"/);
  expect(script).toContain("sign=");
  expect(script).not.toContain(KEY);
});

describe("code that a board does not use is not in its script", () => {
  const own = ({ code }: Board) => (code ? readFileSync(code.file, "utf8") : "");
  const has = ({ parts = [] }: Board, kind: string) => parts.some((part) => part.kind === kind);
  const drives = (board: Board, kind: string) =>
    board.led?.kind === kind || (kind === "gpio" && (has(board, "switch") || has(board, "buzzer")));
  const cases: [code: string, sign: RegExp, needs: (board: Board) => boolean][] = [
    ["GPIO", /digitalWrite/, (board) => drives(board, "gpio")],
    ["WS2812", /neopixel/, (board) => drives(board, "ws2812")],
    ["PWM", /analogWrite/, (board) => drives(board, "pwm") || has(board, "dimmer")],
    [
      "what watches a pin",
      /setWatch/,
      (board) => own(board).includes("setWatch(") || has(board, "button") || has(board, "dht22"),
    ],
    ["rules", /Rule /, ({ rules }) => rules !== undefined],
    ["a DHT22", /DHT22/, (board) => own(board).includes('require("DHT22")')],
    ["own code", /Own code/, ({ code }) => code !== undefined],
    ["the strength of Wi-Fi as ESP8266 tells it", /getDetails/, ({ chip }) => chip === "esp8266"],
  ];
  it.each(cases)("%s", async (_code, sign, needs) => {
    const having: string[] = [];
    for (const name of SHIPPED) if (sign.test(await shippedScript(name))) having.push(name);
    expect(having).toEqual(SHIPPED.filter((name) => needs(shipped(name))));
  });
});

describe("a board of one generation has no code of another", () => {
  const SIGNS: Record<string, RegExp> = {
    multiprotocol: /\$crsp\//,
    suite: /cmd\/request\//,
    studio: /property\/post/,
    plain: /\/status/,
    registration: /register_de/,
  };
  const boards: [name: string, board: Board, has: string[]][] = [
    ["multiprotocol", shipped("esp32-devkit"), ["multiprotocol"]],
    ["multiprotocol that registers", registering(), ["multiprotocol", "registration"]],
    ["suite", suite(), ["suite"]],
    ["studio", studio({ led: RGB }), ["studio"]],
    ["plain", plain(), ["plain"]],
  ];
  it.each(boards)("%s", async (_name, board, has) => {
    const script = await buildScript(board);
    expect(Object.keys(SIGNS).filter((name) => SIGNS[name]?.test(script))).toEqual(has);
    if (!has.includes("multiprotocol")) expect(script).not.toMatch(/datastreams/);
  });
});

describe("an access key stays on the computer", () => {
  it.each([
    ["suite", suite()],
    ["studio", studio({ led: RGB })],
  ])("%s: its bundle has the token but not the key", async (_name, board) => {
    const script = await buildScript(board);
    expect(script).toContain("sign=");
    expect(script).not.toContain(KEY);
    expect(script).not.toContain(Buffer.from(KEY, "base64").toString());
    expect(script).not.toContain(KEY.replace(/=+$/, ""));
  });
});

describe("text", () => {
  it("in Chinese is in the script as UTF-8 bytes", async () => {
    const script = await buildScript(registering());
    expect(script).toContain(String.raw`\xe6\x95\x99\xe5\xae\xa4\xe7\x81\xaf`); // 教室灯
  });
});
