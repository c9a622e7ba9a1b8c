/** What own code may not ask of a chip's pins, and at which of its places that is told. */

import ts from "../../../scripts/compile/typescript.js";
import { beforeAll, describe, expect, it, test } from "vitest";
import { CHIPS } from "../../../scripts/boards/chips.ts";
import { checkFile } from "../../../scripts/compile/own-code/pins.ts";
import type { Board, Chip, Led } from "../../../scripts/boards/board.ts";
import { shipped } from "../../support/bundles.ts";

/** A piece of code; `▸` stands before what is told, and is no part of it. Of several chips, all say the same. */
interface Case {
  readonly chip: Chip;
  readonly code: string;
  readonly says: string | readonly string[];
  readonly led?: Led;
}

const error = (chip: Chip, code: string, says: string | readonly string[], led?: Led): Case => ({
  chip,
  code,
  says,
  ...(led ? { led } : {}),
});

const ELSEWHERE = "choose another pin";
const S3_WATCH = `cannot be watched (Espruino reserves 6–12, though the flash chip is elsewhere) on ESP32-S3; ${ELSEWHERE}`;
const S3_DEAD = "supports only PWM and WS2812 in Espruino 2v29 on ESP32-S3; choose a pin below 40";
const DAC =
  "is a DAC, where analogWrite gives a voltage and level 1 comes out as 0, on ESP32; choose another pin, or for a voltage keep the level below 1: Math.min(level, 0.99)";
const INPUT_ONLY = `is an input-only pin on ESP32; ${ELSEWHERE}`;
const AT_REST = "compare it with what the pin reads at rest, as boards/esp32-devkit-button.ts does";

const NO_SNTP =
  "Wifi.setSNTP sets the clock under running timers on an ESP32, gets no answer on C3 and S3, and ends the program when " +
  'it is called twice; write "time": {} in the board file instead, and the firmware keeps the time';

const ERRORS: readonly Case[] = [
  // watching
  error("esp32s3", "setWatch(f, ▸D9);", `setWatch: D9 ${S3_WATCH}`),
  error("esp32s3", "setWatch(f, ▸12, { repeat: true });", `setWatch: D12 ${S3_WATCH}`),
  error("esp32s3", "setWatch(f, ▸D40);", `setWatch: D40 ${S3_DEAD}`),
  error(
    "esp32",
    "setWatch(f, ▸D12);",
    `setWatch: D12 cannot be watched (Espruino reserves 6–12 for the flash chip) on ESP32; ${ELSEWHERE}`,
  ),
  error("esp32", "setWatch(f, ▸D9);", `setWatch: D9 belongs to the flash chip on ESP32; ${ELSEWHERE}`),
  error(
    "esp32c3",
    "setWatch(f, ▸D19);",
    `setWatch: D19 cannot be watched (used by USB) on ESP32-C3; ${ELSEWHERE}`,
  ),
  error(
    "esp8266",
    "setWatch(f, ▸D16);",
    `setWatch: D16 cannot be watched (they have no interrupt) on ESP8266; ${ELSEWHERE}`,
  ),
  // constants
  error("esp32s3", "const KEY = D9; setWatch(f, ▸KEY);", `setWatch: D9 ${S3_WATCH}`),
  error("esp32s3", "const KEY = 9 as Pin; setWatch(f, ▸KEY);", `setWatch: D9 ${S3_WATCH}`),
  error("esp32s3", 'setWatch(f, ▸"D9" as never);', `setWatch: D9 ${S3_WATCH}`),
  error("esp32s3", "const PINS = { key: D9 }; setWatch(f, ▸PINS.key);", `setWatch: D9 ${S3_WATCH}`),
  error("esp32s3", 'const PINS = [D4, D9]; setWatch(f, ▸PINS["1"]);', `setWatch: D9 ${S3_WATCH}`),
  error("esp32s3", 'import { KEY } from "./shared"; setWatch(f, ▸KEY);', `setWatch: D9 ${S3_WATCH}`),
  error(
    "esp32s3",
    "const KEYS = { ESP32: D4, ESP32S3_IDF4: D10 }; setWatch(f, ▸KEYS[process.env.BOARD]);",
    `setWatch: D10 ${S3_WATCH}`,
  ),
  error(
    "esp32s3",
    'const KEY = process.env.BOARD === "ESP32C3_IDF4" ? D3 : D9; setWatch(f, ▸KEY);',
    `setWatch: D9 ${S3_WATCH}`,
  ),
  error(
    "esp32s3",
    'const KEY = process.env.BOARD.startsWith("ESP32S3") ? D9 : D3; setWatch(f, ▸KEY);',
    `setWatch: D9 ${S3_WATCH}`,
  ),
  // driving
  error("esp32s3", "digitalWrite(▸D45, true);", `digitalWrite: D45 ${S3_DEAD}`),
  error("esp32s3", "▸D48.set();", `digitalWrite: D48 ${S3_DEAD}`),
  error("esp32s3", "const LAMP = D48; ▸LAMP.toggle();", `digitalWrite: D48 ${S3_DEAD}`),
  error("esp32s3", "digitalWrite([D4, ▸D45], 3);", `digitalWrite: D45 ${S3_DEAD}`),
  error("esp32s3", "analogWrite(▸D45, 0.5, { soft: true } as object);", [
    "analogWrite: D45 supports only PWM and WS2812 in Espruino 2v29 on ESP32-S3; choose another pin",
  ]),
  error("esp32s3", "new OneWire(▸D41);", `OneWire: D41 ${S3_DEAD}`),
  error("esp32s3", 'require("DHT22").connect(▸D9);', `this sensor: D9 ${S3_WATCH}`),
  error("esp32", 'const dht = require("DHT22"); dht.connect(▸D35);', `this sensor: D35 ${INPUT_ONLY}`),
  error("esp32", "digitalWrite(▸D34, false);", `digitalWrite: D34 ${INPUT_ONLY}`),
  error("esp32", "digitalPulse(▸D39, 1, 5);", `digitalWrite: D39 ${INPUT_ONLY}`),
  error("esp32", 'pinMode(▸D36, "output");', `pinMode: D36 ${INPUT_ONLY}`),
  error(
    "esp32",
    "digitalWrite(▸D6, true);",
    `digitalWrite: D6 belongs to the flash chip on ESP32; ${ELSEWHERE}`,
  ),
  error("esp32", "digitalWrite(▸D28, true);", `D28 does not exist on ESP32; ${ELSEWHERE}`),
  error("esp32c3", "digitalRead(▸D25);", `D25 does not exist on ESP32-C3; ${ELSEWHERE}`),
  error(
    "esp8266",
    'require("neopixel").write(▸16, new Uint8Array(3));',
    `neopixel: D16 cannot drive WS2812 on ESP8266; ${ELSEWHERE}`,
  ),
  error("esp8266", "declare const A0: Pin; digitalWrite(▸A0, true);", [
    `digitalWrite: A0 is an analogue input only on ESP8266; ${ELSEWHERE}`,
  ]),
  // reading
  error("esp32s3", "digitalRead(▸D42);", `digitalRead: D42 ${S3_DEAD}`),
  error("esp32s3", "analogRead(▸D1);", [
    "analogRead: D1 gives NaN on ESP32-S3; Espruino 2v29 reads no analogue pin there",
  ]),
  error("esp32", "analogRead(▸D4);", "analogRead: D4 gives NaN on ESP32; choose one of 32–39"),
  error("esp8266", "analogRead(▸D0);", "analogRead: D0 gives NaN on ESP8266; choose one of A0"),
  // modes
  error("esp32", 'pinMode(D34, ▸"analog");', [
    'pinMode: "analog" is an error in Espruino 2v29 on ESP32; leave it out: analogRead needs none',
  ]),
  error("esp32c3", 'D4.mode(▸"af_output");', [
    'pinMode: "af_output" is an error in Espruino 2v29 on ESP32-C3; choose another mode',
  ]),
  error("esp8266", 'const DOWN = "input_pulldown"; pinMode(D4, ▸DOWN);', [
    'pinMode: "input_pulldown" is an error: there is no pull-down on ESP8266; choose another mode',
  ]),
  error("esp8266", 'pinMode(D16, ▸"input_pullup");', [
    'pinMode: D16 can only be "input" or "output" on ESP8266; choose one of them',
  ]),
  error("esp32", 'pinMode(D35, ▸"input_pullup");', [
    'pinMode: D35 has no resistor inside on ESP32; put one of 10 kΩ between it and 3.3 V or GND, and write "input"',
  ]),
  error("esp32", 'pinMode(D0, ▸"opendrain");', [
    `pinMode: D0 is inverted on ESP32, and cannot be open drain; ${ELSEWHERE}`,
  ]),
  // PWM
  error("esp32", "analogWrite(▸D25, 0.5 + x);", `analogWrite: D25 ${DAC}`),
  error("esp32", "analogWrite(▸D26, 1);", `analogWrite: D26 ${DAC}`),
  error("esp32c3", "analogWrite(D3, x, { freq: 50 }); analogWrite(D4, x, { freq: ▸1000 });", [
    "analogWrite: ESP32-C3 has a frequency of its own for one pin only, and D3 took it; leave freq out, which gives 5000 Hz",
  ]),
  error(
    "esp32",
    "const HZ = 50; for (const pin of []) f(); analogWrite(D4, x, { freq: HZ }); analogWrite(D5, x, { freq: HZ });" +
      "analogWrite(D18, x, { freq: HZ }); analogWrite(D19, x, { freq: ▸HZ });",
    "analogWrite: ESP32 has a frequency of its own for 3 pins only, and D4, D5, D18 took it; leave freq out, which gives 5000 Hz",
  ),
  error(
    "esp32",
    "analogWrite(D4, x); analogWrite(D5, x); analogWrite(D4, x); analogWrite(▸D18, x);",
    "analogWrite: ESP32 has PWM for 5 pins only, those of the LED included; use fewer pins",
    { kind: "pwm", pins: [32, 33, 27], activeLow: false, on: [1, 2, 3] },
  ),
  // the clock
  ...(["esp32", "esp32c3", "esp8266"] as const).flatMap((chip) => [
    error(chip, '▸require("Wifi").setSNTP("pool.ntp.org", 8);', NO_SNTP),
    error(chip, 'const wifi = require("Wifi"); f(▸wifi["setSNTP"]);', NO_SNTP),
  ]),
];

const WARNINGS: readonly Case[] = [
  ...["falling", "rising"].map((edge) =>
    error(
      "esp32",
      `const KEY = D0; setWatch(f, ▸KEY, { edge: "${edge}", repeat: true });`,
      `D0 is inverted on ESP32: a pressed button reads 1, and rising is when it is pressed; watch both edges, and ${AT_REST}`,
    ),
  ),
  ...["digitalRead(▸D0) === 0", "!digitalRead(▸D0)", "▸D0.read() ? 1 : 2", "digitalRead(▸D0) && x"].map(
    (code) => error("esp32", `f(${code});`, `D0 is inverted on ESP32: a pressed button reads 1; ${AT_REST}`),
  ),
  error("esp32", "digitalWrite(▸D0, true);", "D0 is inverted on ESP32: 1 makes it low; write the opposite"),
  error("esp32", "analogWrite(▸D0, x);", "D0 is inverted on ESP32: level 1 makes it low; write 1 - level"),
];

/** What is right on these chips. */
const FINE: readonly [chips: readonly Chip[], code: string][] = [
  [["esp32c3"], "setWatch(f, D9); setWatch(f, D10);"],
  [["esp8266"], "setWatch(f, D12); setWatch(f, D0);"],
  [["esp32c3", "esp32s3", "esp8266"], 'setWatch(f, D0, { edge: "falling" }); f(digitalRead(D0) === 0);'],
  [["esp32"], 'setWatch(f, D0, { edge: "both" }); const rest = digitalRead(D0); f(rest);'],
  [["esp32"], "setWatch(f, D0, { edge: x > 0 ? 'rising' : 'falling' } as object);"],
  [
    ["esp32"],
    "analogWrite(D25, Math.min(x, 0.99)); analogWrite(D26, 0.5); setWatch(f, D34); digitalRead(D39);",
  ],
  [
    ["esp32c3"],
    "analogWrite(D25 - 20, x); analogWrite(D4, x, { freq: 5000 }); analogWrite(D5, x, { freq: 50 });",
  ],
  [["esp32c3"], "analogWrite(D4, x, { freq: 50 }); analogWrite(D4, 0, { freq: 100 });"],
  [["esp32s3"], 'analogWrite(D45, x); require("neopixel").write(48, new Uint8Array(3));'],
  [["esp8266"], "declare const A0: Pin; analogRead(A0); analogRead(17); pinMode(D16, 'output');"],
  // what is not known is not told
  [
    ["esp32s3"],
    "let key = D9; key = D4; setWatch(f, key); setWatch(f, x as Pin); digitalWrite(f() as never, true);",
  ],
  // names of the code itself
  [["esp32s3"], "function setWatch(a: unknown, b: unknown) {} setWatch(f, D9);"],
  [["esp32s3"], "const table = new Map<number, number>(); table.set(45, 1);"],
  // what another chip does
  [
    ["esp32s3", "esp32c3"],
    'if (process.env.BOARD === "ESP32") digitalWrite(D28, true); else digitalWrite(D4, true);',
  ],
  [["esp8266"], 'if (process.env.BOARD.startsWith("ESP32")) setWatch(f, D40);'],
  [["esp8266"], 'if (process.env.BOARD === "ESP32") setWatch(f, D40);'],
  [["esp32s3"], 'function g() { if (process.env.BOARD !== "ESP32") return; analogWrite(D25, 1); }'],
  [["esp32s3"], 'process.env.BOARD === "ESP32" && setWatch(f, D9);'],
  [
    ["esp32s3"],
    'switch (process.env.BOARD) { case "ESP32": setWatch(f, D9); break; case "ESP32S3_IDF4": setWatch(f, D4); break; default: setWatch(f, D10); }',
  ],
];

const PRELUDE = "declare const x: number; declare function f(...a: unknown[]): void;";
const SHARED = "export const KEY = D9;";
const told = (code: string) => code.replace("▸", "");

/** The code that the project ships. */
const EXAMPLES = ["boards/esp32-devkit-button.ts", "boards/esp32-devkit-dht22.ts"];

let program: ts.Program;

/** All pieces in one program: a compiler takes its time to start. */
beforeAll(() => {
  const codes = [...ERRORS, ...WARNINGS].map(({ code }) => told(code)).concat(FINE.map(([, code]) => code));
  const files = new Map(codes.map((code) => [nameOf(code), `${code}\n${PRELUDE}\nexport {};`]));
  files.set("/code/shared.ts", SHARED);
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2015,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  program = ts.createProgram(
    [...files.keys(), ...EXAMPLES, "src/espruino.d.ts", "boards/espruino.d.ts"],
    options,
    {
      ...host,
      directoryExists: () => true,
      fileExists: (name) => files.has(name) || host.fileExists(name),
      readFile: (name) => files.get(name) ?? host.readFile(name),
      getSourceFile(name, version) {
        const text = files.get(name) ?? host.readFile(name);
        return text === undefined ? undefined : ts.createSourceFile(name, text, version, true);
      },
    },
  );
});

function nameOf(code: string): string {
  return `/code/${Buffer.from(code).toString("hex").slice(-200)}.ts`;
}

/** What is said of a piece of code, and before which of its characters. */
function look(code: string, chip: Chip, led?: Led): { isError: boolean; at: number; message: string }[] {
  return lookAt(nameOf(code), chip, led);
}

function lookAt(path: string, chip: Chip, led?: Led): { isError: boolean; at: number; message: string }[] {
  const file = program.getSourceFile(path);
  if (!file) throw new Error(`no such file: ${path}`);
  const board: Board = { ...shipped("esp32-devkit"), chip, ...(led ? { led } : {}) };
  return checkFile(file, program.getTypeChecker(), board).map(({ isError, node, message }) => ({
    isError,
    at: node.getStart(),
    message,
  }));
}

describe("an error, at its place [chip F28] [chip F29]", () => {
  it.each(ERRORS)("$chip: $code", ({ chip, code, says, led }) => {
    const messages = typeof says === "string" ? [says] : says;
    expect(look(told(code), chip, led)).toEqual(
      messages.map((message) => ({ isError: true, at: code.indexOf("▸"), message })),
    );
  });
});

describe("a warning, at its place", () => {
  it.each(WARNINGS)("$chip: $code", ({ chip, code, says }) => {
    expect(look(told(code), chip)).toEqual([{ isError: false, at: code.indexOf("▸"), message: says }]);
  });
});

describe("nothing", () => {
  it.each(FINE)("%s: %s", (chips, code) => {
    for (const chip of chips) expect(look(code, chip)).toEqual([]);
  });
});

describe("nothing of the project's examples", () => {
  it.each(EXAMPLES)("%s, on any chip", (path) => {
    for (const chip of Object.keys(CHIPS) as Chip[]) expect(lookAt(path, chip)).toEqual([]);
  });
});

test("the pieces are code that TypeScript takes", () => {
  const files = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith("/code/"));
  expect(files.length).toBeGreaterThan(ERRORS.length);
  const wrong = files.flatMap((file) => program.getSyntacticDiagnostics(file));
  expect(wrong).toEqual([]);
});

test("every chip has a case", () => {
  expect(new Set(ERRORS.map(({ chip }) => chip))).toEqual(new Set(Object.keys(CHIPS)));
});
