/** Boards with their own code: what they report and obey, and how they handle its errors. */

import { shipped } from "../support/bundles.ts";
import { ownEquipped } from "../support/equipped.ts";
import {
  climate,
  drop,
  give,
  level,
  message,
  packet,
  pass,
  see,
  take,
  text,
  type Exchange,
  type Step,
} from "./exchange.ts";
import { acknowledge, welcome } from "./parts.ts";

const BUTTON = shipped("esp32-devkit-button");
const DHT22 = shipped("esp32-devkit-dht22");
const OWN_PARTS = ownEquipped("plain");
/** The button's GPIO number, and the sensor's. */
const KEY = 0;
const WIRE = 4;

const press: readonly Step[] = [level(KEY, 0), pass(80), level(KEY, 1), pass(80)];

/** A report containing a text arrives and is acknowledged. */
function report(text: string): readonly Step[] {
  return [take("32", text), give("40 02 ID")];
}

/** A command to the board with own parts, and the state that it leaves. */
function set(command: string, answer: RegExp): readonly Step[] {
  const bytes = Buffer.from(command).toString("hex").replace(/../g, "$& ");
  return [give(packet("30", `${text("home/lamp/set")} ${bytes}`)), see(answer)];
}

export const OWN_CODE: readonly Exchange[] = [
  {
    name: "own parts: what they take, their states, and what their code refuses",
    board: OWN_PARTS,
    steps: [
      ...welcome(OWN_PARTS),
      ...["lamp/stateoff", "blind/state0", "gate/stateoff", "label/stateunknown", "depth/stateunknown"].map(
        (state) => take("31", `home/lamp/${state}`),
      ),
      ...set("blind 40", /^Command: 0$/),
      pass(3000),
      take("31", "home/lamp/blind/state40"),
      ...set("blind", /^Command: 40$/),
      ...set("blind 41%x", /^Command: error: blind takes stop, jam or a number from 0 to 100$/),
      ...set("blind jam", /^Command: error: the blind is jammed$/),
      ...set("停", /^Command: 40$/),
      ...set("gate toggle", /^PIN 26 1$/),
      see(/^Command: on$/),
      take("31", "home/lamp/gate/stateon"),
      ...set("label Grüße 温", /^Command: Grüße 温$/),
      take("31", "home/lamp/label/state"),
      ...set("label 温室温度高", /^Command: error: label takes clear or a text of at most 12 bytes$/),
      ...set("label clear", /^Command: unknown$/),
    ],
  },
  {
    name: "own parts: values that do not fit, and what rules make of them",
    board: OWN_PARTS,
    steps: [
      ...welcome(OWN_PARTS),
      ...set("depth_is 401", /^Command: done$/),
      pass(6000),
      see(/^Own code: part depth failed: read returned 401$/),
      ...set("depth_is 13", /^Command: done$/),
      ...set("depth", /^Command: unknown$/),
      ...set("depth_is 0", /^Command: done$/),
      pass(6000),
      see(/^Own code: part depth works again$/),
      ...set("depth_is 13", /^Command: done$/),
      pass(6000),
      see(/^Own code: part depth failed: no echo$/),
      ...set("depth_is 310", /^Command: done$/),
      pass(1500),
      see(/^Own code: part depth works again$/),
      see(/^Rule 1: gate on$/),
      see(/^PIN 26 1$/),
      ...set("depth_is 12.5", /^Command: done$/),
      level(14, 0),
      pass(1500),
      see(/^Rule 2: blind 100$/),
      pass(6000),
      ...set("gate off", /^Command: error: the blind is down$/),
      ...set('{"blind":0,"depth":1,"mode":null}', /^Command: blind: 100, depth: error: depth takes nothing/),
    ],
  },
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
