/** Boards with parts: what they obey, what they measure, and what survives a restart. */

import { shipped } from "../support/bundles.ts";
import { announced, equipped, PARTS, structured } from "../support/equipped.ts";
import {
  climate,
  give,
  level,
  message,
  moveClock,
  packet,
  pass,
  powerCycle,
  see,
  take,
  text,
  type Exchange,
  type Step,
} from "./exchange.ts";
import { acknowledge, welcome } from "./parts.ts";
import { FULL_FLASH } from "./trouble.ts";

const BELL = shipped("esp32-doorbell");
/** Little is reported, and the pump goes off soon, to keep exchanges short. */
const EQUIPPED = equipped("multiprotocol", {
  parts: Object.fromEntries(
    Object.entries({ ...PARTS, pump: { ...PARTS.pump, longestOn: 30 } }).map(([name, part]) => [
      name,
      { ...part, report: 0 },
    ]),
  ),
  streams: [{ id: "uptime", source: "uptime", period: 3600 }],
});

const ANNOUNCED = announced();
const STRUCTS = structured();
const THING = "$sys/469948/Chic_D/thing/";

const NO_TEXT = /^Command: error: note takes a text of at most 32 bytes$/;

/** A command, and a line that it makes the board print. */
function obey(command: string, ...lines: readonly RegExp[]): readonly Step[] {
  return [give(message("t", command)), ...lines.map(see)];
}

/** The same in any language. */
function say(command: string, ...lines: readonly RegExp[]): readonly Step[] {
  const bytes = Buffer.from(command).toString("hex").replace(/../g, "$& ");
  return [give(packet("30", `${text("t")} ${bytes}`)), ...lines.map(see)];
}

function press(pin: number, ms: number): readonly Step[] {
  return [level(pin, 0), pass(ms), level(pin, 1), pass(60)];
}

/**
 * A board with a sensor of each kind, on the chip's usual pins of I2C.
 * @param more other parts
 */
function measuring(chip: "esp32" | "esp8266", sda: number, scl: number, more: object = {}) {
  return equipped("multiprotocol", {
    chip,
    words: {},
    parts: {
      air: { kind: "dht22", pin: 4, report: 0 },
      cellar: { kind: "dht11", pin: 14, report: 0 },
      water: { kind: "ds18b20", pin: 13, report: 0 },
      room: { kind: "bme280", sda, scl, report: 0 },
      ...more,
    },
    streams: [
      { id: "uptime", source: "uptime", period: 3600 },
      ...["air_temperature", "cellar_temperature", "water", "room_pressure"].map((id) => ({
        id,
        source: id,
        period: 9,
      })),
    ],
  });
}

const SDA = { esp32: 21, esp8266: 12 } as const;
const MEASURING = {
  esp32: measuring("esp32", SDA.esp32, 22, {
    pool: { kind: "ds18b20", pin: 32, count: 2, report: 5 },
    attic: { kind: "bmp280", sda: 18, scl: 19, report: 0 },
    soil: { kind: "analog", pin: 34, from: [0.8, 0.3], to: [0, 100], unit: "%", report: 0 },
    hall: { kind: "motion", pin: 36, activeLow: true },
    yard: { kind: "motion", pin: 39, report: 0 },
    glow: {
      ...{ kind: "light", driver: "pwm", pins: { red: 27, green: 33, blue: 23 } },
      ...{ activeLow: true, report: 0 },
    },
    ring: { kind: "light", driver: "ws2812", pin: 16, count: 2, order: "rgbw", report: 0 },
  }),
  esp8266: measuring("esp8266", SDA.esp8266, 5),
};

/** Each sensor is asked, then taken away. */
function sensors(chip: "esp32" | "esp8266"): Exchange {
  const board = MEASURING[chip];
  const sda = SDA[chip];
  return {
    name: `sensors are measured, and reported as missing, on ${chip}`,
    board,
    steps: [
      climate(13, { temperature: -55, humidity: 0 }),
      climate(sda, { temperature: 123, humidity: 456, pressure: 9876 }),
      ...welcome(board),
      pass(2000),
      ...acknowledge,
      ...obey("air", /^Command: 21, 50$/),
      ...obey("cellar", /^Command: 21, 50$/),
      ...obey("water", /^Command: -5\.5$/),
      ...obey("room", /^Command: 12\.3/),
      ...[4, 13, 14, sda].map((pin) => climate(pin, undefined)),
      pass(9500),
      see(/^room: no answer; check its wires$/),
      pass(9000),
      see(/^air: no answer; check its wires$/),
      see(/^cellar: no answer; check its wires$/),
      climate(sda, { temperature: 200, humidity: 400, pressure: 10000 }),
      pass(9500),
      see(/^room: measures again$/),
    ],
  };
}

export const CONNECTED: readonly Exchange[] = [
  {
    name: "a door bell: a short press rings, a long one switches the lamp, the door is reported",
    board: BELL,
    steps: [
      ...welcome(BELL),
      ...acknowledge,
      ...press(13, 20),
      see(/^PIN 27 1$/),
      see(/^Command: on$/),
      pass(1000),
      see(/^PIN 27 0$/),
      take("32", '"id":"key"'),
      give("40 02 ID"),
      ...press(13, 1100),
      see(/^PIN 2 1$/),
      level(14, 0),
      pass(1100),
      take("32", '"id":"door","datapoints":[{"at":"2026-01-01 08:00:04","value":0}'),
    ],
  },
  {
    name: "every kind of part obeys",
    board: EQUIPPED,
    steps: [
      ...welcome(EQUIPPED),
      ...acknowledge,
      ...obey("pump on", /^PIN 26 0$/, /^Command: on$/),
      ...obey("PUMP", /^Command: on$/),
      ...obey("pump of", /^Command: error: pump takes on, off or toggle$/),
      ...obey("fan 40%", /^PWM 32 600000 ppm, 0 Hz$/, /^Command: 40%$/),
      ...obey("spot 25", /^PWM 5 250000 ppm, 0 Hz$/, /^Command: 25%$/),
      ...obey("strip #00ff00", /^PIXELS 17 255 0 0 255 0 0$/, /^Command: #00ff00$/),
      ...obey("lid 90", /^PWM 27 72500 ppm, 50 Hz$/, /^Command: 90$/),
      ...obey("lid off", /^PWM 27 0 ppm, 50 Hz$/, /^Command: off$/),
      ...obey("siren on", /^PWM 22 500000 ppm, 2000 Hz$/),
      ...obey("siren off", /^PWM 22 0 ppm, 2000 Hz$/),
      ...obey("bell short", /^PIN 25 1$/),
      pass(200),
      see(/^PIN 25 0$/),
      ...obey("meter 7", /^Command: 7$/),
      level(16, 0),
      pass(50),
      level(16, 1),
      ...obey("meter", /^Command: 8$/),
      ...obey("door", /^Command: open$/),
      ...obey("poweron", /^Command: on$/),
      ...obey(
        '{"lamp":"on","fan":0,"pump":false,"x":null}',
        /^Command: lamp: on, fan: off, pump: off, x: error: /,
      ),
      ...obey("dance", /^Command: error: unknown command "dance"; try on, off, toggle, lamp, /),
      ...obey("key press", /^PIN 2 0$/, /^Command: off$/, /^Command: 1$/),
    ],
  },
  {
    name: "words in Chinese, in full-width letters and with accents",
    board: EQUIPPED,
    steps: [
      ...welcome(EQUIPPED),
      ...acknowledge,
      ...say("开灯", /^PIN 2 1$/, /^Command: on$/),
      ...say(" 关灯\r\n", /^PIN 2 0$/, /^Command: off$/),
      ...say("Ｏｎ", /^PIN 2 1$/),
      ...say("Café", /^PWM 32 600000 ppm, 0 Hz$/, /^Command: 40%$/),
      ...say('{"led":1}', /^Command: on$/),
      ...say("ｏｆｆ", /^Command: error: unknown command "ｏｆｆ"; try /),
      ...say("关", /^Command: error: unknown command "关"; try /),
      give(packet("30", `${text("t")} ff 00 41 7f`)),
      see(/^Command: error: unknown command "\\xff\\x00A\\x7f"; try /),
    ],
  },
  {
    name: "a pump that goes off by itself, though the clock is moved",
    board: EQUIPPED,
    steps: [
      ...welcome(EQUIPPED),
      ...acknowledge,
      ...obey("pump on", /^PIN 26 0$/),
      pass(2000),
      moveClock(-3_600_000),
      pass(5000),
      ...obey("pump", /^Command: on$/),
      moveClock(3_600_000),
      pass(35_000),
      see(/^PIN 26 1$/),
      see(/^pump: off after 30 s$/),
    ],
  },
  {
    name: "what survives a restart",
    board: EQUIPPED,
    steps: [
      ...welcome(EQUIPPED),
      ...acknowledge,
      ...obey("valve on", /^PIN 33 1$/),
      ...obey("dryBelow 12.5", /^Command: 12.5$/),
      ...say("note  Grüße, 温室 🌱 ", /^Command: Grüße, 温室 🌱$/),
      ...obey("auto toggle", /^Command: off$/),
      ...obey("pump on", /^PIN 26 0$/),
      pass(2000),
      powerCycle,
      see(/^PIN 26 1$/),
      see(/^PIN 33 1$/),
      ...welcome(EQUIPPED),
      ...acknowledge,
      ...obey("dryBelow", /^Command: 12.5$/),
      ...obey("note", /^Command: Grüße, 温室 🌱$/),
      ...obey("auto", /^Command: off$/),
    ],
  },
  {
    name: "a text that does not fit: too long, not UTF-8, with control characters",
    board: EQUIPPED,
    steps: [
      ...welcome(EQUIPPED),
      ...acknowledge,
      ...say(`note ${"温".repeat(10)}ab`, /^Command: (温){10}ab$/),
      ...say(`note ${"温".repeat(11)}`, NO_TEXT),
      give(packet("30", `${text("t")} 'note ' e6 b8`)),
      see(NO_TEXT),
      give(packet("30", `${text("t")} 'note ' c2 85`)),
      see(NO_TEXT),
      ...obey("note a\x1bb", NO_TEXT),
      ...obey('{"note":"\\ud83c\\udf31 \\u00e9"}', /^Command: note: 🌱 é$/),
      ...obey("note", /^Command: 🌱 é$/),
    ],
  },
  {
    name: "a button on an inverted pin, with a double press",
    board: EQUIPPED,
    steps: [
      ...welcome(EQUIPPED),
      ...acknowledge,
      ...press(0, 80),
      pass(500),
      see(/^PIN 25 1$/),
      ...press(0, 80),
      ...press(0, 80),
      see(/^PIN 33 1$/),
    ],
  },
  {
    name: "a flash that is full",
    board: EQUIPPED,
    before: FULL_FLASH,
    steps: [
      ...welcome(EQUIPPED),
      ...acknowledge,
      ...obey("dryBelow 12", /^Command: 12$/),
      pass(2000),
      see(/^Flash full: values are not kept until the board restarts$/),
      ...obey("dryBelow", /^Command: 12$/),
    ],
  },
  {
    name: "a board that announces itself to Home Assistant, and keeps the states of its parts",
    board: ANNOUNCED,
    steps: [
      ...welcome(ANNOUNCED),
      take("31", "home/lamp/statusonline"),
      take("31", "home/lamp/stateoff"),
      take("31", "home/lamp/led/stateoff"),
      take("31", "home/lamp/pump/stateoff"),
      take("31", "home/lamp/door/stateopen"),
      pass(1100),
      take("31", "homeassistant/device/"),
      give(message("home/lamp/set", "pump on")),
      take("31", "home/lamp/pump/stateon"),
      take("30", "home/lamp/answeron"),
      give(message("home/lamp/set", "write 1")),
      pass(1100),
      take("31", "home/lamp/stateon"),
      take("31", "home/lamp/led/stateon"),
      ...press(13, 80),
      take("31", "home/lamp/led/stateoff"),
      level(14, 0),
      pass(1100),
      take("31", "home/lamp/door/stateclosed"),
      give(message("homeassistant/status", "online")),
      take("31", "home/lamp/led/stateoff"),
      pass(1100),
      take("31", "homeassistant/device/"),
      // An acknowledgement may not come between the pieces of the message.
      give(message("homeassistant/status", "online")),
      pass(900),
      give(packet("32", `${text("home/lamp/set")} 00 07 'fan 40'`)),
      take("31", "home/lamp/fan/state40%"),
      take("40 02 00 07"),
      pass(30_000),
      see(/^PIN 26 1$/),
      take("31", "home/lamp/pump/stateoff"),
    ],
  },
  {
    name: "properties that are structs",
    board: STRUCTS,
    steps: [
      climate(4, { temperature: 215, humidity: 400 }),
      ...welcome(STRUCTS),
      take("32", '"params":["drive"]'),
      give("40 02 ID"),
      take("32", '"status":{"value":{"uptime":'),
      give("40 02 ID"),
      pass(2000),
      take("32", '"air":{"value":{"temperature":21.5,"humidity":40}}'),
      give("40 02 ID"),
      give(message(`${THING}property/set`, '{"id":"7","params":{"drive":{"fan":40,"dry_below":12.5}}}')),
      see(/^PWM 32 400000 ppm, 0 Hz$/),
      take("32", '{"id":"7","code":200,"msg":"success"}'),
      give("40 02 ID"),
      take("32", '"drive":{"value":{"fan":40,"pump":false}}'),
      give("40 02 ID"),
      give(message(`${THING}property/get`, '{"id":"8","params":["drive","air","presses"]}')),
      take(
        "32",
        '"data":{"drive":{"fan":40,"pump":false,"dry_below":12.5},"air":{"temperature":21.5,"humidity":40},"presses":0}}',
      ),
      give("40 02 ID"),
      ...[
        '{"drive":{"fan":40,"speed":1}}',
        '{"drive":{}}',
        '{"drive":5}',
        '{"drive":"fan"}',
        '{"drive":[1]}',
        '{"drive":{"fan":{"fan":1}}}',
        '{"__proto__":{"fan":1},"drive":{"__proto__":1}}',
      ].flatMap((params) => [
        give(message(`${THING}property/set`, `{"id":"9","params":${params}}`)),
        take("32", '"code":400,"msg":"cannot set '),
        give("40 02 ID"),
      ]),
      give(message(`${THING}property/get`, '{"id":"9","params":["__proto__"]}')),
      take("32", '"code":404'),
      give("40 02 ID"),
      take("c0 00"),
      give("d0 00"),
      take("32", '"status":{"value":{"uptime":46,"lost":0}}'),
      give("40 02 ID"),
    ],
  },
  sensors("esp32"),
  sensors("esp8266"),
  {
    name: "two thermometers on a pin, a BMP280, a level, motion, lights of three and of four colours",
    board: MEASURING.esp32,
    steps: [
      climate(32, { temperature: 185, humidity: 0 }),
      climate(32, { temperature: -35, humidity: 0 }, 1),
      climate(18, { temperature: 123, humidity: 0, pressure: 9876 }),
      level(36, 1),
      level(39, 0),
      ...welcome(MEASURING.esp32),
      ...acknowledge,
      ...acknowledge,
      ...acknowledge,
      ...obey("pool", /^Command: 18\.5, -3\.5$/),
      ...obey("attic", /^Command: 12\.3, 987\.59$/),
      ...obey("soil", /^Command: [0-9.]+$/),
      ...obey("soil 5", /^Command: error: soil takes nothing$/),
      ...obey("hall", /^Command: still$/),
      ...obey("yard", /^Command: still$/),
      level(39, 1),
      level(36, 0),
      pass(1100),
      take("32", '"id":"hall","datapoints":[{"value":1}'),
      give("40 02 ID"),
      ...obey("hall", /^Command: motion$/),
      ...obey("yard", /^Command: motion$/),
      ...obey("glow #ff8000", /^PWM 27 /, /^PWM 33 /, /^PWM 23 /, /^Command: #ff8000$/),
      ...obey("glow off", /^PWM 27 /, /^Command: off$/),
      ...obey("ring #0102ff", /^PIXELS 16 0 1 254 1 0 1 254 1 0$/, /^Command: #0102ff$/),
      ...obey("ring toggle", /^PIXELS 16 0 0 0 0 0 0 0 0 0$/, /^Command: off$/),
      climate(32, undefined, 1),
      pass(6000),
      see(/^pool: no answer; check its wires$/),
      ...obey("pool", /^Command: 18\.5, unknown$/),
    ],
  },
];
