/** Writes the parts of a board for the module `virtual:board`: what connects src/parts with src/device. */

import type { Board, Led, Stream } from "../boards/board.ts";
import { CHIPS } from "../boards/chips.ts";
import { COMMANDS } from "../boards/code.ts";
import { shortName } from "../boards/home-assistant.ts";
import { identifierOf } from "../boards/onenet.ts";
import { takes, valuesOf, type LightPart, type Part, type PartValue } from "../boards/parts.ts";
import { eventsOf, rulesModule } from "./rules-module.ts";
import { spellings } from "./spellings.ts";

/** What a board's parts add to the module. */
export interface PartsModule {
  /** Names to import, and where from. */
  readonly imports: readonly (readonly [names: readonly string[], from: string])[];
  /** Statements before the constants. */
  readonly declarations: readonly string[];
  /** The constant of this name, as an expression. */
  readonly parts: string;
}

type Equipped = Board & { readonly parts: readonly Part[] };

/** A part as JavaScript. */
interface Connection {
  /** Makes it; empty for a part without a state of its own. */
  readonly create: string;
  readonly imports: readonly (readonly [name: string, from: string])[];
  /** Whether it obeys the variable `argument`, which is in lower case. */
  readonly obeys: string;
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

const LAMP = "./app/lamp";
const LED = "./device/led";
const PINS = "./device/pins";

/** File with the values that survive a restart. */
const KEPT_FILE = "parts";

/** Only this much of an argument is read by a part, in bytes: none takes so much. */
const LONGEST_ARGUMENT = 64;

/** Most bytes of the list of what a board understands: the whole answer to an unknown command has 256. */
const LONGEST_LIST = 90;

/**
 * @param own the beginning of a conditional expression that obeys the commands of the board's own code
 * @param room flash that must be free before a write, in bytes
 */
export function partsModule(board: Equipped, own: string, room: number): PartsModule {
  const { parts, words = [] } = board;
  const connections = parts.map((part, index) => ({ part, ...connect(part, variable(index), board) }));
  const lightIndex = parts.findIndex(({ kind }) => kind === "light");
  const light = lightIndex < 0 ? undefined : variable(lightIndex);
  const rules = rulesModule(board, {
    value: (source) => numberReader(source, board),
    state: (name) => stateOf(parts, name, board),
    variable: (name) => variableOf(parts, name),
  });
  const isKept = connections.some(({ create }) => create.includes("kept."));
  const isSaying = isKept || connections.some(({ create }) => create.includes("say("));
  const used: (readonly [string, string])[] = [
    ...connections.flatMap(({ imports }) => imports),
    ...rules.imports,
    ...(light === undefined
      ? [["createPlainLamp", LAMP] as const]
      : [["obeyLight", "./parts/light"] as const]),
    ...(isKept
      ? ([
          ["createKept", "./parts/kept"],
          ["load", "./device/store"],
          ["save", "./device/store"],
        ] as const)
      : []),
    ...(isSaying ? [["say", "./device/console"] as const] : []),
  ];
  const sources = [...new Set(used.map(([, from]) => from))];
  const bare = light === undefined ? "" : `!argument && obeyLight(${light}, name) ? ${light}.answer() : `;
  const named = connections.map(({ part, obeys, answer }) => {
    const error = JSON.stringify(`error: ${part.name} takes ${takes(part)}`);
    return `name === ${JSON.stringify(part.name.toLowerCase())} ? (!argument || ${obeys} ? ${answer} : ${error}) : `;
  });
  // Not one `? :` in another: the interpreter would take stack for each, and a chip has little.
  const wordFor = words.map(
    ({ text, command }) => `${spellings("text", text)} && ${JSON.stringify(command)} || `,
  );
  // First, so that what a rule switches on is seen to be on at once.
  const ticks = [...connections.flatMap(({ tick }) => tick ?? []), ...(isKept ? ["kept.tick(age)"] : [])];
  return {
    imports: sources.map((from) => [used.filter((each) => each[1] === from).map(([name]) => name), from]),
    declarations: [
      ...(isKept
        ? [
            `const kept = createKept(load("${KEPT_FILE}"), (values) => save("${KEPT_FILE}", values, ${room}), (line) => say(line));`,
          ]
        : []),
      ...connections.flatMap(({ create }, index) =>
        create === "" ? [] : [`const ${variable(index)} = ${create};`],
      ),
      ...rules.declarations,
    ],
    parts: `{
  lamp: ${light ?? "createPlainLamp(() => undefined)"},
  obey: (name, given) => {
    const argument = given.substring(0, ${LONGEST_ARGUMENT}).toLowerCase();
    return ${bare}${named.join("")}${own.replaceAll("(argument)", "(given)")}undefined;
  },
  wordFor: (text) => ${wordFor.join("")}"",
  known: () => ${JSON.stringify(knownOf(board))},
  ${board.onenet.generation === "plain" ? statesOf(connections, light) : NO_STATES},
  properties: ${board.onenet.generation === "studio" ? propertiesOf(board, connections) : "{}"},
  start: (obey) => { ${connections.flatMap(({ start }) => start ?? []).join("; ")} },
  applyRules: (age, obey) => { ${rules.ticks.join("; ")} },
  tick: (age) => { ${ticks.join("; ")} },
  flush: () => { ${isKept ? "kept.flush()" : ""} },
}`,
  };
}

/** An expression for the value of a part as a data point; undefined if there is no such value. */
export function partReader(source: string, board: Board): string | undefined {
  for (const [index, part] of (board.parts ?? []).entries()) {
    const values = valuesOf(part);
    const at = values.findIndex(({ id }) => id === source);
    if (at < 0) continue;
    const read = connect(part, variable(index), board).reads[at] ?? "";
    // Only a thing model has true and false; elsewhere they are numbers, as the state of the LED is.
    return values[at]?.type === "bool" && board.onenet.generation !== "studio" ? `(${read} ? 1 : 0)` : read;
  }
  return undefined;
}

/** An expression for a number that a rule compares; undefined or NaN while it is unknown. */
function numberReader(source: string, board: Board): string {
  return partReader(source, board) ?? `numberOf(own.sources.${source})`;
}

/** An expression for whether a part is on, open or moving. */
function stateOf(parts: readonly Part[], name: string, board: Board): string {
  const part = parts.find((each) => each.name === name);
  const variable = variableOf(parts, name);
  if (part?.kind === "light" || part?.kind === "dimmer") return `${variable}.isLit()`;
  return (part && connect(part, variable, board).reads[0]) ?? "false";
}

function variableOf(parts: readonly Part[], name: string): string {
  return variable(parts.findIndex((part) => part.name === name));
}

function variable(index: number): string {
  return `part${index}`;
}

/** @param name of the variable */
function connect(part: Part, name: string, board: Board): Connection {
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
      const given = [press, hold, double];
      const heard = eventsOf(board.rules ?? []).filter((event) => event.part === part.name);
      const isHeard = (index: number) => heard.some(({ event }) => event === ["pressed", "held"][index]);
      // With rules, its commands are the bits of the events, and the board's own come from them.
      const told = given.map((command, index) =>
        heard.length === 0 ? command : command !== "" || isHeard(index) ? String(1 << index) : "",
      );
      const commands = told.map((command) => JSON.stringify(command)).join(", ");
      const commandOf = given
        .map((command, index) => `event === "${1 << index}" ? ${JSON.stringify(command)} : `)
        .join("");
      const pressed =
        heard.length === 0
          ? "obey"
          : `(event) => { pressed_${name} |= +event; const command = ${commandOf}""; if (command) obey(command); }`;
      return {
        create: `createButton(${commands}, ${input}, after)`,
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
        create: "createCounter()",
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
      const { from, to } = part;
      const at = JSON.stringify(part.name);
      return {
        create: `createSetting(kept.recall(${at}, ${from}, ${to}, ${part.default}), ${from}, ${to}, (value) => kept.keep(${at}, value))`,
        imports: [["createSetting", "./parts/setting"]],
        obeys,
        answer: `"" + ${name}.read()`,
        reads: [`${name}.read()`],
      };
    }
    default:
      return connectSensor(part, name, board);
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
    case "ws2812":
      return [
        `createRgbLamp(openWs2812Led({ kind: "ws2812", pin: ${led.pin}, count: ${led.count}, order: "${led.order}", on: [${led.on.join(", ")}] }), [${led.on.join(", ")}])`,
        [
          ["createRgbLamp", LAMP],
          ["openWs2812Led", LED],
        ],
      ];
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

/** A value of an analogue part has four digits at most: more would be noise. */
function stepsOf([first, second]: readonly [number, number]): number {
  return 10 ** Math.max(0, 3 - Math.ceil(Math.log10(Math.abs(second - first))));
}

/** What a board understands, cut to fit. */
function knownOf({ led, parts, code, words = [] }: Equipped): string {
  const all = [
    ...(led === undefined ? [] : COMMANDS),
    ...parts.map(({ name }) => name),
    ...(code?.commands ?? []),
    ...words.map(({ text }) => text),
  ];
  let list = "";
  for (const [index, each] of all.entries()) {
    const longer = index === 0 ? each : `${list}, ${each}`;
    if (Buffer.byteLength(longer) > LONGEST_LIST) return `${list}...`;
    list = longer;
  }
  return list;
}

const NO_STATES = `stateCount: 0,
  stateTopic: () => "",
  state: () => "",
  statePeriod: () => 0`;

/** @param light the variable of the light whose state is the board's, too */
function statesOf(
  connections: readonly (Connection & { readonly part: Part })[],
  light: string | undefined,
): string {
  const states = [
    ...(light === undefined ? [] : [{ topic: "/state", state: `${light}.answer()`, period: 0 }]),
    ...connections.map(({ part, answer, state = answer, period = 0 }) => ({
      topic: `/${part.name}/state`,
      state,
      period,
    })),
  ];
  if (states.length === 0) return NO_STATES;
  const choice = (texts: readonly string[]): string =>
    texts
      .map((text, index) => (index < texts.length - 1 ? `index === ${index} ? ${text} : ` : text))
      .join("");
  const measured = states.flatMap(({ period }, index) =>
    period > 0 ? [`index === ${index} ? ${period} : `] : [],
  );
  return `stateCount: ${states.length},
  stateTopic: (index) => ${choice(states.map(({ topic }) => JSON.stringify(topic)))},
  state: (index) => ${choice(states.map(({ state }) => state))},
  statePeriod: (index) => ${measured.join("")}0`;
}

/** The parts as properties of a thing model. */
function propertiesOf(
  { onenet }: Equipped,
  connections: readonly (Connection & { readonly part: Part })[],
): string {
  const ofLed = onenet.generation === "studio" ? onenet.properties : undefined;
  const names: string[] = [];
  const sets: string[] = [];
  const gets: string[] = [];

  function add(id: string, set: string | undefined, get: string): void {
    const is = `name === ${JSON.stringify(id)} ? `;
    gets.push(`${is}${get} : `);
    if (set === undefined) return;
    names.push(id);
    sets.push(`${is}${set} : `);
  }

  for (const [index, connection] of connections.entries()) {
    const { part } = connection;
    const name = variable(index);
    if (part.kind === "light" && part.name === "led" && ofLed !== undefined) {
      add(ofLed.led, `typeof value === "boolean" && (${name}.light(value), true)`, `${name}.isLit()`);
      if (part.led.kind !== "gpio") add(ofLed.colour, paint(name), `${name}.state()`);
      continue;
    }
    for (const [at, { id, type, isWritable }] of valuesOf(part).entries()) {
      const set =
        type === "colour"
          ? paint(name)
          : type === "bool"
            ? given("boolean", 'value ? "on" : "off"', connection)
            : given("number", '"" + value', connection);
      add(identifierOf(onenet, id), isWritable ? set : undefined, connection.reads[at] ?? "");
    }
  }
  return `{
    names: ${JSON.stringify(names)},
    set: (name, value) => ${sets.join("")}false,
    get: (name) => ${gets.join("")}undefined,
  }`;
}

/** Sets a colour. */
function paint(name: string): string {
  return `typeof value === "string" && ${name}.paint(value.toLowerCase())`;
}

/** Gives a value as the argument of a command. */
function given(type: string, argument: string, { obeys }: Connection): string {
  return `typeof value === "${type}" && ${obeys.replace("argument", argument)}`;
}
