/** What connects each part of a board, from src/parts, with its pins, from src/device: as JavaScript. */

import type { Board, Led, Stream } from "../boards/board.ts";
import { CHIPS } from "../boards/chips.ts";
import { shortName } from "../boards/home-assistant.ts";
import {
  LARGEST_COUNT,
  stepsOf,
  valuesOf,
  type LightPart,
  type OwnPart,
  type Part,
  type PartValue,
} from "../boards/parts.ts";
import { eventsIn } from "./rules-module.ts";

/** A part as JavaScript. */
export interface Connection {
  /** Makes it; empty for a part without a state of its own. */
  readonly create: string;
  readonly imports: readonly (readonly [name: string, from: string])[];
  /** Whether it obeys the variable `argument`, which is in lower case; a text is `given`, as it came. */
  readonly obeys: string;
  /** Whether it takes the variable `value` of any type, as a property; else its command does. */
  readonly takes?: string;
  /** The answer to a command that it refuses, if it has one of its own; empty for the usual. */
  readonly refusal?: string;
  /** Its state as the answer to a command. */
  readonly answer: string;
  /** Its state for a plain broker, if that is not the answer. */
  readonly state?: string;
  /** Time between two looks at its state, in s, if a change is not reported at once. */
  readonly period?: number;
  /** Its values, in the order of `valuesOf`. */
  readonly reads: readonly string[];
  /** Statement at the start. */
  readonly start?: string;
  /** Statement at each tick, at the time `age`. */
  readonly tick?: string;
}

/** A part and its connection. */
export type ConnectedPart = Connection & { readonly part: Part };

export const LAMP = "./app/lamp";
const LED = "./device/led";
const PINS = "./device/pins";

/** @param name of the variable */
export function connect(part: Part, name: string, board: Board): Connection {
  const obeys = `${name}.obey(argument)`;
  const { chip } = board;
  switch (part.kind) {
    case "light":
      return connectLight(part, name, board);
    case "switch": {
      const { atBoot, longestOn } = part;
      const at = JSON.stringify(part.name);
      const isLast = atBoot === "last";
      const isOn = isLast ? `!!kept.recall(${at}, 0, 1, 0)` : String(atBoot === "on");
      const changed = isLast ? `(on) => kept.keep(${at}, on ? 1 : 0)` : "() => undefined";
      const expired =
        longestOn > 0
          ? `() => say(${JSON.stringify(`${part.name}: off after ${longestOn} s`)})`
          : "() => undefined";
      const write = openGpio(part.pin, part.activeLow);
      return {
        create: `createSwitch(${write}, ${isOn}, ${changed}, ${longestOn * 1000}, ${expired})`,
        imports: [
          ["createSwitch", "./parts/switch"],
          ["openGpioLed", LED],
        ],
        obeys,
        answer: `${name}.isOn() ? "on" : "off"`,
        reads: [`${name}.isOn()`],
        ...(longestOn > 0 ? { tick: `${name}.tick(age)` } : {}),
      };
    }
    case "dimmer":
      return connectLight(
        { ...part, kind: "light", led: { kind: "dimmed", pin: part.pin, activeLow: part.activeLow } },
        name,
        board,
      );
    case "servo": {
      const [least, most] = part.pulse;
      return {
        create: `createServo(openServo(${part.pin}), ${least}, ${most})`,
        imports: [
          ["createServo", "./parts/servo"],
          ["openServo", PINS],
        ],
        obeys,
        answer: `${name}.read() === undefined ? "off" : "" + ${name}.read()`,
        reads: [`${name}.read()`],
      };
    }
    case "buzzer": {
      const { pin, activeLow, frequency } = part;
      const write =
        frequency > 0 ? `openTone(${pin}, ${activeLow ? 1 : 0}, ${frequency})` : openGpio(pin, activeLow);
      return {
        create: `createBuzzer(${write}, after)`,
        imports: [
          ["createBuzzer", "./parts/buzzer"],
          frequency > 0 ? ["openTone", PINS] : ["openGpioLed", LED],
          ["after", PINS],
        ],
        obeys,
        answer: `${name}.isOn() ? "on" : "off"`,
        reads: [`${name}.isOn()`],
      };
    }
    case "button": {
      const { pin, activeLow, press, hold, double } = part;
      const mode = activeLow ? "input_pullup" : "input";
      const isInverted = CHIPS[chip].inverted.includes(pin);
      const input = isInverted
        ? `openInvertedInput(${pin}, "${mode}")`
        : `openInput(${pin}, "${mode}", ${activeLow ? 0 : 1})`;
      const commands = [press, hold, double];
      const heard = eventsIn(board.rules ?? []).filter((event) => event.part === part.name);
      const isHeard = (index: number) => heard.some(({ event }) => event === ["pressed", "held"][index]);
      // With rules, its commands are the bits of the events, and the board's own come from them.
      const passed = commands.map((command, index) =>
        heard.length === 0 ? command : command !== "" || isHeard(index) ? String(1 << index) : "",
      );
      const commandOf = commands
        .map((command, index) => `event === "${1 << index}" ? ${JSON.stringify(command)} : `)
        .join("");
      const pressed =
        heard.length === 0
          ? "obey"
          : `(event) => { pressed_${name} |= +event; const command = ${commandOf}""; if (command) obey(command); }`;
      return {
        create: `createButton(${passed.map((command) => JSON.stringify(command)).join(", ")}, ${input}, after)`,
        imports: [
          ["createButton", "./parts/button"],
          [isInverted ? "openInvertedInput" : "openInput", PINS],
          ["after", PINS],
          ["watch", PINS],
        ],
        obeys,
        answer: `"" + ${name}.count()`,
        reads: [`${name}.count()`],
        start: `${name}.start(${pressed}); watch(${pin}, "both", ${name}.changed)`,
      };
    }
    case "contact":
    case "motion": {
      const isContact = part.kind === "contact";
      const mode = isContact ? "input_pullup" : "input";
      const atPin = isContact ? part.openIs : part.activeLow ? 0 : 1;
      const level = CHIPS[chip].inverted.includes(part.pin) ? 1 - atPin : atPin;
      return {
        create: `openInput(${part.pin}, "${mode}", ${level})`,
        imports: [["openInput", PINS]],
        obeys: "false",
        answer: `${name}() ? ${isContact ? '"open" : "closed"' : '"motion" : "still"'}`,
        reads: [`${name}()`],
      };
    }
    case "analog": {
      const read = `scaled(analogLevel(${part.pin}), [${part.from.join(", ")}], [${part.to.join(", ")}], ${stepsOf(part.to)})`;
      return {
        create: "",
        imports: [
          ["scaled", "./parts/scale"],
          ["analogLevel", "./device/sensors"],
        ],
        obeys: "false",
        answer: `"" + ${read}`,
        reads: [read],
        period: Math.min(...periodsOf(valuesOf(part), board.streams)),
      };
    }
    case "counter":
      return {
        create: `createCounter(${LARGEST_COUNT})`,
        imports: [
          ["createCounter", "./parts/counter"],
          ["openInput", PINS],
          ["watch", PINS],
        ],
        obeys,
        answer: `"" + ${name}.count()`,
        reads: [`${name}.count()`],
        period: Math.min(...periodsOf(valuesOf(part), board.streams)),
        start: `openInput(${part.pin}, "input_pullup", 0); watch(${part.pin}, "falling", ${name}.pulse)`,
      };
    case "setting": {
      const at = JSON.stringify(part.name);
      if (part.holds === "switch")
        return {
          create: `createSwitch(() => undefined, !!kept.recall(${at}, 0, 1, ${part.default ? 1 : 0}), (on) => kept.keep(${at}, on ? 1 : 0), 0, () => undefined)`,
          imports: [["createSwitch", "./parts/switch"]],
          obeys,
          answer: `${name}.isOn() ? "on" : "off"`,
          reads: [`${name}.isOn()`],
        };
      if (part.holds === "text")
        return {
          create: `createTextSetting(kept.recall(${at}, 1, ${part.longest}, ${JSON.stringify(part.default)}), ${part.longest}, (value) => kept.keep(${at}, value))`,
          imports: [["createTextSetting", "./parts/text"]],
          obeys: `${name}.obey(given)`,
          answer: `${name}.read()`,
          reads: [`${name}.read()`],
        };
      const { from, to } = part;
      return {
        create: `createSetting(kept.recall(${at}, ${from}, ${to}, ${part.default}), ${from}, ${to}, (value) => kept.keep(${at}, value))`,
        imports: [["createSetting", "./parts/setting"]],
        obeys,
        answer: `"" + ${name}.read()`,
        reads: [`${name}.read()`],
      };
    }
    case "own":
      return connectOwn(part, name, board);
    default:
      return connectSensor(part, name, board);
  }
}

/** A part of own code, whose functions are in `own.parts`. */
function connectOwn(part: OwnPart, name: string, { streams, onenet }: Board): Connection {
  const code = `own.parts.${part.name}`;
  const [fits, argument] = ownTypeOf(part, name);
  const commands = part.commands.map(
    (each) =>
      `argument === ${JSON.stringify(each)} ? ${name}.run(() => ${code}.commands[${JSON.stringify(each)}]()) : `,
  );
  const set = part.isSettable ? `${name}.set(${argument})` : "false";
  const isMeasured = !part.isSettable && part.holds === "number";
  // Only a thing model has true and false.
  const isNumber = part.holds === "switch" && onenet.generation !== "studio";
  return {
    create: `createOwn(${JSON.stringify(part.name)}, ${code}, (value) => ${fits}, (line) => say(line))`,
    imports: [
      ["createOwn", "./parts/own"],
      ["switchedTo", "./parts/own"],
      ["asNumber", "./parts/own"],
      ["isText", "./parts/text"],
      ["numberIn", "./parts/numbers"],
    ],
    obeys: commands.length > 0 ? `(${commands.join("")}${set})` : set,
    takes: `${name}.set(value)`,
    refusal: `${name}.refusal()`,
    answer: `${name}.answer()`,
    reads: [isNumber ? `asNumber(${name}.read())` : `${name}.read()`],
    ...(isMeasured ? { period: Math.min(...periodsOf(valuesOf(part), streams)) } : {}),
  };
}

/** Whether the variable `value` is one of its values, and the value that a command gives it. */
function ownTypeOf(part: OwnPart, name: string): [fits: string, argument: string] {
  switch (part.holds) {
    case "number":
      return [
        `typeof value === "number" && value >= ${part.from} && value <= ${part.to}`,
        `numberIn(argument, ${part.from}, ${part.to})`,
      ];
    case "text":
      return [`typeof value === "string" && isText(value, ${part.longest})`, "given"];
    case "switch":
      return ['typeof value === "boolean"', `switchedTo(argument, ${name}.read())`];
  }
}

function connectLight({ led }: LightPart, name: string, { code }: Board): Connection {
  const [create, imports] = lampOf(led, code !== undefined);
  return {
    create,
    imports: [...imports, ["obeyLight", "./parts/light"]],
    obeys: `obeyLight(${name}, argument)`,
    answer: `${name}.answer()`,
    reads: [led.kind === "gpio" ? `${name}.isLit()` : `${name}.state()`],
  };
}

/** @param hasCode whether the board's own code may write the pin */
function lampOf(led: Led, hasCode: boolean): [create: string, imports: (readonly [string, string])[]] {
  switch (led.kind) {
    case "gpio": {
      const value = `{ kind: "gpio", pin: ${led.pin}, activeLow: ${led.activeLow} }`;
      if (!hasCode)
        return [
          `createPlainLamp(openGpioLed(${value}))`,
          [
            ["createPlainLamp", LAMP],
            ["openGpioLed", LED],
          ],
        ];
      return [
        `createPlainLamp(openGpioLed(${value}), () => isGpioLedLit(${value}))`,
        [
          ["createPlainLamp", LAMP],
          ["openGpioLed", LED],
          ["isGpioLedLit", LED],
        ],
      ];
    }
    case "dimmed":
      return [
        `createDimmer(openDimmer({ kind: "dimmed", pin: ${led.pin}, activeLow: ${led.activeLow} }))`,
        [
          ["createDimmer", "./parts/light"],
          ["openDimmer", PINS],
        ],
      ];
    case "pwm":
      return [
        `createRgbLamp(openPwmLed({ kind: "pwm", pins: [${led.pins.join(", ")}], activeLow: ${led.activeLow}, on: [${led.on.join(", ")}] }), [${led.on.join(", ")}])`,
        [
          ["createRgbLamp", LAMP],
          ["openPwmLed", LED],
        ],
      ];
    case "ws2812": {
      const open = led.order.includes("w") ? "openRgbwLed" : "openWs2812Led";
      return [
        `createRgbLamp(${open}({ kind: "ws2812", pin: ${led.pin}, count: ${led.count}, order: "${led.order}", on: [${led.on.join(", ")}] }), [${led.on.join(", ")}])`,
        [
          ["createRgbLamp", LAMP],
          [open, LED],
        ],
      ];
    }
  }
}

type SensorPart = Extract<Part, { readonly kind: "dht11" | "dht22" | "ds18b20" | "bme280" | "bmp280" }>;

/** Shortest time between two measurements of any sensor, in s: the slowest, a DHT22, needs it. */
const SHORTEST = 2;

/** How a sensor is made, and where from. */
function driverOf(part: SensorPart): [create: string, from: string, settings: string] {
  switch (part.kind) {
    case "dht11":
      return ["createDht11", "./device/dht", `{ pin: ${part.pin} }`];
    case "dht22":
      return ["createDht22", "./device/dht", `{ pin: ${part.pin} }`];
    case "ds18b20":
      return part.count === 1
        ? ["createDs18b20", "./device/ds18b20", `{ pin: ${part.pin} }`]
        : ["createDs18b20Bus", "./device/ds18b20", `{ pin: ${part.pin}, count: ${part.count} }`];
    default: {
      const { sda, scl, address, kind } = part;
      const create = kind === "bme280" ? "createBme280" : "createBmp280";
      return [create, "./device/bme280", `{ sda: ${sda}, scl: ${scl}, address: ${address} }`];
    }
  }
}

function connectSensor(part: SensorPart, name: string, { streams, onenet }: Board): Connection {
  const [create, from, settings] = driverOf(part);
  const values = valuesOf(part);
  const period = Math.max(SHORTEST, Math.min(...periodsOf(values, streams)));
  const reads = values.map((_, index) => `${name}.read(${index})`);
  const members = values.map(
    (value, index) =>
      `"${index > 0 ? "," : ""}\\"${shortName(value, part)}\\":" + jsonOfMeasured(${reads[index] ?? ""})`,
  );
  const hasJson = onenet.generation === "plain" && values.length > 1;
  return {
    create: `createSensor(${JSON.stringify(part.name)}, ${create}(${settings}), ${period * 1000}, (line) => say(line))`,
    imports: [
      ["createSensor", "./parts/sensor"],
      ["answerOfSensor", "./parts/sensor"],
      ...(hasJson ? [["jsonOfMeasured", "./parts/sensor"] as const] : []),
      [create, from],
    ],
    obeys: "false",
    answer: `answerOfSensor([${reads.join(", ")}])`,
    ...(hasJson ? { state: `"{" + ${members.join(" + ")} + "}"` } : {}),
    reads,
    tick: `${name}.tick(age)`,
  };
}

/** Time between two measurements of a sensor that no stream uses, in s. */
const UNUSED = 60;

/** The periods of the streams of some values, in s. */
function periodsOf(values: readonly PartValue[], streams: readonly Stream[]): number[] {
  const periods = streams.flatMap(({ source, period }) =>
    values.some(({ id }) => id === source) ? [period] : [],
  );
  return periods.length > 0 ? periods : [UNUSED];
}

function openGpio(pin: number, activeLow: boolean): string {
  return `openGpioLed({ kind: "gpio", pin: ${pin}, activeLow: ${activeLow} })`;
}

/** An expression for the value of a part as a data point; undefined if there is no such value. */
export function partReader(source: string, board: Board): string | undefined {
  for (const [index, part] of (board.parts ?? []).entries()) {
    const values = valuesOf(part);
    const at = values.findIndex(({ id }) => id === source);
    if (at < 0) continue;
    const read = connect(part, variable(index), board).reads[at] ?? "";
    // Only a thing model has true and false; elsewhere they are numbers, as the state of the LED is.
    const isBool = values[at]?.type === "bool" && part.kind !== "own"; // own code may not know it
    return isBool && board.onenet.generation !== "studio" ? `(${read} ? 1 : 0)` : read;
  }
  return undefined;
}

/** An expression for a number that a rule compares; undefined or NaN while it is unknown. */
export function numberReader(source: string, board: Board): string {
  return partReader(source, board) ?? `numberOf(own.sources.${source})`;
}

/** An expression for whether a part is on, open or moving, or for whether it is not: neither while own code does not know. */
export function stateOf(parts: readonly Part[], name: string, holds: boolean, board: Board): string {
  const part = parts.find((each) => each.name === name);
  const variable = variableOf(parts, name);
  if (part?.kind === "own") return `${variable}.read() === ${holds}`;
  return `${holds ? "" : "!"}${isOnOf(part, variable, board)}`;
}

function isOnOf(part: Part | undefined, variable: string, board: Board): string {
  if (part?.kind === "light" || part?.kind === "dimmer") return `${variable}.isLit()`;
  return (part && connect(part, variable, board).reads[0]) ?? "false";
}

export function variableOf(parts: readonly Part[], name: string): string {
  return variable(parts.findIndex((part) => part.name === name));
}

/** The variable of a part, by the part's number. */
export function variable(index: number): string {
  return `part${index}`;
}
