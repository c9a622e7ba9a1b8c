/** A product's thing model (物模型) in the platform's export format, and checks of values against it. */

import { isObject, type JsonValue } from "./json.ts";
import { english } from "../cli/language.ts";

/** The platform's types; `date` is a time in ms since 1970. */
export const DATA_TYPES = [
  "bool",
  "int32",
  "int64",
  "float",
  "double",
  "string",
  "enum",
  "bitMap",
  "date",
  "struct",
  "array",
] as const;

export interface DataType {
  readonly type: (typeof DATA_TYPES)[number];
  /**
   * Numbers: `min`, `max`. string: `length` in bytes. enum, bitMap: an entry for each number. struct: its fields.
   * array: `length` and the `type` of its elements. The platform writes numbers as strings.
   */
  readonly specs?: Readonly<Record<string, unknown>> | readonly Field[];
}

/** A named value of a struct, event or service. */
export interface Field {
  readonly identifier: string;
  readonly dataType: DataType;
}

export interface Property extends Field {
  /** What the platform's pages call it. */
  readonly name?: string;
  readonly desc?: string;
  readonly accessMode: "r" | "rw";
}

export interface ThingModel {
  readonly properties: readonly Property[];
  readonly events?: readonly { readonly identifier: string; readonly outputData?: readonly Field[] }[];
  readonly services?: readonly {
    readonly identifier: string;
    /** If missing, any input is accepted. */
    readonly input?: readonly Field[];
    readonly output?: readonly Field[];
  }[];
}

/** Why `value` is not of the type; undefined if it is. */
export function valueFault(dataType: DataType, value: JsonValue): string | undefined {
  const { type, specs } = dataType;
  switch (type) {
    case "bool":
      return typeof value === "boolean" ? undefined : english`must be true or false`;
    case "int32":
      return integerFault(value, -(2 ** 31), 2 ** 31 - 1) ?? rangeFault(specs, value);
    case "int64":
    case "date":
      return (
        integerFault(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) ?? rangeFault(specs, value)
      );
    case "bitMap":
      return integerFault(value, 0, 2 ** 32 - 1);
    case "float":
    case "double":
      return typeof value === "number" && Number.isFinite(value)
        ? rangeFault(specs, value)
        : english`must be a number`;
    case "string": {
      if (typeof value !== "string") return english`must be a string`;
      const length = numberOf(specs, "length");
      return length !== undefined && Buffer.byteLength(value) > length
        ? english`must have at most ${length} bytes`
        : undefined;
    }
    case "enum": {
      const known = Object.keys(specs ?? {});
      return typeof value === "number" && known.includes(String(value))
        ? undefined
        : english`must be one of ${known.join(", ")}`;
    }
    case "struct":
      return fieldsFault(membersOf(dataType), value);
    case "array":
      return arrayFault(specs, value);
  }
}

/** The members of a struct; none of another type. */
export function membersOf({ type, specs }: DataType): readonly Field[] {
  return type === "struct" && Array.isArray(specs) ? (specs as readonly Field[]) : [];
}

/** Why `value` is not an object of these fields; undefined if it is. Fields may be left out. */
export function fieldsFault(fields: readonly Field[], value: JsonValue): string | undefined {
  if (!isObject(value)) return english`must be an object`;
  for (const [identifier, part] of Object.entries(value)) {
    const field = fields.find((known) => known.identifier === identifier);
    if (field === undefined) return english`has no field "${identifier}" in the thing model`;
    const fault = valueFault(field.dataType, part);
    if (fault !== undefined) return `"${identifier}" ${fault}`;
  }
  return undefined;
}

/** A value by its identifier, or the members of a struct, each by its own: `air.temperature`. */
export function valuesIn(identifier: string, value: JsonValue): readonly (readonly [string, JsonValue])[] {
  return isObject(value)
    ? Object.entries(value).map(([member, each]) => [`${identifier}.${member}`, each] as const)
    : [[identifier, value]];
}

function arrayFault(specs: DataType["specs"], value: JsonValue): string | undefined {
  if (!Array.isArray(value)) return english`must be an array`;
  const length = numberOf(specs, "length");
  if (length !== undefined && value.length > length) return english`must have at most ${length} elements`;
  const { type, specs: inner } = (specs ?? {}) as { type?: DataType["type"]; specs?: DataType["specs"] };
  if (type === undefined) return undefined;
  const element: DataType = inner === undefined ? { type } : { type, specs: inner };
  for (const [index, part] of value.entries()) {
    const fault = valueFault(element, part);
    if (fault !== undefined) return english`element ${index} ${fault}`;
  }
  return undefined;
}

function integerFault(value: JsonValue, min: number, max: number): string | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
    ? undefined
    : english`must be a whole number`;
}

function rangeFault(specs: DataType["specs"], value: JsonValue): string | undefined {
  const [min, max] = [numberOf(specs, "min"), numberOf(specs, "max")];
  if (min !== undefined && Number(value) < min) return english`must be at least ${min}`;
  if (max !== undefined && Number(value) > max) return english`must be at most ${max}`;
  return undefined;
}

/** A number from the specs, which the platform writes as a string. */
export function numberOf(specs: DataType["specs"], name: string): number | undefined {
  const value = (specs as Readonly<Record<string, unknown>> | undefined)?.[name];
  const isGiven = typeof value === "number" || (typeof value === "string" && value.trim() !== "");
  return isGiven && Number.isFinite(Number(value)) ? Number(value) : undefined;
}
