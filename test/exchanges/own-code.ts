/** Boards with their own code: what they report and obey, and how they handle its errors. */

import { shipped } from "../support/bundles.ts";
import {
  climate,
  drop,
  give,
  level,
  message,
  pass,
  see,
  take,
  type Exchange,
  type Step,
} from "./exchange.ts";
import { acknowledge, welcome } from "./parts.ts";

const BUTTON = shipped("esp32-devkit-button");
const DHT22 = shipped("esp32-devkit-dht22");
/** The button's GPIO number, and the sensor's. */
const KEY = 0;
const WIRE = 4;

const press: readonly Step[] = [level(KEY, 0), pass(80), level(KEY, 1), pass(80)];

/** A report containing a text arrives and is acknowledged. */
function report(text: string): readonly Step[] {
  return [take("32", text), give("40 02 ID")];
}

export const OWN_CODE: readonly Exchange[] = [
  {
    name: "a button that is pressed, toggles the LED, and is reported at once",
    board: BUTTON,
    steps: [
      ...welcome(BUTTON),
      ...report('"presses","datapoints":[{"at":"2026-01-01 08:00:01","value":0}'),
      ...press,
      see(/^PIN 2 1$/),
      see(/^Command: on$/),
      ...report('"presses","datapoints":[{"at":"2026-01-01 08:00:02","value":1}'),
      ...press,
      see(/^PIN 2 0$/),
      see(/^Command: off$/),
      ...report('"presses","datapoints":[{"at":"2026-01-01 08:00:03","value":2}'),
    ],
  },
  {
    name: "a button that bounces, and one that is held",
    board: BUTTON,
    steps: [
      ...welcome(BUTTON),
      ...acknowledge,
      ...[0, 1, 0, 1, 0, 1].flatMap((to) => [level(KEY, to === 0 ? 0 : 1), pass(10)]),
      pass(3000),
      level(KEY, 0),
      ...report('"value":1}'),
      pass(20_000),
      see(/^Command: on$/),
      level(KEY, 1),
      pass(3000),
      give(message("t", "presses")),
      see(/^Command: 1$/),
    ],
  },
  {
    name: "a button that is pressed while there is no platform: all of it arrives later",
    board: BUTTON,
    steps: [
      ...welcome(BUTTON),
      ...acknowledge,
      drop,
      ...press,
      pass(1000),
      ...press,
      see(/^Command: off$/),
      ...welcome(BUTTON),
      ...report('"value":1}'),
      ...report('"value":2}'),
    ],
  },
  {
    name: "own commands, with and without what stands behind them",
    board: BUTTON,
    steps: [
      ...welcome(BUTTON),
      ...acknowledge,
      ...press,
      give(message("t", " PRESSES ")),
      see(/^Command: 1$/),
      give(message("t", "presses many")),
      see(/^Command: error: write presses, or presses 0$/),
      give(message("t", "Presses   0")),
      see(/^Command: 0$/),
      give(message("t", "presses0")),
      see(/^Command: error: unknown command$/),
      give(message("$creq/1", "presses")),
      take("32", "$crsp/1"),
      give("40 02 ID"),
      give(message("t", `presses ${"0".repeat(900)}`)),
      see(/^Command: error: write presses/),
      give(message("t", "toggle")),
      see(/^Command: off$/),
    ],
  },
  {
    name: "a DHT22 that is read, changes, freezes, and is gone",
    board: DHT22,
    module: "DHT22",
    steps: [
      ...welcome(DHT22),
      take("32", '"temperature"'),
      give("40 02 ID"),
      climate(WIRE, { temperature: 235, humidity: 452 }),
      pass(10_000),
      take("32", '"value":23.5}'),
      give("40 02 ID"),
      give(message("t", "climate")),
      see(/^Command: 23.5 .* 45.2 %$/),
      ...report('"switch"'),
      climate(WIRE, { temperature: -105, humidity: 999 }),
      pass(10_000),
      take("32", '"value":-10.5}'),
      give("40 02 ID"),
      climate(WIRE, undefined),
      pass(10_000),
      take("32", '"value":-10.5}'), // the sensor is still being read, with ten tries
      give("40 02 ID"),
      pass(8000),
      see(/^DHT22: no answer; check its wires and its resistor$/),
      give(message("t", "climate")),
      see(/^Command: not measured$/),
    ],
  },
  {
    name: "a DHT22 that sends only zeros, which its module treats as missing, and then is at 0 °C",
    board: DHT22,
    module: "DHT22",
    steps: [
      climate(WIRE, { temperature: 0, humidity: 0 }),
      ...welcome(DHT22),
      ...acknowledge,
      pass(7000),
      see(/^DHT22: no answer/),
      climate(WIRE, { temperature: 0, humidity: 1 }),
      ...report('"value":0}]},{"id":"humidity"'),
    ],
  },
];
