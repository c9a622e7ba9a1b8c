/** Parts of a board file as `Part`s, with their data streams. */

import type { Code, Led, OneNet, Rgb, Stream } from "./board.ts";
import { identifierOf } from "./onenet.ts";
import { valuesOf, type Part } from "./parts.ts";

/** The value of one part in a board file, checked by the schema and filled with its defaults; its kind has its fields. */
export type PartFile = Readonly<Record<string, unknown>> & {
  readonly kind: Part["kind"];
  readonly report: number;
};

/**
 * The parts, with their fields in a fixed order.
 * @param code the board's own, which has the parts of kind `own`
 */
export function partsOf(parts: Readonly<Record<string, PartFile>>, code?: Code): Part[] {
  return Object.entries(parts).map(([name, file]) => partOf(name, file, code));
}

/** The streams of the values that no stream of the file reports. */
export function ownStreams(parts: readonly Part[], streams: readonly Stream[], onenet: OneNet): Stream[] {
  const dpType = onenet.generation === "multiprotocol" ? 1 : 3;
  return parts.flatMap((part) =>
    valuesOf(part)
      .filter(({ id }) => part.report > 0 && !streams.some(({ source }) => source === id))
      .map(({ id }): Stream => ({ id: identifierOf(onenet, id), source: id, period: part.report, dpType })),
  );
}

/** A colour `#rrggbb`. */
export function rgb(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** The schema has checked that each field is there and of its type. */
function partOf(name: string, file: PartFile, code: Code | undefined): Part {
  const { kind, report } = file;
  const common = { name, report };
  const number = (field: string): number => Number(file[field]);
  const flag = (field: string): boolean => file[field] === true;
  const text = (field: string): string => {
    const value = file[field];
    return typeof value === "string" ? value : "";
  };
  const pair = (field: string): readonly [number, number] => file[field] as readonly [number, number];
  const pin = number("pin");
  switch (kind) {
    case "light":
      return { ...common, kind, led: ledOf(file) };
    case "switch": {
      const atBoot = file["atBoot"] as "on" | "off" | "last";
      return { ...common, kind, pin, activeLow: flag("activeLow"), atBoot, longestOn: number("longestOn") };
    }
    case "dimmer":
    case "motion":
      return { ...common, kind, pin, activeLow: flag("activeLow") };
    case "servo":
      return { ...common, kind, pin, pulse: pair("pulse") };
    case "buzzer":
      return { ...common, kind, pin, activeLow: flag("activeLow"), frequency: number("frequency") };
    case "button": {
      const commands = { press: text("press"), hold: text("hold"), double: text("double") };
      return { ...common, kind, pin, activeLow: flag("activeLow"), ...commands };
    }
    case "contact":
      return { ...common, kind, pin, openIs: number("openIs") === 0 ? 0 : 1 };
    case "analog":
      return { ...common, kind, pin, from: pair("from"), to: pair("to"), unit: text("unit") };
    case "counter":
      return { ...common, kind, pin, unit: text("unit") };
    case "setting": {
      const { default: value } = file;
      if (typeof value === "boolean") return { ...common, kind, holds: "switch", default: value };
      if (typeof value === "string")
        return { ...common, kind, holds: "text", default: value, longest: number("longest") };
      const range = { default: number("default"), from: number("from"), to: number("to") };
      return { ...common, kind, holds: "number", ...range, unit: text("unit") };
    }
    case "dht11":
    case "dht22":
      return { ...common, kind, pin };
    case "ds18b20":
      return { ...common, kind, pin, count: number("count") };
    case "bme280":
    case "bmp280":
      return { ...common, kind, sda: number("sda"), scl: number("scl"), address: number("address") };
    case "own": {
      const { isSettable = false, commands = [] } = code?.parts?.find((part) => part.name === name) ?? {};
      const own = { ...common, kind, isSettable, commands };
      if (file["type"] === "text") return { ...own, holds: "text", longest: number("longest") };
      if (file["type"] === "switch") return { ...own, holds: "switch" };
      return { ...own, holds: "number", from: number("from"), to: number("to"), unit: text("unit") };
    }
  }
}

function ledOf(file: PartFile): Led {
  const activeLow = file["activeLow"] === true;
  const pin = Number(file["pin"]);
  const on = rgb(String(file["on"]));
  switch (file["driver"]) {
    case "ws2812": {
      const { count, order } = file as unknown as { readonly count: number; readonly order: "grb" };
      return { kind: "ws2812", pin, count, order, on };
    }
    case "pwm": {
      const { red, green, blue } = file["pins"] as Record<"red" | "green" | "blue", number>;
      return { kind: "pwm", pins: [red, green, blue], activeLow, on };
    }
    default:
      return { kind: file["dim"] === true ? "dimmed" : "gpio", pin, activeLow };
  }
}
