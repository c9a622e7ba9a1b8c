/** Checks a board against boards/board.schema.json, and words Ajv's errors. */

import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import schema from "../../boards/board.schema.json" with { type: "json" };
import type { Chip } from "../../src/board.ts";
import { CHIPS, pinsCalled } from "./chips.ts";
import { strayIn } from "./stray.ts";
import { child, isObject, MOST_REPORTED, quote, suggest, type Finding } from "./mistake.ts";
import { inLanguage, list, listOr, t, translated } from "../cli/language.ts";

/** The parts of a JSON Schema used for the wording. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema | boolean>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly if?: Condition;
  readonly then?: Schema;
  readonly else?: Schema;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly patternErrorMessage?: string;
  /** A secret. */
  readonly writeOnly?: boolean;
}

/** The parts of the schema's conditions. */
interface Condition {
  readonly required: readonly string[];
  readonly properties?: Readonly<
    Record<string, { const?: unknown; enum?: readonly unknown[]; type?: string }>
  >;
}

/** The schema's checks, of a board and of whether a part has all the fields that its kind requires. */
interface Checks {
  readonly validate: ValidateFunction;
  readonly isWholePart: ValidateFunction;
}

let compiled: Checks | undefined;

/** Compiled when a board is checked for the first time, because that takes a tenth of a second or two. */
function checks(): Checks {
  if (compiled) return compiled;
  const ajv = new Ajv({
    allErrors: true,
    useDefaults: true,
    verbose: true,
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    code: { optimize: false }, // which would take longer than all checks of a command
  });
  ajv.addVocabulary(["enumDescriptions", "patternErrorMessage"]); // for editors; the second is also used here
  ajv.addFormat("color-hex", true); // for editors, which show the colour; the pattern checks it
  ajv.addFormat("printable", /^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u);
  ajv.addKeyword({
    keyword: "bytes",
    type: "string",
    schemaType: "object",
    errors: false,
    validate: ({ min, max }: { min: number; max: number }, text: string): boolean => {
      const length = Buffer.byteLength(text);
      return length === 0 || (length >= min && length <= max); // minLength decides whether it may be empty
    },
  });
  const part = schema.definitions.complete.properties.parts.additionalProperties;
  return (compiled = { validate: ajv.compile(schema), isWholePart: ajv.compile(part) });
}

const definitions = schema.definitions as unknown as Readonly<Record<string, Schema>>; // its conditions differ in shape

/** What the schema says about a board. */
export interface Shape {
  readonly findings: readonly Finding[];
  /** Names of the parts that have mistakes, or are incomplete since the board's base is missing. */
  readonly brokenParts: readonly string[];
}

/** Fills the defaults into `board` and compares it with the schema. */
export function checkSchema(board: Record<string, unknown>): Shape {
  const { validate, isWholePart } = checks();
  validate(board);
  const wrong = (validate.errors ?? []).flatMap(({ instancePath }) => {
    const [, section, name] = instancePath.split("/");
    return section === "parts" && name !== undefined
      ? [name.replaceAll("~1", "/").replaceAll("~0", "~")]
      : [];
  });
  const parts = isObject(board["parts"]) ? Object.entries(board["parts"]) : [];
  const brokenParts = [...wrong, ...parts.flatMap(([name, part]) => (isWholePart(part) ? [] : [name]))];
  return { findings: findingsIn(board, validate.errors ?? []), brokenParts };
}

function findingsIn(board: Record<string, unknown>, errors: readonly ErrorObject[]): Finding[] {
  const reported = new Set<string>(); // two parts may report the same, and one report is enough for a field that is not allowed
  return errors
    .filter(({ keyword }) => keyword !== "if")
    .slice(0, MOST_REPORTED)
    .flatMap((error) => {
      const finding = describe(error, board);
      const line = `${finding.pointer} ${error.keyword === "false schema" ? "" : finding.problem}`;
      if (reported.has(line)) return [];
      reported.add(line);
      return [finding];
    });
}

/** The schema's example for a field of `board`, if any; for a secret, a text to replace. */
export function exampleOf(pointer: string, board: unknown): unknown {
  let value = board;
  let level = parts(schema, value);
  for (const token of pointer.split("/").slice(1)) {
    value = isObject(value) && Object.hasOwn(value, token) ? value[token] : undefined;
    level = level.flatMap((part) => field(part, token)).flatMap((part) => parts(part, value));
  }
  const found = level.find((part) => part.examples !== undefined || part.default !== undefined);
  return found?.examples?.[0] ?? found?.default;
}

interface Words {
  /** The field or entry concerned, unless it is the whole value. */
  readonly key?: string | number;
  readonly causes?: readonly string[];
  readonly problem: string;
  readonly remedy: string;
}

/** The wording for each keyword of the schema. */
const TELL: Partial<Record<string, (error: ErrorObject, board: unknown) => Words>> = {
  required: ({ instancePath, params }, board) => {
    const key = String(params["missingProperty"]);
    if (instancePath === "" && key === "onenet") return { key, ...NO_SERVER };
    const example = exampleOf(child(instancePath, key), board);
    const remedy =
      example === undefined
        ? t`or start with "extends": "esp32-devkit"` // for a whole section
        : t`for example ${quote(key)}: ${JSON.stringify(example)}`;
    const other = instancePath === "/onenet" && key === "generation" ? t`; ${OTHER_BROKER}` : "";
    return { key, problem: t`is missing`, remedy: t`add it, ${remedy}${other}` };
  },
  additionalProperties: ({ instancePath, params, parentSchema }) => {
    const key = String(params["additionalProperty"]);
    const known = Object.keys((parentSchema as Schema).properties ?? {});
    const generations = generationsWith(key);
    if (instancePath === "/onenet" && generations.length > 0) return { key, ...onlyFor(generations) };
    if (instancePath === "/onenet" && Object.hasOwn(schema.definitions.mqtt.properties, key))
      return { key, problem: t`is only for "mqtt"`, remedy: t`remove it; ${OTHER_BROKER}` };
    if (instancePath === "/mqtt" && key === "device")
      return { key, problem: t`is called "clientId" here`, remedy: t`rename it` };
    if (instancePath === "/mqtt" && (key === "generation" || generations.length > 0))
      return { key, problem: t`is only for "onenet"`, remedy: t`remove it` };
    return { key, problem: t`is an unknown field`, remedy: suggest(key, known) };
  },
  "false schema": ({ instancePath, schemaPath }) => {
    const field = instancePath.slice(instancePath.lastIndexOf("/") + 1);
    if (instancePath === "/onenet")
      return {
        problem: t`conflicts with "mqtt": a board has one server`,
        remedy: t`keep "onenet" for OneNET, or "mqtt" for any other broker`,
      };
    if (instancePath.startsWith("/onenet/")) {
      const other = field === "device" || field === "authInfo" ? "registration" : "token";
      return { problem: t`is not for a board with ${other}`, remedy: t`remove one of them` };
    }
    if (!schemaPath.startsWith("#/definitions/stream/")) return onlyFor(["multiprotocol"]);
    const use = field === "number" ? '"dpType": 7' : '"source": "analog"';
    return { problem: t`is only for a stream with ${use}`, remedy: t`remove it` };
  },
  type: ({ data, instancePath, params }, board) => {
    if (PIN.test(instancePath) && typeof data === "string") return pinAsText(data, board);
    const type = String(params["type"]);
    const example = isObject(data) ? undefined : exampleOf(instancePath, board);
    const remedy = example === undefined ? "" : t`, for example ${JSON.stringify(example)}`;
    return { problem: t`is ${kindOf(data)}`, remedy: t`write ${TYPES[type] ?? type}${remedy}` };
  },
  enum: ({ data, params, instancePath }) => {
    if (instancePath === "/onenet/generation" && data === "plain") return FORMERLY_PLAIN;
    const choices = (params["allowedValues"] as readonly unknown[]).map(quote);
    const problem = typeof data === "object" ? t`is ${kindOf(data)}` : t`${quote(data)} is unknown`;
    const remedy = choices.length > 1 ? t`choose one of ${list(choices)}` : t`write ${list(choices)}`;
    // A value valid in mqtt may be wrong once onenet replaces it.
    const causes = instancePath === "/onenet/qos" && data === 2 ? { causes: ["/onenet"] } : {};
    return { ...causes, problem, remedy };
  },
  minimum: outOfRange,
  maximum: outOfRange,
  minLength: () => ({ problem: t`is empty`, remedy: t`write at least one character` }),
  bytes: ({ data, schema: limits }) => {
    const { min, max } = limits as { min: number; max: number };
    return {
      problem: t`is ${Buffer.byteLength(String(data))} bytes long in UTF-8`,
      remedy: min > 1 ? t`use ${min}–${max} bytes, or none` : t`use at most ${max}`,
    };
  },
  pattern: ({ data, parentSchema }) => {
    const { writeOnly, patternErrorMessage } = parentSchema as Schema;
    const isKey = patternErrorMessage?.includes("base64") === true;
    const remedy =
      patternErrorMessage === undefined ? t`see docs/boards.md` : translated(patternErrorMessage);
    const stray = isKey && typeof data === "string" ? strayIn(data) : undefined;
    if (stray !== undefined) return { problem: t`has ${inLanguage(stray)}`, remedy };
    return {
      problem: writeOnly ? t`is not valid` : t`${quote(data)} is not valid`,
      remedy,
    };
  },
  format: () => ({ problem: t`contains an unprintable character`, remedy: t`remove control characters` }),
  minItems: ({ data, params }) => ({
    problem:
      (data as unknown[]).length === 1 ? t`has one entry` : t`has ${(data as unknown[]).length} entries`,
    remedy: t`write ${String(params["limit"])}`,
  }),
  maxItems: ({ data, params }) => ({
    problem: t`has ${(data as unknown[]).length} entries`,
    remedy: t`keep at most ${String(params["limit"])}`,
  }),
  uniqueItems: ({ params }) => ({
    key: Math.max(Number(params["i"]), Number(params["j"])),
    problem: t`duplicates entry [${Math.min(Number(params["i"]), Number(params["j"]))}]`,
    remedy: t`remove one of them`,
  }),
};

const OTHER_BROKER = t`for a broker other than OneNET, use "mqtt" in place of "onenet"`;

/** For a board with neither `onenet` nor `mqtt`. */
const NO_SERVER: Words = {
  problem: t`is missing`,
  remedy: t`add it, or "mqtt" for a broker other than OneNET, or start with "extends": "esp32-devkit"`,
};

/** For the former way to configure a broker other than OneNET. */
const FORMERLY_PLAIN: Words = {
  problem: t`"plain" is no longer a generation`,
  remedy: t`move its fields to "mqtt" in place of "onenet"`,
};

/** The fields for pin numbers. */
const PIN =
  /^\/(setup\/button|sleep\/wakePin\/pin|led\/pin|led\/pins\/\w+|streams\/\d+\/pin|parts\/[^/]+\/(pin|pins\/\w+|sda|scl))$/;

/** For a pin given by its printed label or its name in Espruino. */
function pinAsText(text: string, board: unknown): Words {
  const problem = t`${quote(text)} is text`;
  const chip = isObject(board) ? board["chip"] : undefined;
  const numbers = isChip(chip) ? pinsCalled(chip, text) : [];
  const [first] = numbers;
  if (first === undefined) return { problem, remedy: t`write the GPIO number alone, for example 2` };
  if (numbers.length === 1) return { problem, causes: ["/chip"], remedy: t`write ${first.pin}` };
  const choices = numbers.map(({ pin, by }) => t`${pin} if that is ${by}`);
  return { problem, causes: ["/chip"], remedy: t`write ${choices.join(t`, or `)}` };
}

function isChip(value: unknown): value is Chip {
  return typeof value === "string" && Object.hasOwn(CHIPS, value);
}

function describe(error: ErrorObject, board: unknown): Finding {
  const say = TELL[error.keyword];
  if (say === undefined) throw new Error(`board.schema.json uses ${error.keyword}, which has no wording yet`);
  const { key, ...words } = say(error, board);
  return { pointer: key === undefined ? error.instancePath : child(error.instancePath, key), ...words };
}

function outOfRange({ data, instancePath, parentSchema }: ErrorObject): Words {
  const { minimum, maximum, type } = parentSchema as Schema;
  return {
    // A value valid for another server may be wrong once this one replaces it.
    ...(instancePath === "/onenet/keepAlive" && isKeepAlive(data) ? { causes: ["/onenet/generation"] } : {}),
    problem: t`${String(data)} is out of range`,
    remedy: String(type).includes("number")
      ? t`write a number from ${String(minimum)} to ${String(maximum)}`
      : t`write a whole number from ${String(minimum)} to ${String(maximum)}`,
  };
}

/** Whether some server accepts it. */
function isKeepAlive(value: unknown): boolean {
  const { minimum, maximum } = schema.definitions.keepAlive;
  return Number(value) >= minimum && Number(value) <= maximum;
}

/** The generations whose `onenet` has the field. */
function generationsWith(key: string): string[] {
  return schema.definitions.onenet.properties.generation.enum.filter((generation) =>
    Object.hasOwn(definitions[generation]?.properties ?? {}, key),
  );
}

function onlyFor(generations: readonly string[]): Words {
  return { problem: t`is only for "generation": ${listOr(generations.map(quote))}`, remedy: t`remove it` };
}

const TYPES: Partial<Record<string, string>> = {
  object: t`an object { … }`,
  array: t`a list [ … ]`,
  string: t`text in double quotes`,
  integer: t`a whole number without quotes`,
  number: t`a number without quotes`,
  boolean: t`true or false without quotes`,
  "number,string,boolean": t`a number, a text in double quotes, or true or false`,
  "integer,object": t`a whole number without quotes, or { "bytes": …, "full": "thin" }`,
  "object,array": t`an object { … }, or a list [ … ]`,
  "string,object": t`text in double quotes, or { "hex": "…" }`,
  "string,array": t`text in double quotes, or a list [ … ]`,
  "boolean,string": t`true or false without quotes, or text in double quotes`,
};

/** The type of a value; the value itself may be a secret. */
function kindOf(value: unknown): string {
  if (value === null) return t`null`;
  if (Array.isArray(value)) return t`a list`;
  if (value === Infinity || value === -Infinity) return t`too large`; // `1e999`, which is valid JSON
  if (typeof value === "number") return Number.isInteger(value) ? t`a number` : t`a fraction`;
  if (typeof value === "string") return t`text`;
  return typeof value === "boolean" ? t`true or false` : t`an object`;
}

/** A schema and all its parts that apply to `value`, by `$ref`, `allOf`, `then` and `else`. */
function parts(part: Schema, value: unknown): Schema[] {
  const branch = part.if === undefined || fits(part.if, value) ? part.then : part.else;
  const more = [part.$ref === undefined ? undefined : referred(part.$ref), ...(part.allOf ?? []), branch];
  return [part, ...more.flatMap((each) => (each === undefined ? [] : parts(each, value)))];
}

function fits({ required, properties = {} }: Condition, value: unknown): boolean {
  if (!isObject(value)) return false;
  return (
    required.every((key) => Object.hasOwn(value, key)) &&
    Object.entries(properties).every(([key, { const: only, enum: choices = [only], type }]) =>
      type === undefined ? choices.includes(value[key]) : typeof value[key] === type,
    )
  );
}

/** Resolves a reference such as `#/definitions/pin`. */
function referred($ref: string): Schema | undefined {
  return $ref
    .split("/")
    .slice(2)
    .reduce<unknown>((part, key) => (isObject(part) ? part[key] : undefined), definitions) as
    | Schema
    | undefined;
}

function field(part: Schema, token: string): Schema[] {
  const named = part.properties;
  const property =
    /^\d+$/.test(token) && part.items !== undefined
      ? part.items
      : named && Object.hasOwn(named, token)
        ? named[token]
        : part.additionalProperties;
  return typeof property === "object" ? [property] : [];
}
