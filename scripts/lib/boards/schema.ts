/** Checks a board against boards/board.schema.json, and says in words what Ajv finds. */

import { Ajv, type ErrorObject } from "ajv";
import schema from "../../../boards/board.schema.json" with { type: "json" };
import { child, isObject, quote, suggest, type Finding } from "./mistake.ts";

/** The part of a JSON Schema that the words are made of. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema | boolean>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly then?: Schema;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly patternErrorMessage?: string;
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

/** Fills the defaults into `board` and returns what the schema finds wrong with it. */
export function checkSchema(board: Record<string, unknown>): Finding[] {
  validate(board);
  const findings = (validate.errors ?? []).filter(({ keyword }) => keyword !== "if").map(tell);
  const lines = findings.map(({ pointer, problem }) => `${pointer} ${problem}`);
  return findings.filter((_, index) => lines.indexOf(lines[index] ?? "") === index); // two parts may ask the same
}

/** The example that the schema gives for a field, if any; that of a secret is the text to be replaced. */
export function exampleOf(pointer: string): unknown {
  let level: readonly Schema[] = [schema];
  for (const token of pointer.split("/").slice(1))
    level = level.flatMap(parts).flatMap((part) => field(part, token));
  const found = level
    .flatMap(parts)
    .find((part) => part.examples !== undefined || part.default !== undefined);
  return found?.examples?.[0] ?? found?.default;
}

interface Words {
  /** The field or entry of the value that is meant, where it is not the value as a whole. */
  readonly key?: string | number;
  readonly problem: string;
  readonly remedy: string;
}

/** What to say for each keyword of the schema. */
const TELL: Partial<Record<string, (error: ErrorObject) => Words>> = {
  required: ({ instancePath, params }) => {
    const key = String(params["missingProperty"]);
    const example = exampleOf(child(instancePath, key));
    const remedy =
      example === undefined
        ? 'or begin with "extends": "esp32-devkit"' // a whole section
        : `for example ${quote(key)}: ${JSON.stringify(example)}`;
    return { key, problem: "is missing", remedy: `add it, ${remedy}` };
  },
  additionalProperties: ({ params, parentSchema }) => {
    const key = String(params["additionalProperty"]);
    const known = Object.keys((parentSchema as Schema).properties ?? {});
    return { key, problem: "is not a field that is known here", remedy: suggest(key, known) };
  },
  "false schema": ({ instancePath }) => ({
    problem: instancePath.endsWith("/number") // the schema says false for this and for a pin
      ? 'is only for a stream with "dpType": 7'
      : 'is only for a stream with "source": "analog"',
    remedy: "remove it",
  }),
  type: ({ data, instancePath, params }) => {
    const type = String(params["type"]);
    const example = isObject(data) ? undefined : exampleOf(instancePath);
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
  pattern: ({ data, parentSchema }) => ({
    problem: `${quote(data)} is not right`,
    remedy: (parentSchema as Schema).patternErrorMessage ?? "see docs/boards.md",
  }),
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

function tell(error: ErrorObject): Finding {
  const say = TELL[error.keyword];
  if (say === undefined) throw new Error(`board.schema.json uses ${error.keyword}, which has no words yet`);
  const { key, ...words } = say(error);
  return { pointer: key === undefined ? error.instancePath : child(error.instancePath, key), ...words };
}

function outOfRange({ data, parentSchema }: ErrorObject): Words {
  const { minimum, maximum } = parentSchema as Schema;
  return {
    problem: `${String(data)} is out of range`,
    remedy: `write a whole number from ${String(minimum)} to ${String(maximum)}`,
  };
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

/** A schema and all that it is made of by `$ref`, `allOf` and `then`. */
function parts(part: Schema): Schema[] {
  const target = part.$ref?.split("/").at(-1);
  const referred = target === undefined ? undefined : (schema.definitions as Record<string, Schema>)[target];
  return [part, referred, ...(part.allOf ?? []), part.then].flatMap((each) =>
    each === undefined ? [] : each === part ? [part] : parts(each),
  );
}

function field(part: Schema, token: string): Schema[] {
  const property = /^\d+$/.test(token) ? part.items : part.properties?.[token];
  return typeof property === "object" ? [property] : [];
}
