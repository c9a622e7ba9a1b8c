/** A virtual board as the page draws it: its shape, its pins, and the units of its data streams. */

import type { Board, Source } from "../boards/board.ts";
import { CHIPS } from "../boards/chips.ts";
import { pinsOf, valuesOf } from "../boards/parts.ts";
import { shownParts } from "./part-views.ts";
import type { BoardForm, PinView } from "./protocol.ts";

/** The mPython board is known by its three pixels on GPIO17. */
export function formOf({ chip, led }: Board): BoardForm {
  switch (chip) {
    case "esp32c3":
      return "c3";
    case "esp32s3":
      return "s3";
    case "esp8266":
      return "tpyboard";
    default:
      return led?.kind === "ws2812" && led.pin === 17 && led.count === 3 ? "mpython" : "devkit";
  }
}

/** The pins of the LED, the parts and the analogue data streams, each once for each use. */
export function usesOf(board: Board): PinView[] {
  const { chip, led, streams } = board;
  const nameOf = (pin: number) => (pin === CHIPS[chip].names["A0"] ? "A0" : String(pin));
  const view = (pin: number, use: string): PinView => ({ pin, name: nameOf(pin), use });
  const lamps = led === undefined ? [] : led.kind === "pwm" ? led.pins : [led.pin];
  const ofParts = shownParts(board).flatMap((part) => pinsOf(part).map(({ pin }) => view(pin, part.name)));
  const ofStreams = streams.flatMap(({ id, pin }) => (pin === undefined ? [] : view(pin, id)));
  const all = [...lamps.map((pin) => view(pin, "LED")), ...ofParts, ...ofStreams];
  return [...new Map(all.map((one) => [`${one.pin} ${one.use}`, one])).values()];
}

/** Those of built-in sources; the others follow from the parts. */
const UNITS: Readonly<Partial<Record<Source, string>>> = { uptime: "s", rssi: "dBm" };

export function unitsOf({ parts = [], streams }: Board): Record<string, string> {
  const units = new Map<string, string>(Object.entries(UNITS));
  for (const { id, unit } of parts.flatMap((part) => valuesOf(part))) units.set(id, unit);
  const found = streams.flatMap(({ id, source }) => {
    const unit = units.get(source) ?? "";
    return unit === "" ? [] : [[id, unit] as const];
  });
  return Object.fromEntries(found);
}
