/** The thing model that a studio board needs: its properties, services and event. */

import type { Board, Led, Source, Studio } from "../boards/board.ts";
import { child } from "../boards/mistake.ts";
import { identifierOf, pathOf } from "../boards/onenet.ts";
import { valuesOf, type Part, type PartValue } from "../boards/parts.ts";
import type { DataType, Field, Property, ThingModel } from "./thing-model.ts";

/** A property that the board reports, or that can be set; or a member of a struct, with a dot in its identifier. */
export interface Needed extends Property {
  /** The field of the board file that it comes from (RFC 6901). */
  readonly pointer: string;
  /** Whether the board's own code makes the value: its type is unknown. */
  readonly isOwn?: boolean;
  /** Whether the board sends it only when it is asked. */
  readonly isOptional?: boolean;
  /** Numbers that the board sends sooner or later, as the ends of what a dimmer can be set to; others depend on what it measures. */
  readonly sure?: readonly number[];
  /** What the board rounds its numbers to. */
  readonly step?: number;
}

export function boardModel(board: Board, settings: Studio): ThingModel {
  return {
    properties: joinMembers(neededProperties(board, settings)),
    events: settings.event ? [{ identifier: settings.event }] : [],
    services: settings.services.map((identifier) => ({
      identifier,
      output: [{ identifier: "answer", dataType: { type: "string" } }],
    })),
  };
}

/** Members of a struct become one property, which can be set if one of them can. */
function joinMembers(needed: readonly Needed[]): Property[] {
  const properties = new Map<string, Property>();
  for (const { identifier, accessMode, dataType } of needed) {
    const [property, member] = pathOf(identifier);
    const known = properties.get(property);
    const fields = known && Array.isArray(known.dataType.specs) ? (known.dataType.specs as Field[]) : [];
    properties.set(property, {
      identifier: property,
      accessMode: known?.accessMode === "rw" ? "rw" : accessMode,
      dataType:
        member === undefined
          ? dataType
          : { type: "struct", specs: [...fields, { identifier: member, dataType }] },
    });
  }
  return [...properties.values()];
}

/** Each property once: the data streams in their order, then what can only be set. */
export function neededProperties(board: Board, settings: Studio): Needed[] {
  const needed = new Map<string, Needed>();
  for (const property of [
    ...board.streams.map((stream, index) => ofStream(board, stream, index)),
    ...(board.parts ?? []).filter(isNamed).flatMap((part) => ofPart(board, part)),
    ...ofLed(board, settings),
    ...(board.remote === undefined ? [] : [LINES]),
  ]) {
    const known = needed.get(property.identifier);
    // What can be set has its own type: the LED is lit or not, while a stream may report its state as text.
    if (known === undefined || property.accessMode === "rw") needed.set(property.identifier, property);
  }
  return [...needed.values()];
}

function ofStream(board: Board, { id, source }: Board["streams"][number], index: number): Needed {
  const common = { identifier: id, accessMode: "r", pointer: `/streams/${index}/id` } as const;
  for (const part of (board.parts ?? []).filter(isNamed))
    for (const value of valuesOf(part))
      if (value.id === source) {
        const isItsOwn = id === identifierOf(board.onenet, value.id);
        const pointer = isItsOwn ? child("/parts", part.name) : common.pointer;
        return { ...common, ...numbersOf(value), dataType: typeOfValue(value), pointer };
      }
  if (source === "led" && board.led !== undefined) {
    const sure = board.led.kind === "dimmed" ? [0, 100] : [0, 1];
    return { ...common, dataType: typeOfLed(board.led), sure, step: 1 };
  }
  if (Object.hasOwn(TYPES, source))
    return { ...common, dataType: TYPES[source as Source], ...SURE[source as Source] };
  return { ...common, dataType: { type: "double" }, isOwn: true };
}

function ofPart({ onenet }: Board, part: Part): Needed[] {
  return valuesOf(part).map((value) => ({
    identifier: identifierOf(onenet, value.id),
    accessMode: value.isWritable ? "rw" : "r",
    dataType: typeOfValue(value),
    ...numbersOf(value),
    pointer: child("/parts", part.name),
    isOptional: !value.isWritable,
  }));
}

/** The LED of a file without parts, or beside them, has identifiers of its own. */
function ofLed({ led, parts }: Board, { properties }: Studio): Needed[] {
  if (led === undefined || parts?.every(isNamed) === true) return [];
  const property = (field: "led" | "colour", dataType: DataType): Needed => ({
    identifier: properties[field],
    accessMode: "rw",
    dataType,
    pointer: `/onenet/properties/${field}`,
  });
  return [property("led", BOOL), ...("on" in led ? [property("colour", COLOUR)] : [])];
}

function isNamed({ name, kind }: Part): boolean {
  return kind !== "light" || name !== "led";
}

const BOOL: DataType = { type: "bool", specs: { true: "开", false: "关" } };
/** `#rrggbb` */
/** The lines of the console: src/app/remote.ts cuts each to 160 bytes, after the time since the boot. */
const LINES: Needed = {
  identifier: "log",
  accessMode: "r",
  dataType: { type: "string", specs: { length: "176" } },
  pointer: "/remote",
};

const COLOUR: DataType = { type: "string", specs: { length: "7" } };

function numbersOf({
  type,
  quantity,
  least,
  most,
  step = type === "int" ? 1 : undefined,
}: PartValue): Pick<Needed, "sure" | "step"> {
  // A sensor may never measure the ends of its range; all others reach them, and counts begin at the least.
  const ends = quantity === undefined ? [least, most].filter((end) => end !== undefined) : [];
  return { sure: ends, ...(step === undefined ? {} : { step }) };
}

function typeOfValue({ type, least, most, unit }: PartValue): DataType {
  switch (type) {
    case "text":
      return { type: "string", specs: { length: String(most) } };
    case "bool":
      return BOOL;
    case "colour":
      return COLOUR;
    case "int":
      return number("int32", least, most, unit);
    case "float":
      return number("float", least, most, unit);
  }
}

/** The platform writes numbers as text. */
function number(
  type: "int32" | "float",
  least: number | undefined,
  most: number | undefined,
  unit: string,
): DataType {
  return {
    type,
    specs: {
      ...(least === undefined ? {} : { min: String(least) }),
      ...(most === undefined ? {} : { max: String(most) }),
      // The platform does not say whether it refuses what lies between the steps of a fraction: it gets none.
      ...(type === "int32" ? { step: "1" } : {}),
      ...(unit === "" ? {} : { unit: unitOf(unit) }),
    },
  };
}

/** A unit as in the platform's own list, with its name if known. */
function unitOf(symbol: string): string {
  const name = UNITS.get(symbol);
  return name === undefined ? symbol : `${name} / ${symbol}`;
}

const UNITS: ReadonlyMap<string, string> = new Map([
  ["%", "百分比"],
  ["°C", "摄氏度"],
  ["°", "度"],
  ["hPa", "百帕"],
  ["s", "秒"],
  ["dBm", "分贝毫瓦"],
  ["lx", "勒克斯"],
  ["ppm", "百万分率"],
  ["V", "伏特"],
  ["A", "安培"],
  ["W", "瓦特"],
]);

/** The state of the LED as a data stream. */
function typeOfLed(led: Led): DataType {
  if ("on" in led) return COLOUR;
  return led.kind === "dimmed" ? number("int32", 0, 100, "%") : TYPES.led;
}

const COUNT = number("int32", 0, undefined, "");

const COUNTED: Pick<Needed, "sure" | "step"> = { sure: [0], step: 1 };

/** What is known of the numbers of built-in sources. */
const SURE: Readonly<Partial<Record<Source, Pick<Needed, "sure" | "step">>>> = {
  commands: COUNTED,
  lost: COUNTED,
  uptime: { step: 1 },
  memory: { step: 1 },
  rssi: { step: 1 },
};

const TYPES: Readonly<Record<Source, DataType>> = {
  commands: COUNT,
  led: number("int32", 0, 1, ""),
  lit: BOOL,
  uptime: number("int32", 0, undefined, "s"),
  lost: COUNT,
  memory: COUNT,
  rssi: number("int32", -128, 0, "dBm"),
  analog: number("float", 0, 1, ""),
};
