/** Thing models as files: what OneNET's console exports and imports. */

import { statSync } from "node:fs";
import { basename } from "node:path";
import { readJson } from "../boards/json.ts";
import {
  BoardError,
  child,
  fieldOf,
  isObject,
  MOST_REPORTED,
  quote,
  suggest,
  type Finding,
  type Mistake,
} from "../boards/mistake.ts";
import { readRegularFile } from "../boards/regular-file.ts";
import { DATA_TYPES, type DataType, type Field, type Property, type ThingModel } from "./thing-model.ts";
import { list, t } from "../cli/language.ts";

/** A model of 100 properties has about 40 kB. */
const SIZE_LIMIT = 1024 * 1024;
/** The position of a base station, as the platform exports it, is ten levels deep. */
const DEPTH_LIMIT = 20;
/** Most entries of each list. */
const MOST_ENTRIES = 1000;

/** What a specification must have, and what the board leaves open. Fractions have the largest that stay exact. */
const WHOLE = { min: String(-(2 ** 31)), max: String(2 ** 31 - 1), step: "1", unit: "" };
const FRACTION = {
  min: String(Number.MIN_SAFE_INTEGER),
  max: String(Number.MAX_SAFE_INTEGER),
  step: "",
  unit: "",
};
const SPECS: Partial<Record<DataType["type"], object>> = {
  int32: WHOLE,
  float: FRACTION,
  double: FRACTION,
  string: { length: "255" },
};

/**
 * The text of the file that the console imports.
 * @param product id of the product
 */
export function exportModel({ properties, events = [], services = [] }: ThingModel, product: string): string {
  const common = (identifier: string, functionMode: string) => ({
    identifier,
    name: identifier,
    functionType: "u",
    functionMode,
    desc: "",
    required: false,
  });
  const file = {
    version: "1.0",
    profile: { productId: product },
    properties: properties.map(({ identifier, accessMode, dataType }) => ({
      ...common(identifier, "property"),
      accessMode,
      dataType: whole(dataType),
    })),
    events: events.map(({ identifier, outputData }) => ({
      ...common(identifier, "event"),
      eventType: "info",
      outputData: fields(outputData),
    })),
    services: services.map(({ identifier, input, output }) => ({
      ...common(identifier, "service"),
      callType: "s",
      input: fields(input),
      output: fields(output),
    })),
    combs: [],
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

function fields(list: readonly Field[] = []): readonly (Field & { readonly name: string })[] {
  return list.map(({ identifier, dataType }) => ({
    identifier,
    name: identifier,
    dataType: whole(dataType),
  }));
}

function whole({ type, specs }: DataType): DataType {
  return {
    type,
    specs: Array.isArray(specs) ? fields(specs as Field[]) : { ...SPECS[type], ...(specs as object) },
  };
}

/**
 * Reads a model that the console exported, or the answer of the platform's API around it.
 * @throws BoardError with all mistakes
 */
export function readModel(path: string): ThingModel {
  const file = basename(path);
  const { value, mistakes } = readJson(file, readBytes(path, file), {
    what: t`a thing model`,
    size: SIZE_LIMIT,
    depth: DEPTH_LIMIT,
    start: t`export the thing model in OneNET's console`,
    compare: t`export it again in OneNET's console`,
  });
  const findings: Finding[] = [];
  const model = value && modelOf(value, findings);
  const all = [...mistakes, ...findings.slice(0, MOST_REPORTED).map((finding) => placed(file, finding))];
  if (model === undefined || all.length > 0) throw new BoardError(all);
  return model;
}

/** What is wrong with a model that was pasted into another file. */
export function checkModel(model: Json): Finding[] {
  const findings: Finding[] = [];
  modelOf(model, findings);
  return findings;
}

function readBytes(path: string, file: string): Buffer {
  const refuse = (problem: string, remedy: string) => new BoardError([{ file, field: "", problem, remedy }]);
  let size: number;
  try {
    ({ size } = statSync(path));
    if (size <= SIZE_LIMIT) return readRegularFile(path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw refuse(
      t`cannot be read (${String(error.code)})`,
      t`check that it is a file and that you may read it`,
    );
  }
  throw refuse(t`is ${size} bytes long`, t`a thing model has at most ${SIZE_LIMIT}`);
}

function placed(file: string, { pointer, problem, remedy }: Finding): Mistake {
  return { file, field: fieldOf(pointer), problem, remedy };
}

type Json = Readonly<Record<string, unknown>>;

function modelOf(file: Json, findings: Finding[]): ThingModel {
  const isAnswer = file["properties"] === undefined && isObject(file["data"]);
  const root = isAnswer ? (file["data"] as Json) : file;
  const at = isAnswer ? "/data" : "";
  const list = (key: string): Entry[] => entriesOf(root[key] ?? [], `${at}/${key}`, findings);
  const optional = (entry: Entry, key: string): { [key]?: Field[] } =>
    entry.value[key] === undefined
      ? {}
      : { [key]: fieldsOf(entry.value[key], child(entry.pointer, key), findings) };
  if (root["properties"] === undefined)
    findings.push({
      pointer: `${at}/properties`,
      problem: t`is missing`,
      remedy: t`export the thing model of the product in OneNET's console`,
    });
  return {
    properties: list("properties").map((entry): Property => ({
      identifier: entry.identifier,
      accessMode: accessOf(entry, findings),
      dataType: typeOf(entry.value["dataType"], child(entry.pointer, "dataType"), findings),
    })),
    events: list("events").map((entry) => ({
      identifier: entry.identifier,
      ...optional(entry, "outputData"),
    })),
    services: list("services").map((entry) => ({
      identifier: entry.identifier,
      ...optional(entry, "input"),
      ...optional(entry, "output"),
    })),
  };
}

/** An entry of a list, with its identifier. */
interface Entry {
  readonly identifier: string;
  readonly value: Json;
  readonly pointer: string;
}

/** The sound entries of a list. */
function entriesOf(list: unknown, pointer: string, findings: Finding[]): Entry[] {
  const find = (at: string, problem: string, remedy: string) => {
    findings.push({ pointer: at, problem, remedy });
  };
  if (!Array.isArray(list)) {
    find(pointer, t`is not a list`, t`write [ … ]`);
    return [];
  }
  if (list.length > MOST_ENTRIES) {
    find(pointer, t`has ${list.length} entries`, t`keep at most ${MOST_ENTRIES}`);
    return [];
  }
  const seen = new Map<string, string>();
  return list.flatMap((value: unknown, index): Entry[] => {
    const at = child(pointer, index);
    if (!isObject(value)) {
      find(at, t`is not an object`, t`write an object with an identifier`);
      return [];
    }
    const { identifier } = value;
    const where = child(at, "identifier");
    if (typeof identifier !== "string" || !IDENTIFIER.test(identifier)) {
      const problem =
        identifier === undefined ? t`is missing` : t`${quote(identifier)} is not a valid identifier`;
      find(where, problem, t`use 1–64 letters, digits, _ and -, after a $ for the platform's own`);
      return [];
    }
    const other = seen.get(identifier);
    if (other !== undefined)
      find(where, t`${quote(identifier)} is also ${fieldOf(other)}`, t`remove one of them`);
    seen.set(identifier, where);
    return [{ identifier, value, pointer: at }];
  });
}

/** As in the registry of the local OneNET. */
const IDENTIFIER = /^\$?[A-Za-z0-9_-]{1,64}$/;

function fieldsOf(list: unknown, pointer: string, findings: Finding[]): Field[] {
  return entriesOf(list, pointer, findings).map((entry) => ({
    identifier: entry.identifier,
    dataType: typeOf(entry.value["dataType"], child(entry.pointer, "dataType"), findings),
  }));
}

function accessOf({ value, pointer }: Entry, findings: Finding[]): Property["accessMode"] {
  const { accessMode } = value;
  if (accessMode === "r" || accessMode === "rw") return accessMode;
  findings.push({
    pointer: child(pointer, "accessMode"),
    problem: accessMode === undefined ? t`is missing` : t`${quote(accessMode)} is unknown`,
    remedy: t`choose one of "r", "rw"`,
  });
  return "r";
}

function typeOf(value: unknown, pointer: string, findings: Finding[]): DataType {
  const given = isObject(value) ? value : {};
  const type = DATA_TYPES.find((name) => name === given["type"]);
  if (type === undefined) {
    const name = given["type"];
    findings.push({
      pointer: isObject(value) ? child(pointer, "type") : pointer,
      problem: name === undefined ? t`is missing` : t`${quote(name)} is unknown`,
      remedy:
        typeof name === "string"
          ? suggest(name, DATA_TYPES)
          : t`choose one of ${list(DATA_TYPES.map(quote))}`,
    });
    return { type: "bool" };
  }
  const { specs } = given;
  const at = child(pointer, "specs");
  if (type === "struct") return { type, specs: fieldsOf(specs, at, findings) };
  if (specs !== undefined && specs !== null && !isObject(specs)) {
    findings.push({ pointer: at, problem: t`is not an object`, remedy: t`write { … }` });
    return { type };
  }
  if (type === "array") return { type, specs: elementsOf(specs ?? {}, at, findings) };
  checkSpecs(type, specs ?? {}, at, findings);
  return specs ? { type, specs } : { type };
}

/** The platform's documents have `size` and `item` or `items` where its exports have `length`, `type` and `specs`. */
function elementsOf(specs: Json, pointer: string, findings: Finding[]): Json {
  const length = ["length", "size"].find((key) => specs[key] !== undefined);
  const item = ["item", "items"].find((key) => isObject(specs[key]));
  const [inner, at] = item === undefined ? [specs, pointer] : [specs[item], child(pointer, item)];
  const most = length === undefined ? undefined : lengthAt(specs, length, pointer, findings);
  return { ...(most === undefined ? {} : { length: most }), ...typeOf(inner, at, findings) };
}

function checkSpecs(type: DataType["type"], specs: Json, pointer: string, findings: Finding[]): void {
  if (type === "enum") {
    if (Object.keys(specs).length === 0 || !Object.keys(specs).every((key) => /^-?\d{1,10}$/.test(key)))
      findings.push({
        pointer,
        problem: t`does not name the numbers of the enum`,
        remedy: t`write each number with its meaning, for example { "0": "off", "1": "on" }`,
      });
    return;
  }
  if (type === "string") lengthAt(specs, "length", pointer, findings);
  if (type === "bool" || type === "string" || type === "bitMap" || type === "date") return;
  const [min, max] = ["min", "max"].map((key) => numberAt(specs, key, pointer, findings));
  if (min !== undefined && max !== undefined && min > max)
    findings.push({
      pointer: child(pointer, "max"),
      problem: t`${max} is less than min, ${min}`,
      remedy: t`write a larger number`,
    });
}

/** A number, which the platform writes as text, empty for none. */
function numberAt(specs: Json, key: string, pointer: string, findings: Finding[]): number | undefined {
  const value = specs[key];
  if (value === undefined || value === null || value === "") return undefined;
  const number = typeof value === "string" || typeof value === "number" ? Number(value) : NaN;
  if (Number.isFinite(number)) return number;
  findings.push({
    pointer: child(pointer, key),
    problem: t`${quote(value)} is not a number`,
    remedy: t`write a number, for example "100"`,
  });
  return undefined;
}

/** A number of bytes or elements. */
function lengthAt(specs: Json, key: string, pointer: string, findings: Finding[]): number | undefined {
  const length = numberAt(specs, key, pointer, findings);
  if (length === undefined || (Number.isInteger(length) && length >= 0)) return length;
  findings.push({
    pointer: child(pointer, key),
    problem: t`${length} is not a length`,
    remedy: t`write a whole number, for example "100"`,
  });
  return undefined;
}
