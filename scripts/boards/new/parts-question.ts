/** What else is connected: asks for one part after another, until there is no other. */

import schema from "../../../boards/board.schema.json" with { type: "json" };
import { CHIPS, listPins } from "../chips.ts";
import { checkUnwritten } from "../index.ts";
import { child, fieldOf, isObject, quote, sentenceOf } from "../mistake.ts";
import { partsOf, type PartFile } from "../normalise-parts.ts";
import { PART_KINDS, pinsOf, type PartKind } from "../parts.ts";
import { NUMBER, ORDERS, YES_NO } from "./board-questions.ts";
import { draftOf } from "./draft.ts";
import { baseOf, type Choice, type Gathering, type Question } from "./question.ts";
import { list, listAnd, t, translated } from "../../cli/language.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A question about one field of a part. */
interface FieldQuestion {
  readonly field: string;
  readonly text: string;
  readonly where: string;
  readonly choices?: readonly Choice[];
  /** The form of an answer, checked before the board file, and the remedy to suggest. */
  readonly form?: readonly [RegExp, string];
  readonly standard: string;
  /** The field's value; undefined to leave it out. */
  readonly read: (answer: string) => unknown;
  /** Whether a part with the fields so far has it; all have by default. */
  readonly isFor?: (part: Fields) => boolean;
}

/** A part on its way into the file. */
interface Begun {
  readonly gathering: Gathering;
  /** The parts before it. */
  readonly parts: Fields;
  readonly name: string;
}

const TEXT = t`What else is connected?`;

/** The end of the list of parts. */
const NONE: Choice = { value: "none", label: t`nothing else` };

/** Leaves a part without adding it. */
const BACK = "back";

const { kind: kinds } = schema.definitions.part.properties;
const { driver } = schema.definitions.partLight.properties;
const { order } = schema.definitions.partWs2812.properties;
const { address } = schema.definitions.partBme280.properties;

/** The numbers that a pin may have on some chip. */
const PINS = Array.from({ length: schema.definitions.pin.maximum + 1 }, (_, pin) => pin);

const A_NUMBER = /^-?\d{1,9}(\.\d{1,6})?$/;
const TWO_NUMBERS = /^-?\d{1,9}(\.\d{1,6})?\s*,\s*-?\d{1,9}(\.\d{1,6})?$/;

const UNIT: FieldQuestion = {
  field: "unit",
  text: t`In which unit?`,
  where: t`Such as % or °C, in any language; empty for none.`,
  standard: "",
  read: (answer) => answer || undefined,
};

const AT_FIRST = t`What is its value at first?`;
const UNTIL = t`Until a command sets another.`;

/** What the questions can add: a part of own code needs its code first. */
type AskedKind = Exclude<PartKind, "own">;

/** What is asked for each kind besides its pins, and the name to suggest. */
const ASKED: Readonly<
  Record<AskedKind, { readonly called: string; readonly fields: readonly FieldQuestion[] }>
> = {
  light: {
    called: "lamp",
    fields: [
      {
        field: "driver",
        text: t`What sort of light is it?`,
        where: t`WS2812 have a chip inside; one LED with four legs is red, green and blue.`,
        choices: described(driver),
        standard: driver.default,
        read: String,
      },
      { ...activeLow(t`Is it lit by a low level?`), isFor: (part) => part["driver"] !== "ws2812" },
      {
        ...numberOf(
          "count",
          t`How many LEDs are in the row?`,
          t`Count them; any beyond this number stay dark.`,
          1,
        ),
        isFor: (part) => part["driver"] === "ws2812",
      },
      {
        field: "order",
        text: t`What is their colour order?`,
        where: t`grb for most, grbw for RGBW such as SK6812.`,
        choices: ORDERS,
        standard: order.default,
        read: String,
        isFor: (part) => part["driver"] === "ws2812",
      },
    ],
  },
  switch: { called: "relay", fields: [activeLow(t`Is it switched on by a low level?`)] },
  dimmer: { called: "fan", fields: [activeLow(t`Does a low level give full power?`)] },
  servo: { called: "servo", fields: [] },
  buzzer: {
    called: "buzzer",
    fields: [
      activeLow(t`Does a low level sound it?`),
      numberOf(
        "frequency",
        t`What is its tone, in Hz?`,
        t`0 for an active buzzer, which has its own; else 100 to 10000.`,
        0,
      ),
    ],
  },
  button: {
    called: "button",
    fields: [
      activeLow(t`Is a low level a press?`, "yes"),
      {
        field: "press",
        text: t`Which command does a press give?`,
        where: t`A command of the board, such as toggle; empty: presses are only counted.`,
        standard: "",
        read: (answer) => answer || undefined,
      },
    ],
  },
  contact: { called: "door", fields: [] },
  motion: { called: "motion", fields: [activeLow(t`Does a low level mean motion?`)] },
  analog: {
    called: "level",
    fields: [
      pairOf(
        "from",
        t`Between which two levels of the pin does it move?`,
        t`Two numbers from 0 to 1, such as 0.8,0.3.`,
      ),
      pairOf("to", t`Which values are these two levels?`, t`Two numbers, such as 0,100.`),
      UNIT,
    ],
  },
  counter: { called: "meter", fields: [UNIT] },
  setting: {
    called: "setting",
    // Its default says which of the three it is.
    fields: [
      {
        field: "default",
        text: t`What does it hold?`,
        where: t`Commands set it; it survives a restart.`,
        choices: [
          { value: "number", label: t`a number` },
          { value: "text", label: t`a text` },
          { value: "switch", label: t`on or off` },
        ],
        standard: "number",
        read: (answer) => ({ text: "-", switch: false })[answer],
      },
      forDefault("number", numberOf("from", t`What is its least value?`, t`A command cannot set less.`, 0)),
      forDefault("number", numberOf("to", t`What is its largest value?`, t`A command cannot set more.`, 100)),
      forDefault("number", numberOf("default", AT_FIRST, UNTIL, 0)),
      forDefault("number", UNIT),
      forDefault(
        "string",
        numberOf(
          "longest",
          t`How long may it be, in bytes?`,
          t`1 to 128; a Chinese character has three.`,
          32,
        ),
      ),
      forDefault("string", {
        field: "default",
        text: AT_FIRST,
        where: UNTIL,
        standard: "-",
        read: String,
      }),
      forDefault("boolean", {
        field: "default",
        text: t`Is it on at first?`,
        where: UNTIL,
        choices: YES_NO,
        standard: "no",
        read: (answer) => answer === "yes",
      }),
    ],
  },
  dht11: { called: "air", fields: [] },
  dht22: { called: "air", fields: [] },
  ds18b20: {
    called: "thermometer",
    fields: [numberOf("count", t`How many sensors are on the pin?`, t`They share the wire; 1 to 8.`, 1)],
  },
  bme280: { called: "climate", fields: [addressOf()] },
  bmp280: { called: "climate", fields: [addressOf()] },
};

export const PARTS_QUESTION: Question = {
  name: "parts",
  value: "<json>",
  text: TEXT,
  where: () => t`Relays, buttons, sensors: one after another, written as in the board file.`,
  when: { board: [] },
  standard: () => "",
  form: [
    { test: (answer) => answer === "" || partsIn(answer) !== undefined },
    t`write the parts as in a board file, such as {"pump": {"kind": "switch", "pin": 26}}`,
  ],
  gather: gatherParts,
  shown: (answer) =>
    Object.entries(partsIn(answer) ?? {})
      .map(([name, part]) => `${name} (${describe(part)})`)
      .join("; "),
};

/** @returns the parts as JSON; empty for none */
async function gatherParts(gathering: Gathering): Promise<string> {
  const { ask, answers, bases } = gathering;
  const chip = CHIPS[baseOf(answers, bases)?.chip ?? "esp32"].title;
  let parts: Fields = {};
  for (;;) {
    const names = Object.keys(parts);
    const known = parts;
    const kind = await ask({
      text: TEXT,
      where:
        names.length === 0
          ? t`One part after another; docs/parts.md describes them.`
          : t`So far: ${list(names)}.`,
      isSecret: false,
      choices: [NONE, ...described(kinds).filter(({ value }) => isKind(value))],
      standard: NONE.value,
      fault: (kind) =>
        isKind(kind) && !hasFreePin(gathering, known, kind)
          ? t`no free pin of ${chip} can do this; choose another`
          : undefined,
    });
    if (!isKind(kind)) return names.length === 0 ? "" : JSON.stringify(parts);
    const added = await gatherPart(gathering, parts, kind, chip);
    if (added !== undefined) parts = { ...parts, ...added };
  }
}

/**
 * @param chip the chip's title
 * @returns the part under its name; undefined if the user goes back
 */
async function gatherPart(
  gathering: Gathering,
  parts: Fields,
  kind: AskedKind,
  chip: string,
): Promise<Fields | undefined> {
  const name = await askText(
    gathering,
    t`What do you call it?`,
    t`Its command and data stream: letters, digits and _. "${BACK}" goes back.`,
    freeName(gathering, parts, kind),
    (name) => nameFault(gathering, parts, kind, name),
  );
  if (name === BACK) return undefined;
  const begun = { gathering, parts, name };
  let part: Fields = { kind };
  for (const question of ASKED[kind].fields) {
    const { field, text, where, choices, form, standard, read, isFor } = question;
    if (isFor?.(part) === false) continue;
    const before = part;
    const after = (answer: string): Fields => withField(before, field, read(answer));
    const fault = (answer: string): string | undefined => {
      if (form && !form[0].test(answer)) return t`${quote(answer)} is not valid; ${form[1]}`;
      const whole = completed(after(answer));
      const answered = Object.keys(before);
      const open = Object.keys(whole).filter((each) => each !== field && !answered.includes(each));
      return faultOf(begun, whole, open, [field]);
    };
    const answer =
      choices === undefined
        ? await askText(gathering, text, where, standard, fault)
        : await gathering.ask({ text, where, isSecret: false, choices, standard, fault });
    if (choices === undefined && answer === BACK) return undefined;
    part = after(answer);
  }
  const pins = pinFields(part);
  if (pins.length > 0) {
    const without = part;
    const whole = completed(part);
    const free = PINS.filter((pin) => isFree(begun, whole, pin));
    const answer = await askText(
      gathering,
      pins.length === 1 ? t`Which GPIO is it on?` : t`Which GPIOs are ${labelsOf(pins)} on?`,
      t`The number printed beside a pin; free for it on ${chip}: ${listPins(free) || t`none`}.`,
      undefined,
      (answer) => {
        const numbers = answer.split(/\s*,\s*/);
        if (numbers.length !== pins.length || !numbers.every((each) => NUMBER[0].test(each)))
          return t`${quote(answer)} is not valid; ${pins.length === 1 ? NUMBER[1] : manyNumbers(pins.length)}`;
        return faultOf(begun, withPins(without, numbers.map(Number)), [], pins);
      },
    );
    if (answer === BACK) return undefined;
    part = withPins(part, answer.split(",").map(Number));
  }
  return { [name]: part };
}

function manyNumbers(count: number): string {
  return t`write ${count} GPIO numbers separated by commas`;
}

/** Asks for a text; {@link BACK} is always valid. */
async function askText(
  { ask }: Gathering,
  text: string,
  where: string,
  standard: string | undefined,
  fault: (answer: string) => string | undefined,
): Promise<string> {
  const answer = await ask({
    text,
    where,
    isSecret: false,
    choices: undefined,
    standard,
    fault: (answer) => (answer.trim() === BACK ? undefined : fault(answer.trim())),
  });
  return answer.trim();
}

function nameFault(gathering: Gathering, parts: Fields, kind: AskedKind, name: string): string | undefined {
  const { answers, bases } = gathering;
  const ofBase = baseOf(answers, bases)?.parts ?? [];
  // The file's part would change that of the base.
  if (Object.hasOwn(parts, name) || ofBase.some((part) => part.name === name))
    return t`${quote(name)} is already a part; choose another name`;
  const whole = sampleOf(kind);
  return faultOf({ gathering, parts, name }, whole, Object.keys(whole), []);
}

/** A name for a part that no other has. */
function freeName(gathering: Gathering, parts: Fields, kind: AskedKind): string {
  const { called } = ASKED[kind];
  for (let count = 2, name = called; ; count++) {
    if (nameFault(gathering, parts, kind, name) === undefined) return name;
    if (count > Object.keys(parts).length + 2) return called; // another name would not help
    name = `${called}${count}`;
  }
}

/**
 * What is wrong with the board file once it has the part.
 * @param open the part's fields that may be wrong still
 * @param asked the fields to leave out of the message
 */
function faultOf(
  { gathering, parts, name }: Begun,
  part: Fields,
  open: readonly string[],
  asked: readonly string[],
): string | undefined {
  const pointer = child("/parts", name);
  const isOpen = (field: string): boolean =>
    open.some((each) => isWithin(field, fieldOf(`${pointer}/${each}`)));
  const mistake = mistakesIn(gathering, { ...parts, [name]: part }).find(({ field }) => !isOpen(field));
  if (mistake === undefined) return undefined;
  const own = [pointer, ...(asked.length > 1 ? [] : asked.map((each) => `${pointer}/${each}`))];
  const path = own.map(fieldOf).includes(mistake.field) ? "" : `${mistake.field}: `;
  return `${path}${sentenceOf(mistake)}`;
}

function mistakesIn({ answers, bases, directory }: Gathering, parts: Fields) {
  const draft = draftOf({ ...answers, parts: JSON.stringify(parts) }, bases);
  return checkUnwritten(answers["name"] ?? "", draft, { directory });
}

/** Whether a field is another or inside it. */
function isWithin(field: string, other: string): boolean {
  return field === other || field.startsWith(`${other}.`) || field.startsWith(`${other}[`);
}

function hasFreePin(gathering: Gathering, parts: Fields, kind: AskedKind): boolean {
  const part = sampleOf(kind);
  if (pinFields(part).length === 0) return true;
  const begun = { gathering, parts, name: freeName(gathering, parts, kind) };
  return PINS.some((pin) => isFree(begun, part, pin));
}

/** Whether the first line of a part may be on the pin. */
function isFree({ gathering, parts, name }: Begun, part: Fields, pin: number): boolean {
  const [first = "", ...others] = pinFields(part);
  const field = fieldOf(`${child("/parts", name)}/${first}`);
  const placed = withPins(part, [pin, ...others.map(() => pin)]); // a pin used twice is the fault of the second
  return !mistakesIn(gathering, { ...parts, [name]: placed }).some((mistake) => mistake.field === field);
}

/** A whole part of a kind. */
function sampleOf(kind: AskedKind): Fields {
  return completed({ kind });
}

/** A part with the defaults of what has not been asked yet, and with some pins. */
function completed(part: Fields): Fields {
  let whole = part;
  for (const { field, standard, read, isFor } of ASKED[part["kind"] as AskedKind].fields)
    if (!Object.hasOwn(whole, field) && isFor?.(whole) !== false)
      whole = withField(whole, field, read(standard));
  return withPins(
    whole,
    pinFields(whole).map((_, index) => index),
  );
}

function withField(part: Fields, field: string, value: unknown): Fields {
  return value === undefined ? part : { ...part, [field]: value };
}

/** The fields for the pins of a part, `pin` or `pins/red`; its other fields decide which. */
function pinFields(part: Fields): string[] {
  const file = { report: 0, pins: {}, ...part } as unknown as PartFile;
  return partsOf({ part: file })
    .flatMap(pinsOf)
    .map(({ field }) => field);
}

/** @param numbers of the pins, in the order of {@link pinFields} */
function withPins(part: Fields, numbers: readonly number[]): Fields {
  let whole = part;
  for (const [index, field] of pinFields(part).entries()) {
    const [key = "", colour] = field.split("/");
    const others = isObject(whole[key]) ? whole[key] : {};
    const number = numbers[index];
    whole = { ...whole, [key]: colour === undefined ? number : { ...others, [colour]: number } };
  }
  return whole;
}

/** `red, green and blue` */
function labelsOf(pins: readonly string[]): string {
  return listAnd(pins.map((field) => field.replace(/^pins\//, "")));
}

/** `switch, pin 26` */
function describe(part: unknown): string {
  const { kind, ...fields } = isObject(part) ? part : {};
  return list([
    String(kind),
    ...Object.entries(fields).map(([field, value]) => `${field} ${JSON.stringify(value)}`),
  ]);
}

/** The parts written as in a board file; undefined if the text is not JSON of an object. */
function partsIn(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isKind(value: string): value is AskedKind {
  return value !== "own" && PART_KINDS.includes(value);
}

/** The choices of an enumeration of the schema. */
function described(all: {
  readonly enum: readonly string[];
  readonly enumDescriptions: readonly string[];
}): Choice[] {
  return all.enum.map((value, index) => ({
    value,
    label: `${value}: ${translated(all.enumDescriptions[index] ?? "")}`,
  }));
}

function activeLow(text: string, standard = "no"): FieldQuestion {
  return {
    field: "activeLow",
    text,
    where: t`yes if a low level (0 V) does it, no if a high level (3.3 V) does.`,
    choices: YES_NO,
    standard,
    read: (answer) => answer === "yes",
  };
}

/** A question about a setting whose default has a type; one without a default is a number. */
function forDefault(type: "number" | "string" | "boolean", question: FieldQuestion): FieldQuestion {
  return { ...question, isFor: (part) => typeof (part["default"] ?? 0) === type };
}

function numberOf(field: string, text: string, where: string, standard: number): FieldQuestion {
  return {
    field,
    text,
    where,
    form: [A_NUMBER, t`write a number`],
    standard: String(standard),
    read: Number,
  };
}

function pairOf(field: string, text: string, where: string): FieldQuestion {
  return {
    field,
    text,
    where,
    form: [TWO_NUMBERS, t`write two numbers separated by a comma`],
    standard: "0,1",
    read: (answer) => answer.split(",").map(Number),
  };
}

function addressOf(): FieldQuestion {
  return {
    field: "address",
    text: t`What is its address on the bus?`,
    where: t`0x76 for most; 0x77 if its pin SDO goes to 3.3 V.`,
    choices: address.enum.map((value) => ({ value, label: value })),
    standard: address.default,
    read: String,
  };
}
