/** Checks a board against boards/board.schema.json, and says in words what Ajv finds. */

import { Ajv, type ErrorObject } from "ajv";
import schema from "../../../boards/board.schema.json" with { type: "json" };
import type { Chip } from "../../../src/board.ts";
import { CHIPS, pinsCalled } from "../chips.ts";
import { strayIn } from "../stray.ts";
import { child, isObject, MOST_TOLD, quote, suggest, type Finding } from "./mistake.ts";

/** The part of a JSON Schema that the words are made of. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema | boolean>>;
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

/** What the schema's conditions are made of. */
interface Condition {
  readonly required: readonly string[];
  readonly properties?: Readonly<Record<string, { const?: unknown; enum?: readonly unknown[] }>>;
}

const ajv = new Ajv({
  allErrors: true,
  useDefaults: true,
  verbose: true,
  strict: true,
  strictRequired: false,
});
ajv.addVocabulary(["enumDescriptions", "patternErrorMessage"]); // for editors; the second is also our words
ajv.addFormat("color-hex", true); // for editors, which show the colour; its pattern is what checks it
ajv.addFormat("printable", /^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u);
ajv.addKeyword({
  keyword: "bytes",
  type: "string",
  schemaType: "object",
  errors: false,
  validate: ({ min, max }: { min: number; max: number }, text: string): boolean => {
    const length = Buffer.byteLength(text);
    return length === 0 || (length >= min && length <= max); // whether it may be empty is minLength's
  },
});
const validate = ajv.compile(schema);
const definitions = schema.definitions as unknown as Readonly<Record<string, Schema>>; // its ifs differ in shape

/** Fills the defaults into `board` and returns what the schema finds wrong with it. */
export function checkSchema(board: Record<string, unknown>): Finding[] {
  validate(board);
  const told = new Set<string>(); // two parts may ask the same, and one word is enough on what may not be there
  return (validate.errors ?? [])
    .filter(({ keyword }) => keyword !== "if")
    .slice(0, MOST_TOLD)
    .flatMap((error) => {
      const finding = tell(error, board);
      const line = `${finding.pointer} ${error.keyword === "false schema" ? "" : finding.problem}`;
      if (told.has(line)) return [];
      told.add(line);
      return [finding];
    });
}

/** The example that the schema gives for a field of `board`, if any; that of a secret is the text to be replaced. */
export function exampleOf(pointer: string, board: unknown): unknown {
  let value = board;
  let level = parts(schema as Schema, value);
  for (const token of pointer.split("/").slice(1)) {
    value = isObject(value) && Object.hasOwn(value, token) ? value[token] : undefined;
    level = level.flatMap((part) => field(part, token)).flatMap((part) => parts(part, value));
  }
  const found = level.find((part) => part.examples !== undefined || part.default !== undefined);
  return found?.examples?.[0] ?? found?.default;
}

interface Words {
  /** The field or entry of the value that is meant, where it is not the value as a whole. */
  readonly key?: string | number;
  readonly causes?: readonly string[];
  readonly problem: string;
  readonly remedy: string;
}

/** What to say for each keyword of the schema. */
const TELL: Partial<Record<string, (error: ErrorObject, board: unknown) => Words>> = {
  required: ({ instancePath, params }, board) => {
    const key = String(params["missingProperty"]);
    const example = exampleOf(child(instancePath, key), board);
    const remedy =
      example === undefined
        ? 'or begin with "extends": "esp32-devkit"' // a whole section
        : `for example ${quote(key)}: ${JSON.stringify(example)}`;
    return { key, problem: "is missing", remedy: `add it, ${remedy}` };
  },
  additionalProperties: ({ instancePath, params, parentSchema }) => {
    const key = String(params["additionalProperty"]);
    const known = Object.keys((parentSchema as Schema).properties ?? {});
    const generations = instancePath === "/onenet" ? generationsWith(key) : [];
    if (generations.length > 0) return { key, ...onlyFor(generations) };
    return { key, problem: "is not a field that is known here", remedy: suggest(key, known) };
  },
  "false schema": ({ instancePath, schemaPath }) => {
    const field = instancePath.slice(instancePath.lastIndexOf("/") + 1);
    if (instancePath.startsWith("/onenet/")) {
      const other = field === "device" || field === "authInfo" ? "registration" : "token";
      return { problem: `is not for a board with ${other}`, remedy: "remove one of them" };
    }
    if (!schemaPath.startsWith("#/definitions/stream/")) return onlyFor(["multiprotocol"]);
    const use = field === "number" ? '"dpType": 7' : '"source": "analog"';
    return { problem: `is only for a stream with ${use}`, remedy: "remove it" };
  },
  type: ({ data, instancePath, params }, board) => {
    if (PIN.test(instancePath) && typeof data === "string") return pinAsText(data, board);
    const type = String(params["type"]);
    const example = isObject(data) ? undefined : exampleOf(instancePath, board);
    const remedy = example === undefined ? "" : `, for example ${JSON.stringify(example)}`;
    return { problem: `is ${kindOf(data)}`, remedy: `write ${TYPES[type] ?? type}${remedy}` };
  },
  enum: ({ data, params }) => {
    const choices = (params["allowedValues"] as readonly unknown[]).map(quote).join(", ");
    const problem = typeof data === "object" ? `is ${kindOf(data)}` : `${quote(data)} is not known here`;
    return { problem, remedy: choices.includes(",") ? `choose one of ${choices}` : `write ${choices}` };
  },
  minimum: outOfRange,
  maximum: outOfRange,
  minLength: () => ({ problem: "is empty", remedy: "write at least one character" }),
  bytes: ({ data, schema: limits }) => {
    const { min, max } = limits as { min: number; max: number };
    return {
      problem: `is ${Buffer.byteLength(String(data))} bytes long in UTF-8`,
      remedy: min > 1 ? `it takes ${min}–${max} bytes, or none` : `it takes at most ${max}`,
    };
  },
  pattern: ({ data, parentSchema }) => {
    const { writeOnly, patternErrorMessage = "see docs/boards.md" } = parentSchema as Schema;
    const isKey = patternErrorMessage.includes("base64");
    const stray = isKey && typeof data === "string" ? strayIn(data) : undefined;
    if (stray !== undefined) return { problem: `this has ${stray}`, remedy: patternErrorMessage };
    return { problem: `${writeOnly ? "this" : quote(data)} is not right`, remedy: patternErrorMessage };
  },
  format: () => ({ problem: "holds a character that cannot be shown", remedy: "remove control characters" }),
  maxItems: ({ data, params }) => ({
    problem: `has ${(data as unknown[]).length} entries`,
    remedy: `keep at most ${String(params["limit"])}`,
  }),
  uniqueItems: ({ params }) => ({
    key: Math.max(Number(params["i"]), Number(params["j"])),
    problem: `is the same as entry [${Math.min(Number(params["i"]), Number(params["j"]))}]`,
    remedy: "remove one of them",
  }),
};

/** Places of a pin's number. */
const PIN = /^\/(led\/pin|led\/pins\/\w+|streams\/\d+\/pin)$/;

/** A pin by the name that is printed beside it, or that Espruino has for it. */
function pinAsText(text: string, board: unknown): Words {
  const problem = `${quote(text)} is text`;
  const chip = isObject(board) ? board["chip"] : undefined;
  const numbers = isChip(chip) ? pinsCalled(chip, text) : [];
  const [first] = numbers;
  if (first === undefined) return { problem, remedy: "write the GPIO number alone, for example 2" };
  if (numbers.length === 1) return { problem, causes: ["/chip"], remedy: `write ${first.pin}` };
  const choices = numbers.map(({ pin, by }) => `${pin} if that is ${by}`);
  return { problem, causes: ["/chip"], remedy: `write ${choices.join(", or ")}` };
}

function isChip(value: unknown): value is Chip {
  return typeof value === "string" && Object.hasOwn(CHIPS, value);
}

function tell(error: ErrorObject, board: unknown): Finding {
  const say = TELL[error.keyword];
  if (say === undefined) throw new Error(`board.schema.json uses ${error.keyword}, which has no words yet`);
  const { key, ...words } = say(error, board);
  return { pointer: key === undefined ? error.instancePath : child(error.instancePath, key), ...words };
}

function outOfRange({ data, instancePath, parentSchema }: ErrorObject): Words {
  const { minimum, maximum } = parentSchema as Schema;
  return {
    ...(instancePath === "/onenet/keepAlive" ? { causes: ["/onenet/generation"] } : {}),
    problem: `${String(data)} is out of range`,
    remedy: `write a whole number from ${String(minimum)} to ${String(maximum)}`,
  };
}

/** The generations whose `onenet` has a field. */
function generationsWith(key: string): string[] {
  return schema.definitions.onenet.properties.generation.enum.filter((generation) =>
    Object.hasOwn(definitions[generation]?.properties ?? {}, key),
  );
}

function onlyFor(generations: readonly string[]): Words {
  const listed = generations
    .map(quote)
    .join(", ")
    .replace(/, (?=[^,]*$)/, " or ");
  return { problem: `is only for "generation": ${listed}`, remedy: "remove it" };
}

const TYPES: Partial<Record<string, string>> = {
  object: "an object { … }",
  array: "a list [ … ]",
  string: "text in double quotes",
  integer: "a whole number without quotes",
  boolean: "true or false without quotes",
};

/** What sort of value was written; the value itself may be a secret. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number") return Number.isInteger(value) ? "a number" : "a fraction";
  if (typeof value === "string") return "text";
  return typeof value === "boolean" ? "true or false" : "an object";
}

/** A schema and all that it is made of for `value`, by `$ref`, `allOf`, `then` and `else`. */
function parts(part: Schema, value: unknown): Schema[] {
  const branch = part.if === undefined || fits(part.if, value) ? part.then : part.else;
  const more = [part.$ref === undefined ? undefined : referred(part.$ref), ...(part.allOf ?? []), branch];
  return [part, ...more.flatMap((each) => (each === undefined ? [] : parts(each, value)))];
}

function fits({ required, properties = {} }: Condition, value: unknown): boolean {
  if (!isObject(value)) return false;
  return (
    required.every((key) => Object.hasOwn(value, key)) &&
    Object.entries(properties).every(([key, { const: only, enum: choices = [only] }]) =>
      choices.includes(value[key]),
    )
  );
}

function referred($ref: string): Schema | undefined {
  return definitions[$ref.slice("#/definitions/".length)];
}

function field(part: Schema, token: string): Schema[] {
  const property = /^\d+$/.test(token) ? part.items : part.properties?.[token];
  return typeof property === "object" ? [property] : [];
}
