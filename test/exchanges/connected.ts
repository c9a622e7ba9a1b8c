/** Boards with parts: what they obey, what they measure, and what survives a restart. */

import { shipped } from "../support/bundles.ts";
import { equipped, PARTS } from "../support/equipped.ts";
import {
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
      ...obey("pump on", /^PIN 26 0$/),
      pass(2000),
      powerCycle,
      see(/^PIN 26 1$/),
      see(/^PIN 33 1$/),
      ...welcome(EQUIPPED),
      ...acknowledge,
      ...obey("dryBelow", /^Command: 12.5$/),
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
];
