/** Checks beyond the schema: pins and data streams. Those of onenet, mqtt and parts are in files of their own. */

import { basename } from "node:path";
import schema from "../../boards/board.schema.json" with { type: "json" };
import type { Chip, Code, Led } from "./board.ts";
import { analogPin, CHIPS, ledPinFault, ledPins, listPins } from "./chips.ts";
import { COMMANDS, REMOTE_COMMANDS, SOURCES } from "./code.ts";
import { SECTIONS } from "./merge.ts";
import { partsOf, type PartFile } from "./normalise-parts.ts";
import { checkParts } from "./part-checks.ts";
import { valuesOf, type Part, type PartValue } from "./parts.ts";
import { checkSetup } from "./setup.ts";
import { checkSleep } from "./sleep.ts";
import { checkWifi } from "./wifi.ts";
import { child, fieldOf, isObject, quote, suggest, type Finding } from "./mistake.ts";
import { t } from "../cli/language.ts";

/** The host of OneNET's service for updates. */
const ONENET_UPDATES = schema.properties.update.properties.server.default;
/** Shortest time without a platform before a restart, in s. */
const SHORTEST_REBOOT = 1800;

/**
 * Checks the parts of a board that have the right shape: it may have schema mistakes.
 * @param code the board's own code
 * @param broken names of the parts that have schema mistakes
 */
export function checkBoard(
  board: Record<string, unknown>,
  code: Code | undefined,
  broken: readonly string[],
): Finding[] {
  const used = new Map<number, string>();
  const undefinedParts = ownPartsIn(board).filter((name) => !code?.parts?.some((part) => part.name === name));
  const unclear = [...broken, ...undefinedParts];
  const parts = partsIn(board, unclear, code);
  const values = new Map(parts.flatMap(valuesOf).map((value) => [value.id, value]));
  return [
    ...checkPins(board, used),
    ...checkParts(board, parts, unclear, used, code),
    ...undefinedParts.map((name) => withoutCode(name, code)),
    ...checkWifi(board),
    ...checkConsole(board),
    ...checkTls(board),
    ...checkReboot(board),
    ...checkUpdate(board),
    ...checkSetup(board),
    ...checkSleep(board, used),
    ...checkNewestFirst(board),
    ...checkRemote(board, code),
    ...checkStreamIds(board),
    ...checkOwnSources(board, code, [...values.keys()], unclear),
    ...checkLightless(board),
    ...checkServices(board, code),
    ...checkSources(board),
    ...checkFrames(board, values),
  ];
}

/** The parts of the right shape. */
function partsIn(
  { parts }: Record<string, unknown>,
  broken: readonly string[],
  code: Code | undefined,
): Part[] {
  const all = isObject(parts) ? Object.entries(parts) : [];
  const whole = all.filter(([name, part]) => isObject(part) && !broken.includes(name));
  return partsOf(Object.fromEntries(whole) as Record<string, PartFile>, code);
}

/** Names of the parts that the board's own code has to define. */
export function ownPartsIn({ parts }: Readonly<Record<string, unknown>>): string[] {
  const all = isObject(parts) ? Object.entries(parts) : [];
  return all.flatMap(([name, part]) => (isObject(part) && part["kind"] === "own" ? [name] : []));
}

function withoutCode(name: string, code: Code | undefined): Finding {
  return {
    pointer: child("/parts", name),
    problem: code ? t`is not among the parts of ${basename(code.file)}` : t`has no code`,
    remedy: t`define it in ${code ? basename(code.file) : "boards/<name>.ts"}: parts: { ${name}: { read: () => … } } (docs/own-code.md)`,
  };
}

/** @param used gets the pins of the LED and of the analogue streams, with pointers to them */
function* checkPins(board: Record<string, unknown>, used: Map<number, string>): Generator<Finding> {
  const { chip } = board;
  if (!isChip(chip)) return;

  for (const { pointer, kind, pin } of pinsOfLed(board["led"])) {
    const fault = ledPinFault(chip, kind, pin);
    const other = used.get(pin);
    if (fault !== undefined)
      yield {
        pointer,
        causes: ["/chip", "/led/kind"],
        problem: `${pin} ${fault}`,
        remedy: t`choose one of ${listPins(ledPins(chip, kind))}`,
      };
    else if (other !== undefined) yield usedTwice(pointer, pin, other);
    else used.set(pin, pointer);
  }

  const analogUsed = new Map<number, string>();
  for (const { pointer, pin } of analogPins(board["streams"])) {
    const { analog, title } = CHIPS[chip];
    const other = used.get(analogPin(chip, pin));
    if (analog.length === 0)
      yield {
        pointer,
        causes: ["/chip"],
        problem: t`Espruino cannot read analogue pins on ${title}`,
        remedy: t`remove this stream or choose another source`,
      };
    else if (!analog.includes(pin))
      yield {
        pointer,
        causes: ["/chip"],
        problem: t`${pin} is not an analogue pin on ${title}`,
        remedy: chip === "esp8266" ? t`write 0, which means A0` : t`choose one of ${listPins(analog)}`,
      };
    else if (other !== undefined) yield usedTwice(pointer, pin, other);
    else analogUsed.set(analogPin(chip, pin), pointer); // streams may share it
  }
  for (const [pin, pointer] of analogUsed) used.set(pin, pointer);
}

/** The sources of the LED need one. */
function* checkLightless({ led, parts, streams }: Record<string, unknown>): Generator<Finding> {
  if (led !== undefined || !isObject(parts)) return;
  if (Object.values(parts).some((part) => !isObject(part) || (part["kind"] ?? "light") === "light")) return;
  for (const { pointer, stream } of objectsIn(streams))
    if (stream["source"] === "led" || stream["source"] === "lit")
      yield {
        pointer: `${pointer}/source`,
        causes: ["/parts"],
        problem: t`${quote(stream["source"])} needs a light, and this board has none`,
        remedy: t`choose another source, or add a part of kind light`,
      };
}

/** TLS needs a chip whose images have it. */
function* checkTls({ chip, ...board }: Record<string, unknown>): Generator<Finding> {
  if (!isChip(chip) || CHIPS[chip].tls !== "none") return;
  for (const section of SECTIONS) {
    const server = board[section];
    if (isObject(server) && server["tls"] === true)
      yield {
        pointer: `/${section}/tls`,
        causes: ["/chip"],
        problem: t`Espruino for ${CHIPS[chip].title} has no TLS`,
        remedy: t`remove it, or write false`,
      };
  }
}

/** Telnet needs a password, and an image that has it. */
function* checkConsole({ console, chip }: Record<string, unknown>): Generator<Finding> {
  if (!isObject(console) || console["telnet"] !== true) return;
  const pointer = "/console/telnet";
  if (isChip(chip) && !CHIPS[chip].hasTelnet)
    yield {
      pointer,
      causes: ["/chip"],
      problem: t`Espruino for ${CHIPS[chip].title} has no telnet server`,
      remedy: t`remove it, or write false`,
    };
  else if ((console["password"] ?? "") === "")
    yield {
      pointer,
      causes: ["/console/password"],
      problem: t`would open the console to everyone on the network`,
      remedy: t`set console.password too, or write false`,
    };
}

/** A board restarts itself at most twice an hour, as src/app/last-resorts.ts enforces. */
function* checkReboot({ reboot }: Record<string, unknown>): Generator<Finding> {
  const time = isObject(reboot) ? reboot["withoutPlatform"] : undefined;
  if (typeof time !== "number" || time <= 0 || time >= SHORTEST_REBOOT) return;
  yield {
    pointer: "/reboot/withoutPlatform",
    problem: t`a restart every ${time} s would wear the flash`,
    remedy: t`write ${SHORTEST_REBOOT} or more, or 0 for never`,
  };
}

/** Only messages in bulk have an order to choose. */
function* checkNewestFirst({ newestFirst, onenet, time }: Record<string, unknown>): Generator<Finding> {
  if (newestFirst !== true) return;
  const generation = isObject(onenet) ? onenet["generation"] : undefined;
  if (generation !== "suite" && generation !== "studio")
    yield {
      pointer: "/newestFirst",
      causes: ["/onenet"],
      problem: t`needs OneNET's generation suite or studio`,
      remedy: t`remove it: the others get the oldest report first`,
    };
  else if (time === undefined)
    yield {
      pointer: "/newestFirst",
      causes: ["/time"],
      problem: t`needs reports that carry their time`,
      remedy: t`add "time": {}, or remove it`,
    };
}

function* checkUpdate({ update, chip, onenet, mqtt, parts }: Record<string, unknown>): Generator<Finding> {
  if (update === undefined) return;
  const generation = isObject(onenet) ? onenet["generation"] : undefined;
  if (chip === "esp8266")
    yield {
      pointer: "/update",
      causes: ["/chip"],
      problem: t`needs SHA-256, which Espruino does not have on an ESP8266`,
      remedy: t`remove it, and flash the board over its cable`,
    };
  if (generation === "multiprotocol")
    yield {
      pointer: "/update",
      causes: ["/onenet/generation"],
      problem: t`needs OneNET's service for updates, of the generations suite and studio, or a plain broker (mqtt)`,
      remedy: t`remove it, and flash the board over its cable`,
    };
  if (mqtt !== undefined && isObject(parts) && Object.hasOwn(parts, "update"))
    yield {
      pointer: "/parts/update",
      causes: ["/update"],
      problem: t`has the topic on which the board tells its versions`,
      remedy: t`choose another name`,
    };
  if (mqtt !== undefined && isObject(update) && update["server"] === ONENET_UPDATES)
    yield {
      pointer: "/update/server",
      causes: ["/mqtt"],
      problem: t`is OneNET's, and this board uses another broker`,
      remedy: t`name the computer that serves the packages over HTTP, for example "server": "192.168.1.10"`,
    };
}

/** Its commands and its data stream have names of their own. */
function* checkRemote(
  { remote, parts, streams, mqtt, onenet }: Record<string, unknown>,
  code: Code | undefined,
): Generator<Finding> {
  if (remote === undefined) return;
  for (const name of isObject(parts) ? Object.keys(parts) : [])
    if (REMOTE_COMMANDS.includes(name.toLowerCase()))
      yield {
        pointer: child("/parts", name),
        causes: ["/remote"],
        problem: t`${quote(name)} is a command of a board with remote`,
        remedy: t`give the part another name`,
      };
  for (const name of code?.commands ?? [])
    if (REMOTE_COMMANDS.includes(name))
      yield {
        pointer: "/remote",
        problem: t`${quote(name)} is also a command of the board's own code`,
        remedy: t`rename that command, or remove this`,
      };
  const ofThing = isObject(onenet) && isObject(onenet["properties"]) ? onenet["properties"] : {};
  for (const [field, id] of Object.entries(ofThing))
    if (id === "log")
      yield {
        pointer: `/onenet/properties/${field}`,
        causes: ["/remote"],
        problem: t`"log" is the property for the lines of the console`,
        remedy: t`choose another identifier`,
      };
  if (mqtt !== undefined) return;
  for (const { pointer, stream } of objectsIn(streams))
    if (stream["id"] === "log")
      yield {
        pointer: `${pointer}/id`,
        causes: ["/remote"],
        problem: t`"log" is the data stream for the lines of the console`,
        remedy: t`choose another id`,
      };
}

function* checkStreamIds({ streams }: Record<string, unknown>): Generator<Finding> {
  const seen = new Map<string, string>();
  for (const { pointer, stream } of objectsIn(streams)) {
    const { id } = stream;
    if (typeof id !== "string") continue;
    const at = `${pointer}/id`;
    const other = seen.get(id);
    if (other === undefined) seen.set(id, at);
    else
      yield {
        pointer: at,
        causes: [other],
        problem: t`${quote(id)} is also ${fieldOf(other)}`,
        remedy: t`give each stream its own id`,
      };
  }
}

/**
 * A source is built in, a value of a part, or defined in the board's own code.
 * @param values the values of the parts
 * @param broken names of the parts whose values are unknown
 */
function* checkOwnSources(
  { streams }: Record<string, unknown>,
  code: Code | undefined,
  values: readonly string[],
  broken: readonly string[],
): Generator<Finding> {
  for (const { pointer, stream } of objectsIn(streams)) {
    const { source, pin } = stream;
    if (typeof source !== "string" || SOURCES.includes(source)) continue;
    const isUnclear = broken.some((name) => source === name || source.startsWith(`${name}_`));
    const unknown = isUnclear
      ? undefined
      : unknownName(source, t`source`, SOURCES, code, [...values, ...(code?.sources ?? [])]);
    if (unknown) yield { pointer: `${pointer}/source`, ...unknown };
    else if (pin !== undefined)
      yield {
        pointer: `${pointer}/pin`,
        problem: t`is only for a stream with "source": "analog"`,
        remedy: t`remove it`,
      };
  }
}

/** A service is a built-in command, a part, a word, or a command of the board's own code. */
function* checkServices(
  { onenet, parts, words, remote }: Record<string, unknown>,
  code: Code | undefined,
): Generator<Finding> {
  const named = [parts, words].flatMap((each) => (isObject(each) ? Object.keys(each) : []));
  const services = isObject(onenet) ? onenet["services"] : undefined;
  if (!Array.isArray(services)) return;
  const common = [...COMMANDS, ...(remote === undefined ? [] : REMOTE_COMMANDS)];
  for (const [index, service] of services.entries()) {
    if (typeof service !== "string" || common.includes(service)) continue;
    const unknown = unknownName(service, t`command`, common, code, [...named, ...(code?.commands ?? [])]);
    if (unknown) yield { pointer: `/onenet/services/${index}`, ...unknown };
  }
}

/** What is wrong with the name of a source or a command; undefined if it exists. */
function unknownName(
  name: string,
  kind: string,
  common: readonly string[],
  code: Code | undefined,
  own: readonly string[] = [],
): { problem: string; remedy: string } | undefined {
  if (own.includes(name)) return undefined;
  const elsewhere = code ? "" : t`; define your own in boards/<name>.ts (docs/own-code.md)`;
  return {
    problem: code
      ? t`${quote(name)} is neither a built-in ${kind} nor defined in ${basename(code.file)}`
      : t`${quote(name)} is not a built-in ${kind}`,
    remedy: `${suggest(name, [...common, ...own])}${elsewhere}`,
  };
}

/** As in the schema: a property, or a member of one that is a struct. */
const IDENTIFIER = /^[A-Za-z0-9_]{1,30}(\.[A-Za-z0-9_]{1,30})?$/;

/** What the generation, or another broker, requires of a stream. */
function* checkSources({ streams, onenet, mqtt }: Record<string, unknown>): Generator<Finding> {
  const generation = isObject(onenet) ? onenet["generation"] : undefined;
  for (const { pointer, stream } of objectsIn(streams)) {
    const { id, source } = stream;
    if (generation === "suite" && source === "lit")
      yield {
        pointer: `${pointer}/source`,
        causes: ["/onenet/generation"],
        problem: t`"lit" is true or false, which suite does not take`,
        remedy: t`choose another source, for example "led"`,
      };
    if (generation === "studio" && typeof id === "string" && id !== "" && !IDENTIFIER.test(id))
      yield {
        pointer: `${pointer}/id`,
        causes: ["/onenet/generation"],
        problem: t`${quote(id)} is not a valid thing model identifier`,
        remedy: t`use 1–30 letters, digits and _, or two such names with a dot for a member of a struct`,
      };
    if (mqtt !== undefined && id === "time")
      yield {
        pointer: `${pointer}/id`,
        causes: ["/mqtt"],
        problem: t`"time" is reserved for the time of measurement`,
        remedy: t`choose another id`,
      };
  }
}

/**
 * What a stream's `$dp` frame type requires of it.
 * @param values the values of the parts
 */
function* checkFrames(
  { streams, led }: Record<string, unknown>,
  values: ReadonlyMap<string, PartValue>,
): Generator<Finding> {
  const numbers = new Map<unknown, string>();
  for (const { pointer, stream } of objectsIn(streams)) {
    const { dpType, id, number, source } = stream;
    if ((dpType === 5 || dpType === 6) && typeof id === "string" && /[,;]/.test(id))
      yield {
        pointer: `${pointer}/id`,
        causes: [`${pointer}/dpType`],
        problem: t`${quote(id)} contains a comma or semicolon, which separate the fields of dpType ${dpType}`,
        remedy: t`remove it, or choose another dpType`,
      };
    if (dpType !== 7) continue;
    const isRgb = isObject(led) && (led["kind"] === "ws2812" || led["kind"] === "pwm");
    if (source === "led" && isRgb)
      yield {
        pointer: `${pointer}/dpType`,
        causes: [`${pointer}/source`, "/led/kind"],
        problem: t`7 is for numbers, but the state of an RGB LED is text`,
        remedy: t`choose another dpType`,
      };
    const type = typeof source === "string" ? values.get(source)?.type : undefined;
    if (typeof source === "string" && (type === "colour" || type === "text"))
      yield {
        pointer: `${pointer}/dpType`,
        causes: [`${pointer}/source`, `/parts/${source}`],
        problem: t`7 is for numbers, but the state of ${source} is text`,
        remedy: t`choose another dpType`,
      };
    if (source === "lit")
      yield {
        pointer: `${pointer}/dpType`,
        causes: [`${pointer}/source`],
        problem: t`7 is for numbers, but "lit" is true or false`,
        remedy: t`choose another dpType`,
      };
    const other = numbers.get(number);
    if (typeof number !== "number") continue;
    if (other === undefined) numbers.set(number, `${pointer}/number`);
    else
      yield {
        pointer: `${pointer}/number`,
        causes: [other],
        problem: t`${number} is also ${fieldOf(other)}`,
        remedy: t`give each stream its own number`,
      };
  }
}

function usedTwice(pointer: string, pin: number, other: string): Finding {
  return {
    pointer,
    causes: [other],
    problem: t`${pin} is also ${fieldOf(other)}`,
    remedy: t`give each its own pin`,
  };
}

function pinsOfLed(led: unknown): { pointer: string; kind: Led["kind"]; pin: number }[] {
  if (!isObject(led)) return [];
  const { kind, pin, pins } = led;
  if ((kind === "gpio" || kind === "ws2812") && isPin(pin)) return [{ pointer: "/led/pin", kind, pin }];
  if (kind !== "pwm" || !isObject(pins)) return [];
  return ["red", "green", "blue"].flatMap((colour) => {
    const of = pins[colour];
    return isPin(of) ? [{ pointer: `/led/pins/${colour}`, kind, pin: of }] : [];
  });
}

function analogPins(streams: unknown): { pointer: string; pin: number }[] {
  return objectsIn(streams).flatMap(({ pointer, stream }) => {
    const { source, pin } = stream;
    return source === "analog" && isPin(pin) ? [{ pointer: `${pointer}/pin`, pin }] : [];
  });
}

function objectsIn(streams: unknown): { pointer: string; stream: Record<string, unknown> }[] {
  if (!Array.isArray(streams)) return [];
  return streams.flatMap((stream: unknown, index) =>
    isObject(stream) ? [{ pointer: `/streams/${index}`, stream }] : [],
  );
}

function isChip(value: unknown): value is Chip {
  return typeof value === "string" && Object.hasOwn(CHIPS, value);
}

/** A number in the schema's range. */
function isPin(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 48;
}
