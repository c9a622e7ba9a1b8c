/** A board's device and product, for registration on the local OneNET. */

import type { Board, Source, Studio } from "../boards/board.ts";
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
function thingModelOf({ led, streams }: Board, settings: Studio): ThingModel {
  const types = new Map<string, DataType["type"]>(
    streams.map(({ id, source }) => [
      id,
      source === "led" && led.kind !== "gpio" ? "string" : typeOf(source),
    ]),
  );
  types.set(settings.properties.led, "bool");
  if (led.kind !== "gpio") types.set(settings.properties.colour, "string");
  const isWritable = (identifier: string) => Object.values(settings.properties).includes(identifier);
  return {
    properties: [...types].map(([identifier, type]) => ({
      identifier,
      accessMode: isWritable(identifier) ? "rw" : "r",
      dataType: { type },
    })),
    events: settings.event ? [{ identifier: settings.event }] : [],
    services: settings.services.map((identifier) => ({
      identifier,
      output: [{ identifier: "answer", dataType: { type: "string" } }],
    })),
  };
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
