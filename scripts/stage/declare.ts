/** A board's device and product, for registration on the local OneNET. */

import type { Board, Source, Studio } from "../boards/board.ts";
import type { Part, PartValue } from "../boards/parts.ts";
import { valuesOf } from "../boards/parts.ts";
import type { DataType, DeviceRecord, ProductRecord, ThingModel } from "../local-onenet/index.ts";

export interface Declared {
  readonly products: readonly ProductRecord[];
  readonly devices: readonly DeviceRecord[];
}

/**
 * @param changes overrides for the device, for tests of mismatches
 * @throws Error for a board file with only a token: the platform needs the key to check it
 */
export function declare(board: Board, changes: object = {}): Declared {
  const settings = board.onenet;
  const { title } = board;
  switch (settings.generation) {
    case "multiprotocol": {
      const { generation, product, device, authInfo, registration } = settings;
      if (registration) {
        return { products: [{ generation, product, registrationCode: registration.code }], devices: [] };
      }
      return { products: [], devices: [{ generation, product, device, authInfo, title, ...changes }] };
    }
    case "suite":
    case "studio": {
      const { generation, product, device, key } = settings;
      if (!key) throw new Error("the local OneNET needs onenet.key: it cannot check a token alone");
      const thingModel = settings.generation === "studio" ? thingModelOf(board, settings) : undefined;
      return {
        products: [{ generation, product, ...(thingModel ? { thingModel } : {}) }],
        devices: [{ generation, product, device, key, title, ...changes }],
      };
    }
    case "plain":
      return { products: [], devices: [] };
  }
}

/** The board's properties, events and services. */
function thingModelOf(board: Board, settings: Studio): ThingModel {
  const { led, streams, parts } = board;
  const values = (parts ?? []).flatMap(valuesOf);
  const types = new Map<string, DataType>(
    streams.map(({ id, source }) => {
      const value = values.find((each) => each.id === source);
      const isColour = source === "led" && led !== undefined && "on" in led;
      return [id, value ? typeOfValue(value) : { type: isColour ? "string" : typeOf(source) }];
    }),
  );
  const writable = new Set<string>();
  for (const { identifier, dataType } of settable(board, settings)) {
    types.set(identifier, dataType);
    writable.add(identifier);
  }
  for (const value of values)
    if (!types.has(value.id) && value.id !== "led") types.set(value.id, typeOfValue(value));
  return {
    properties: [...types].map(([identifier, dataType]) => ({
      identifier,
      accessMode: writable.has(identifier) ? "rw" : "r",
      dataType,
    })),
    events: settings.event ? [{ identifier: settings.event }] : [],
    services: settings.services.map((identifier) => ({
      identifier,
      output: [{ identifier: "answer", dataType: { type: "string" } }],
    })),
  };
}

/** The properties that can be set. The LED of a file without parts, or beside them, has identifiers of its own. */
function settable(
  { led, parts }: Board,
  { properties }: Studio,
): { readonly identifier: string; readonly dataType: DataType }[] {
  const isNamed = ({ name, kind }: Part) => kind !== "light" || name !== "led";
  const ofParts = (parts ?? [])
    .filter(isNamed)
    .flatMap(valuesOf)
    .filter(({ isWritable }) => isWritable)
    .map((value) => ({ identifier: value.id, dataType: typeOfValue(value) }));
  if (led === undefined || parts?.every(isNamed) === true) return ofParts;
  return [
    { identifier: properties.led, dataType: { type: "bool" } },
    ...("on" in led ? [{ identifier: properties.colour, dataType: { type: "string" } as const }] : []),
    ...ofParts,
  ];
}

/** The platform writes ranges as text. */
function typeOfValue({ type, least, most }: PartValue): DataType {
  const specs = {
    ...(least === undefined ? {} : { min: String(least) }),
    ...(most === undefined ? {} : { max: String(most) }),
  };
  const name = ({ bool: "bool", int: "int32", float: "float", colour: "string" } as const)[type];
  return Object.keys(specs).length > 0 ? { type: name, specs } : { type: name };
}

/** Values from the board's own code count as numbers. */
function typeOf(source: string): DataType["type"] {
  return Object.hasOwn(TYPES, source) ? TYPES[source as Source] : "double";
}

const TYPES: Record<Source, DataType["type"]> = {
  commands: "int32",
  led: "int32",
  lit: "bool",
  uptime: "int32",
  lost: "int32",
  memory: "int32",
  rssi: "int32",
  analog: "float",
};
