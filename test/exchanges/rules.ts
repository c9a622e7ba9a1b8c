/** Rules that the board itself follows: conditions, events, a time of day, values that are unknown. */

import { equipped } from "../support/equipped.ts";
import {
  accept,
  climate,
  end,
  give,
  level,
  listen,
  message,
  moveClock,
  pass,
  powerCycle,
  refuse,
  see,
  take,
  type Exchange,
  type Step,
} from "./exchange.ts";
import { acknowledge, welcome } from "./parts.ts";

const SILENT = { report: 0 };

/** Little is reported, to keep exchanges short. Times begin at 08:00 on a Thursday. */
export const RULED = equipped("multiprotocol", {
  parts: {
    lamp: { kind: "light", pin: 2, ...SILENT },
    pump: { kind: "switch", pin: 26, longestOn: 20, ...SILENT },
    bell: { kind: "buzzer", pin: 25, ...SILENT },
    key: { kind: "button", pin: 13, press: "bell short", ...SILENT },
    door: { kind: "contact", pin: 14, ...SILENT },
    air: { kind: "dht22", pin: 4, ...SILENT },
    dryBelow: { kind: "setting", default: 30, ...SILENT },
    night: { kind: "setting", default: false, ...SILENT },
    note: { kind: "setting", default: "day", ...SILENT },
  },
  words: { 浇水: "pump on" },
  time: {},
  rules: [
    { when: "dryBelow > 50 for 5", do: "浇水", then: "pump off after 30" },
    { when: "door opens and not lamp is on", do: "bell long" },
    { when: "key held", do: "lamp toggle" },
    { when: "not (air_temperature <= 30 or dryBelow < 10)", do: "lamp on" },
    { when: "dryBelow = 7.5", do: "pump on", then: "pump off after 1" },
    { at: "08:01", on: "thu-fri", do: "lamp off" },
    { at: "08:02", on: "wed", do: "lamp on" },
    { when: "night is on", do: "note Gute Nacht, 晚安" },
  ],
  streams: [{ id: "uptime", source: "uptime", period: 3600 }],
});

const ready: readonly Step[] = [...welcome(RULED), ...acknowledge];

function obey(command: string, ...lines: readonly RegExp[]): readonly Step[] {
  return [give(message("t", command)), ...lines.map(see)];
}

export const RULES: readonly Exchange[] = [
  {
    name: "a condition that holds for its time, without a platform",
    board: RULED,
    steps: [
      ...ready,
      ...obey("dryBelow 060", /^Command: 60$/), // the interpreter takes 060 for 48
      refuse,
      end(),
      pass(4000),
      pass(3000),
      see(/^Rule 1: 浇水$/),
      see(/^PIN 26 1$/),
      see(/^Command: on$/),
      pass(21_000),
      see(/^PIN 26 0$/),
      see(/^pump: off after 20 s$/),
      pass(11_000),
      see(/^Rule 1: pump off$/),
      listen,
      accept,
      take("10", "MQTT"),
    ],
  },
  {
    name: "events of a door and a button",
    board: RULED,
    steps: [
      ...ready,
      level(14, 0),
      pass(2000),
      level(14, 1),
      pass(1100),
      see(/^Rule 2: bell long$/),
      see(/^PIN 25 1$/),
      pass(1000),
      see(/^PIN 25 0$/),
      level(13, 0),
      pass(1100),
      level(13, 1),
      pass(1000),
      see(/^Rule 3: lamp toggle$/),
      see(/^PIN 2 1$/),
      // a press is not a hold, and the lamp is on
      level(13, 0),
      pass(60),
      level(13, 1),
      pass(60),
      see(/^PIN 25 1$/),
      level(14, 0),
      pass(12_000),
      level(14, 1),
      pass(2000),
    ],
  },
  {
    name: "a switch setting, and a text that a rule sets",
    board: RULED,
    steps: [
      ...ready,
      ...obey("night on", /^Command: on$/),
      pass(1000),
      see(/^Rule 8: note Gute Nacht, 晚安$/),
      see(/^Command: Gute Nacht, 晚安$/),
    ],
  },
  {
    name: "a sensor without an answer is unknown",
    board: RULED,
    steps: [
      climate(4, undefined),
      ...ready,
      refuse,
      end(),
      pass(60_000),
      see(/^air: no answer; check its wires$/),
      climate(4, { temperature: 301, humidity: 500 }),
      pass(70_000),
      see(/^Rule 4: lamp on$/),
      see(/^PIN 2 1$/),
    ],
  },
  {
    name: "a number that is equal",
    board: RULED,
    steps: [
      ...ready,
      ...obey("dryBelow 7", /^Command: 7$/),
      pass(2000),
      ...obey("dryBelow 7.5", /^Command: 7.5$/),
      pass(2100),
      see(/^Rule 5: pump on$/),
      see(/^Rule 5: pump off$/),
    ],
  },
  {
    name: "a time of day comes once, however the clock jumps, and again after a restart only at its time",
    board: RULED,
    steps: [
      ...ready,
      refuse,
      end(),
      pass(30_000),
      moveClock(45_000),
      pass(2000),
      see(/^Rule 6: lamp off$/),
      moveClock(-120_000),
      pass(130_000),
      moveClock(86_400_000 - 60_000),
      pass(70_000),
      powerCycle,
      pass(70_000),
    ],
  },
];
