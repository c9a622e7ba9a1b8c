/** `parts` and `words` of a board file: checks beyond the schema. */

import type { Chip, Code } from "./board.ts";
import { checkBoardRules } from "./board-rules.ts";
import { analogPin, barred, CHIPS, CONSOLE, ledPinFault, ledPins, listPins, missing, USB } from "./chips.ts";
import { COMMANDS, REMOTE_TEXTS, RESTARTS, SOURCES } from "./code.ts";
import { child, fieldOf, isObject, quote, suggest, type Finding } from "./mistake.ts";
import { pathOf, unsettable } from "./onenet.ts";
import { accepts, pinsOf, takes, valuesOf, type Part, type PinRole, type PinUse } from "./parts.ts";
import { t } from "../cli/language.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Most parts of a board: each takes memory. */
const MOST_PARTS = 32;
/** Most words of a board. */
const MOST_WORDS = 64;
/** Longest word, in bytes of UTF-8. */
const LONGEST_WORD = 64;

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,29}$/;

/** A part of the right shape, and where it is. */
interface Placed {
  readonly part: Part;
  readonly pointer: string;
}

/** What the checks need to know of a board. */
interface Context {
  readonly board: Fields;
  readonly placed: readonly Placed[];
  /** Names of the parts with mistakes in their shape: what they take is unknown. */
  readonly broken: readonly string[];
  readonly code: Code | undefined;
}

/**
 * Checks the parts, the words and the rules.
 * @param whole the parts of the right shape
 * @param broken names of the parts that have schema mistakes
 * @param used the pins of the LED and of analogue streams, with the pointers to them
 */
export function checkParts(
  board: Fields,
  whole: readonly Part[],
  broken: readonly string[],
  used: ReadonlyMap<number, string>,
  code: Code | undefined,
): Finding[] {
  const { parts, words, rules } = board;
  if (parts === undefined && words === undefined && rules === undefined) {
    const none: Context = { board, placed: [], broken, code };
    return [...checkIdentifiers(none), ...checkStructs(none)];
  }
  const placed = whole.map((part) => ({ part, pointer: child("/parts", part.name) }));
  const context: Context = { board, placed, broken, code };
  return [
    ...checkCounts(board),
    ...checkNames(context),
    ...checkValues(context),
    ...checkIdentifiers(context),
    ...checkStructs(context),
    ...checkProperties(context),
    ...checkPins(context, used),
    ...checkAddresses(context),
    ...checkPwm(context),
    ...checkNumbers(context),
    ...checkButtons(context),
    ...checkWords(context),
    ...checkBoardRules({
      board,
      parts: [...ledOf(board), ...placed.map(({ part }) => part)],
      broken,
      code,
      problemOf: (command) =>
        commandOf(board, command) !== undefined ? undefined : problemOf(context, command),
      restarts: (command) =>
        RESTARTS.includes(spellingOf(commandOf(board, command) ?? command).replace(/\s+/g, " ")),
    }),
  ];
}

function* checkCounts({ parts, words }: Fields): Generator<Finding> {
  for (const [key, value, most] of [
    ["parts", parts, MOST_PARTS],
    ["words", words, MOST_WORDS],
  ] as const) {
    const count = isObject(value) ? Object.keys(value).length : 0;
    if (count > most)
      yield { pointer: `/${key}`, problem: t`has ${count} entries`, remedy: t`keep at most ${most}` };
  }
}

/** A part's name is a command and a source: it must be no other's. */
function* checkNames({ board: { parts, led }, code }: Context): Generator<Finding> {
  const seen = new Map<string, string>(led === undefined ? [] : [["led", "/led"]]);
  for (const name of isObject(parts) ? Object.keys(parts) : []) {
    const pointer = child("/parts", name);
    const other = seen.get(name.toLowerCase());
    const remedy = t`give the part another name`;
    if (!NAME.test(name))
      yield {
        pointer,
        problem: t`${quote(name)} is not a valid name of a part`,
        remedy: t`start with a letter, followed by letters, digits and _, at most 30 in all; use words for others`,
      };
    else if (COMMANDS.includes(name.toLowerCase()))
      yield { pointer, problem: t`${quote(name)} is a built-in command`, remedy };
    else if (other !== undefined)
      yield { pointer, causes: [other], problem: t`${quote(name)} is also ${fieldOf(other)}`, remedy };
    else if (code?.commands.includes(name.toLowerCase()))
      yield { pointer, problem: t`${quote(name)} is a command of the board's own code`, remedy };
    seen.set(name.toLowerCase(), pointer);
  }
}

/** The values of all parts have different names, and those of built-in sources and of other streams are taken. */
function* checkValues({ board, placed, code }: Context): Generator<Finding> {
  const { streams, mqtt, onenet } = board;
  const ofThing = isObject(onenet) && onenet["generation"] === "studio" ? onenet["properties"] : undefined;
  const ofLed = board["led"] !== undefined && isObject(ofThing) ? [ofThing["led"], ofThing["colour"]] : [];
  const seen = new Map<string, string>();
  const remedy = t`give the part another name`;
  for (const { part, pointer } of placed)
    for (const { id } of valuesOf(part)) {
      const what = id === part.name ? quote(id) : t`its value ${quote(id)}`;
      const other = seen.get(id.toLowerCase());
      const stream = streamOf(streams, id);
      const isMapped = propertyOf(board, id) !== id; // checkIdentifiers checks those
      if (SOURCES.includes(id)) yield { pointer, problem: t`${what} is a built-in source`, remedy };
      else if (code?.sources.includes(id))
        yield { pointer, problem: t`${what} is a source of the board's own code`, remedy };
      else if (other !== undefined && other.toLowerCase() !== pointer.toLowerCase())
        // Two parts of one name are in checkNames.
        yield { pointer, causes: [other], problem: t`${what} is also a value of ${fieldOf(other)}`, remedy };
      else if (!isMapped && ofLed.includes(id))
        yield {
          pointer,
          causes: ["/onenet/properties"],
          problem: t`${what} is also a property of the LED in onenet.properties`,
          remedy,
        };
      else if (mqtt !== undefined && id === "time")
        yield {
          pointer,
          causes: ["/mqtt"],
          problem: t`"time" is reserved for the time of measurement`,
          remedy,
        };
      else if (!isMapped && stream !== undefined && part.report > 0 && !isReported(streams, id))
        yield {
          pointer,
          causes: [stream],
          problem: t`${what} is also the id of ${fieldOf(stream)}, which reports something else`,
          remedy: t`give the stream another id, or the part another name`,
        };
      seen.set(id.toLowerCase(), pointer);
    }
}

/** Each identifier is given to a value of the board, and to one only. */
function* checkIdentifiers({ board, placed, broken }: Context): Generator<Finding> {
  const { onenet, led, streams } = board;
  if (!isObject(onenet) || onenet["generation"] !== "studio") return;
  const { identifiers, properties } = onenet;
  if (!isObject(identifiers)) return;
  const ofLed = isObject(properties) ? properties : {};
  const values = placed.flatMap(({ part, pointer }) => valuesOf(part).map(({ id }) => ({ id, pointer })));
  const known = [...new Set([...values.map(({ id }) => id), ...(led === undefined ? [] : ["led"])])];
  const taken = new Map<unknown, string>();
  for (const { id, pointer } of values) if (!Object.hasOwn(identifiers, id)) taken.set(id, pointer);
  if (led !== undefined) {
    if (!Object.hasOwn(identifiers, "led")) taken.set(ofLed["led"], "/onenet/properties/led");
    taken.set(ofLed["colour"], "/onenet/properties/colour");
  }
  for (const [value, identifier] of Object.entries(identifiers)) {
    const pointer = child("/onenet/identifiers", value);
    const isUnclear = broken.some((name) => value === name || value.startsWith(`${name}_`));
    const index = objectsIn(streams).findIndex(({ id, source }) => id === identifier && source !== value);
    const other =
      taken.get(identifier) ?? (index < 0 || value === "led" ? undefined : `/streams/${index}/id`);
    if (!known.includes(value) && !isUnclear)
      yield {
        pointer,
        causes: ["/parts"],
        problem: t`${quote(value)} is not a value of a part`,
        remedy: known.length === 0 ? t`remove it` : suggest(value, known),
      };
    else if (value === "led" && ofLed["led"] !== "led")
      yield {
        pointer,
        causes: ["/onenet/properties/led"],
        problem: t`"led" is also in onenet.properties`,
        remedy: t`remove one of them`,
      };
    else if (other !== undefined && identifier !== "")
      yield {
        pointer,
        causes: [other],
        problem: t`${quote(identifier)} is also ${fieldOf(other)}`,
        remedy: t`give each property its own identifier`,
      };
    taken.set(identifier, pointer);
  }
}

/** A property with members is no value itself. */
function* checkStructs({ board, placed }: Context): Generator<Finding> {
  const { onenet, led, streams } = board;
  if (!isObject(onenet) || onenet["generation"] !== "studio") return;
  const ofLed = isObject(onenet["properties"]) ? onenet["properties"] : {};
  const identifiers = isObject(onenet["identifiers"]) ? onenet["identifiers"] : {};
  const all: [identifier: unknown, pointer: string][] = [
    ...objectsIn(streams).map(({ id }, index): [unknown, string] => [id, `/streams/${index}/id`]),
    ...Object.entries(identifiers).map(([value, identifier]): [unknown, string] => [
      identifier,
      child("/onenet/identifiers", value),
    ]),
    ...placed.flatMap(({ part, pointer }) =>
      valuesOf(part).flatMap(({ id }): [unknown, string][] =>
        Object.hasOwn(identifiers, id) ? [] : [[id, pointer]],
      ),
    ),
    ...["led", "colour"].flatMap((field): [unknown, string][] =>
      led === undefined || Object.hasOwn(identifiers, field)
        ? []
        : [[ofLed[field], child("/onenet/properties", field)]],
    ),
  ];
  const whole = new Map(all);
  for (const [identifier, pointer] of all) {
    if (typeof identifier !== "string") continue;
    const [property, member] = pathOf(identifier);
    const other = whole.get(property);
    if (member !== undefined && other !== undefined)
      yield {
        pointer,
        causes: [other],
        problem: t`${quote(identifier)} is a member of ${quote(property)}, which is also ${fieldOf(other)}`,
        remedy: t`give one of them another identifier`,
      };
  }
}

/** The identifier that a studio board file gives to a value, or else its name. */
function propertyOf({ onenet }: Fields, value: string): string {
  const identifiers =
    isObject(onenet) && onenet["generation"] === "studio" ? onenet["identifiers"] : undefined;
  const given = isObject(identifiers) && Object.hasOwn(identifiers, value) ? identifiers[value] : undefined;
  return typeof given === "string" ? given : value;
}

/**
 * Most bytes of the settable properties in a message about all of them, such as that of the desired values: it has to fit
 * in a packet of 1024 bytes.
 */
const MOST_SETTABLE = 900;
/** Bytes of a settable property in such a message, beside its name: `"":{"value":"#ff8000","version":1234},` */
const SETTABLE = 38;
/** Most bytes of such a message for a byte of a text: `é`, of two, may come as `\u00e9`. */
const ESCAPED = 3;
/** Most objects, lists and commas of such a message that the board can read, without its envelope (src/onenet/json.ts). */
const MOST_PIECES = 54;
/** Those of a property: `{"value":…,"version":…},` */
const PIECES = 3;
/** Longest identifier of a thing model. */
const LONGEST_IDENTIFIER = 30;

/** What a thing model allows. */
function* checkProperties({ board, placed }: Context): Generator<Finding> {
  const { onenet } = board;
  if (!isObject(onenet) || onenet["generation"] !== "studio") return;
  let pieces = 0;
  let bytes = 0;
  const structs = new Set<string>();
  for (const { part, pointer } of placed)
    for (const { id: value, type, most = 0, isWritable } of valuesOf(part)) {
      const id = propertyOf(board, value);
      const causes = ["/onenet/generation"];
      if (id === value && id.length > LONGEST_IDENTIFIER)
        yield {
          pointer,
          causes,
          problem: t`its value ${quote(id)} is longer than an identifier of a thing model, ${LONGEST_IDENTIFIER} letters`,
          remedy: t`give the part a shorter name, or its value another identifier in onenet.identifiers`,
        };
      if (!isWritable) continue;
      const [property, member] = pathOf(id);
      yield* unsettable(id === value ? pointer : child("/onenet/identifiers", value), id);
      // A struct has its own braces, and each member a comma.
      pieces += member === undefined ? PIECES : structs.has(property) ? 1 : PIECES + 1;
      if (member !== undefined) structs.add(property);
      bytes += id.length + SETTABLE + (type === "text" ? ESCAPED * most : 0);
      if (pieces > MOST_PIECES || bytes > MOST_SETTABLE)
        yield {
          pointer,
          causes,
          problem: t`a message about all settable parts would be too long for the board`,
          remedy: t`use fewer parts that can be set, or shorter names`,
        };
    }
}

/** The pointer of the stream with an id. */
function streamOf(streams: unknown, id: string): string | undefined {
  const index = Array.isArray(streams)
    ? streams.findIndex((stream: unknown) => isObject(stream) && stream["id"] === id)
    : -1;
  return index < 0 ? undefined : `/streams/${index}`;
}

/** The streams in their places; an empty object for what is none. */
function objectsIn(streams: unknown): Fields[] {
  return Array.isArray(streams) ? streams.map((stream: unknown) => (isObject(stream) ? stream : {})) : [];
}

/** Whether a stream of the board file reports a value. */
function isReported(streams: unknown, source: string): boolean {
  return (
    Array.isArray(streams) &&
    streams.some((stream: unknown) => isObject(stream) && stream["source"] === source)
  );
}

function* checkPins(
  { board: { chip }, placed }: Context,
  used: ReadonlyMap<number, string>,
): Generator<Finding> {
  if (!isChip(chip)) return;
  const taken = new Map<number, { at: string; bus?: string; isOneWire?: boolean }>(
    [...used].map(([pin, at]) => [pin, { at }]),
  );
  for (const { part, pointer } of placed)
    for (const use of pinsOf(part)) {
      const at = `${pointer}/${use.field}`;
      const fault = faultOf(chip, use);
      if (fault !== undefined) {
        yield { pointer: at, causes: ["/chip", `${pointer}/kind`], ...fault };
        continue;
      }
      const pin = use.role.does === "measure" ? analogPin(chip, use.pin) : use.pin;
      const bus = use.role.does === "bus" ? use.role.bus : undefined;
      const other = taken.get(pin);
      if (other === undefined)
        taken.set(pin, { at, isOneWire: part.kind === "ds18b20", ...(bus === undefined ? {} : { bus }) });
      else if (bus === undefined || other.bus !== bus)
        yield {
          pointer: at,
          causes: [other.at],
          problem: t`${use.pin} is also ${fieldOf(other.at)}`,
          remedy:
            part.kind === "ds18b20" && other.isOneWire
              ? t`write one part, with "count": the number of sensors on the pin`
              : t`give each its own pin`,
        };
    }
}

/** Two sensors on one I2C bus need two addresses. */
function* checkAddresses({ placed }: Context): Generator<Finding> {
  const taken = new Map<string, string>();
  for (const { part, pointer } of placed) {
    if (part.kind !== "bme280" && part.kind !== "bmp280") continue;
    const at = `${pointer}/address`;
    const key = [part.sda, part.scl, part.address].join();
    const other = taken.get(key);
    if (other === undefined) taken.set(key, at);
    else
      yield {
        pointer: at,
        causes: [other],
        problem: t`0x${part.address.toString(16)} is also ${fieldOf(other)}`,
        remedy: t`wire one of the two for ${part.address === 0x76 ? "0x77" : "0x76"}, and write that`,
      };
  }
}

/** The kind of LED whose pins can do what a role needs. */
const AS_LED = {
  drive: "gpio",
  bus: "gpio",
  wire: "gpio",
  dim: "pwm",
  pulse: "pwm",
  strip: "ws2812",
} as const;

/** Espruino drives it like the others, but it is no open-drain output, as a bus needs. */
const NO_BUS_ESP8266 = { pins: [16], reason: t`cannot be a line of a bus` };

function faultOf(chip: Chip, { pin, role }: PinUse): Pick<Finding, "problem" | "remedy"> | undefined {
  const { analog, title } = CHIPS[chip];
  if (role.does === "measure") {
    if (analog.includes(pin)) return undefined;
    if (analog.length === 0)
      return {
        problem: t`Espruino cannot read analogue pins on ${title}`,
        remedy: t`remove this part or use another chip`,
      };
    return {
      problem: t`${pin} is not an analogue pin on ${title}`,
      remedy: chip === "esp8266" ? t`write 0, which means A0` : t`choose one of ${listPins(analog)}`,
    };
  }
  if (role.does === "read" || role.does === "watch") {
    const why = inputFault(chip, pin, role);
    const pins = inputsOf(chip).filter((each) => inputFault(chip, each, role) === undefined);
    return why === undefined
      ? undefined
      : { problem: `${pin} ${why}`, remedy: t`choose one of ${listPins(pins)}` };
  }
  const kind = AS_LED[role.does];
  const unfit =
    role.does === "wire"
      ? CHIPS[chip].unwatched
      : role.does === "bus" && chip === "esp8266"
        ? NO_BUS_ESP8266
        : undefined;
  const why = ledPinFault(chip, kind, pin) ?? (unfit && barred(chip, pin, [unfit]));
  const pins = ledPins(chip, kind).filter((each) => unfit?.pins.includes(each) !== true);
  return why === undefined
    ? undefined
    : { problem: `${pin} ${why}`, remedy: t`choose one of ${listPins(pins)}` };

  function inputFault(on: Chip, of: number, needs: Extract<PinRole, { pull: boolean }>): string | undefined {
    const { dead, flash, inputOnly, unwatched, refused } = CHIPS[on];
    const console = refused.filter(({ reason }) => reason === CONSOLE || reason === USB);
    const without = on === "esp8266" ? [...inputOnly.pins, 16] : inputOnly.pins; // GPIO16 is not one of the others' kind
    const noResistor = { pins: without, reason: t`has no internal pull-up resistor` };
    const bars = [
      flash,
      ...console,
      dead,
      ...(needs.does === "watch" ? [unwatched] : []),
      ...(needs.pull ? [noResistor] : []),
    ];
    return missing(on, of) ?? barred(on, of, bars);
  }
}

/** All GPIO numbers of a chip that can be an input of some kind. */
function inputsOf(chip: Chip): number[] {
  const { outputs, refused } = CHIPS[chip];
  return [...new Set([...outputs, ...refused.flatMap(({ pins }) => pins)])].sort((a, b) => a - b);
}

/** What `analogWrite` can do at once. */
function* checkPwm({ board, placed }: Context): Generator<Finding> {
  const { chip, led } = board;
  if (!isChip(chip)) return;
  const { pwm, title } = CHIPS[chip];
  let plain = isObject(led) && led["kind"] === "pwm" ? 3 : 0;
  let own = 0;
  for (const { part, pointer } of placed)
    for (const { field, role } of pinsOf(part)) {
      const isOwn = role.does === "pulse" && !pwm.isSoftware;
      if (role.does === "dim" || (role.does === "pulse" && !isOwn)) plain++;
      else if (isOwn) own++;
      else continue;
      const most = isOwn ? pwm.ownFrequency : pwm.pins;
      if ((isOwn ? own : plain) <= most) continue;
      const pins = most === 1 ? t`one pin` : t`${most} pins`;
      yield {
        pointer: `${pointer}/${field}`,
        causes: ["/chip", `${pointer}/kind`],
        problem: isOwn
          ? t`${title} has PWM at a frequency of its own for ${pins} only`
          : t`${title} has PWM for ${pins} only`,
        remedy: isOwn
          ? t`use fewer servos and passive buzzers`
          : t`use fewer dimmers, dimmed LEDs and RGB LEDs`,
      };
    }
}

function* checkNumbers({ placed }: Context): Generator<Finding> {
  for (const { part, pointer } of placed) {
    if (part.kind === "setting" && part.holds === "text") {
      const length = Buffer.byteLength(part.default);
      if (length > part.longest)
        yield {
          pointer: `${pointer}/default`,
          causes: [`${pointer}/longest`],
          problem: t`is ${length} bytes long in UTF-8`,
          remedy: t`use at most longest, ${part.longest}`,
        };
    }
    if ((part.kind === "setting" || part.kind === "own") && part.holds === "number") {
      const { from, to } = part;
      const standard = part.kind === "setting" ? part.default : from;
      if (from >= to)
        yield {
          pointer: `${pointer}/to`,
          causes: [`${pointer}/from`],
          problem: t`${to} is not more than from, ${from}`,
          remedy: t`write a larger number`,
        };
      else if (standard < from || standard > to)
        yield {
          pointer: `${pointer}/default`,
          causes: [`${pointer}/from`, `${pointer}/to`],
          problem: t`${standard} is out of range`,
          remedy: t`write a number from ${from} to ${to}`,
        };
    }
    if (part.kind === "analog")
      for (const field of ["from", "to"] as const)
        if (part[field][0] === part[field][1])
          yield {
            pointer: `${pointer}/${field}`,
            problem: t`has the same number twice`,
            remedy: t`write two different ones`,
          };
    if (part.kind === "servo" && part.pulse[0] === part.pulse[1])
      yield {
        pointer: `${pointer}/pulse`,
        problem: t`has the same number twice`,
        remedy: t`write two different ones`,
      };
    if (part.kind === "buzzer" && part.frequency > 0 && part.frequency < 100)
      yield {
        pointer: `${pointer}/frequency`,
        problem: t`${part.frequency} Hz is too low`,
        remedy: t`write 100 or more, or 0 for an active buzzer`,
      };
  }
}

/** What a button does: a command of the board or a word, but not another press, which might never end. */
function* checkButtons(context: Context): Generator<Finding> {
  const buttons = context.placed.flatMap(({ part }) => (part.kind === "button" ? [part] : []));
  for (const part of buttons)
    for (const field of ["press", "hold", "double"] as const) {
      const pointer = `${child("/parts", part.name)}/${field}`;
      const command = commandOf(context.board, part[field]);
      const [named = ""] = (command ?? part[field]).trim().toLowerCase().split(/\s/);
      if (part[field] === "") continue;
      if (buttons.some(({ name }) => name.toLowerCase() === named))
        yield {
          pointer,
          problem: t`${quote(part[field])} would press a button`,
          remedy: t`write the command of another part`,
        };
      else if (command === undefined) yield* checkCommand(context, pointer, part[field]);
    }
}

function* checkWords(context: Context): Generator<Finding> {
  const { words } = context.board;
  const seen = new Map<string, string>();
  for (const [word, command] of isObject(words) ? Object.entries(words) : []) {
    const pointer = child("/words", word);
    const text = spellingOf(word);
    const other = seen.get(text);
    if (text === "" || Buffer.byteLength(text) > LONGEST_WORD)
      yield {
        pointer,
        problem: text === "" ? t`is an empty text` : t`is ${Buffer.byteLength(text)} bytes long in UTF-8`,
        remedy: t`use 1–${LONGEST_WORD} bytes`,
      };
    else if (/[^\P{C}\p{Cf}]/u.test(text))
      yield { pointer, problem: t`contains an unprintable character`, remedy: t`remove control characters` };
    else if (other !== undefined)
      yield {
        pointer,
        causes: [other],
        problem: t`is the same as ${fieldOf(other)}`,
        remedy: t`remove one of them`,
      };
    else if (problemOf(context, text) === undefined)
      yield { pointer, problem: t`${quote(word)} is already a command`, remedy: t`choose another text` };
    seen.set(text, pointer);
    if (typeof command === "string" && command !== "") yield* checkCommand(context, pointer, command);
  }
}

function* checkCommand(context: Context, pointer: string, command: string): Generator<Finding> {
  const found = problemOf(context, command);
  if (found !== undefined) yield { pointer, causes: ["/parts", "/led"], ...found };
}

/** Why the board would not understand a command; undefined if it would. */
function problemOf(context: Context, command: string): Pick<Finding, "problem" | "remedy"> | undefined {
  const { board, placed, broken, code } = context;
  const [, written = "", argument = ""] = /^\s*(\S*)\s*(.*?)\s*$/su.exec(command) ?? [];
  const name = written.toLowerCase();
  const all = [...ledOf(board), ...placed.map((each) => each.part)];
  const part = all.find((each) => each.name.toLowerCase() === name);
  if (part !== undefined)
    return accepts(part, argument)
      ? undefined
      : {
          problem: t`${quote(part.name)} does not take ${quote(argument)}`,
          remedy: t`write ${quote(`${part.name} …`)} with ${takes(part)}`,
        };
  const isUnclear = broken.some((each) => each.toLowerCase() === name);
  if (isUnclear || code?.commands.includes(name)) return undefined;
  const light = all.find(({ kind }) => kind === "light");
  const isBare = argument === "" && (COMMANDS.includes(name) || name.startsWith("#"));
  if (light && isBare && accepts(light, name)) return undefined;
  const ofRemote = board["remote"] === undefined ? [] : REMOTE_TEXTS;
  if (ofRemote.includes(`${name} ${argument.toLowerCase()}`.trim())) return undefined;
  const known = [
    ...(light ? COMMANDS : []),
    ...ofRemote,
    ...placed.map((each) => each.part.name),
    ...(code?.commands ?? []),
  ];
  return {
    problem: t`${quote(command)} is not a command of this board`,
    remedy: known.length === 0 ? t`add the part it is for` : suggest(written, known),
  };
}

/** The LED of `led` as a part, for its name, its states and what it takes. */
function ledOf({ led }: Fields): Part[] {
  if (led === undefined) return [];
  const common = { kind: "light", name: "led", report: 0 } as const;
  return isObject(led) && led["kind"] === "gpio"
    ? [{ ...common, led: { kind: "gpio", pin: 0, activeLow: false } }]
    : [{ ...common, led: { kind: "ws2812", pin: 0, count: 1, order: "grb", on: [0, 0, 0] } }];
}

/** The command that a word stands for; undefined for what is no word. */
function commandOf({ words }: Fields, text: string): string | undefined {
  const all = isObject(words) ? Object.entries(words) : [];
  const found = all.find(([word]) => spellingOf(word) === spellingOf(text));
  return found && (typeof found[1] === "string" ? found[1] : "");
}

/** A word as it is compared: without white space around it, ASCII letters in lower case. */
export function spellingOf(word: string): string {
  return word.replace(/^[\0- ]+|[\0- ]+$/g, "").replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function isChip(value: unknown): value is Chip {
  return typeof value === "string" && Object.hasOwn(CHIPS, value);
}
