/** What the parts of a board do, read from the virtual board's pins: as an eye or an ear would notice it. */

import type { Led } from "../../src/board.ts";
import { pinsOf, type Part, type PinRole } from "../boards/parts.ts";
import type { VirtualBoard } from "../virtual-board/index.ts";
import type { Output } from "./output.ts";
import { hexColour, pixelsOf, powerAt, readLight } from "./light.ts";
import { t } from "../cli/language.ts";

/** What the board does with the pins of such parts. */
const DRIVING: readonly PinRole["does"][] = ["drive", "dim", "strip", "pulse"];

/** Time between two pulses of a servo, in ms. */
const PULSE_PERIOD = 20;

/** undefined for a part that its board does not drive. */
export function readOutput(part: Part, device: VirtualBoard): Output | undefined {
  switch (part.kind) {
    case "light":
      return { does: "shine", pixels: readPixels(part.led, device) };
    case "switch":
      return { does: "switch", isOn: isDriven(part, device) };
    case "buzzer":
      return { does: "sound", isOn: part.frequency > 0 ? hasTone(part.pin, device) : isDriven(part, device) };
    case "dimmer":
      return { does: "drive", percent: Math.round(powerAt(part.pin, part.activeLow, device) * 100) };
    case "servo": {
      const { value } = device.pin(part.pin);
      const [least, most] = part.pulse;
      const angle = ((value * PULSE_PERIOD - least) / (most - least)) * 180;
      return { does: "turn", angle: value > 0 ? Math.round(angle) : null };
    }
    default:
      return undefined;
  }
}

/** The colour of each LED of a light; none without one. */
export function readPixels(led: Led | undefined, device: VirtualBoard): string[] {
  if (led === undefined) return [];
  if (led.kind !== "ws2812") return [hexColour(readLight(led, device).colour)];
  return pixelsOf(led, device.pixels(led.pin) ?? new Uint8Array()).map(hexColour);
}

/** Readable: what the part does, and the levels of its pins. Empty for a part that its board does not drive. */
export function describeOutput(part: Part, device: VirtualBoard): string {
  if (part.kind === "light") return readLight(part.led, device).pins;
  const output = readOutput(part, device);
  if (!output || !("pin" in part)) return "";
  const { mode, value } = device.pin(part.pin);
  const level = mode === "pwm" ? `${Math.round(value * 1000) / 10} %` : value === 1 ? t`high` : t`low`;
  return t`${stateOf(output)}, pin ${part.pin} ${level}`;
}

/** Calls back when the program has driven a pin of such a part. */
export function watchOutputs(
  parts: readonly Part[],
  device: VirtualBoard,
  driven: (part: Part, index: number) => void,
): void {
  const byPin = new Map<number, number>();
  for (const [index, part] of parts.entries()) {
    for (const { pin, role } of pinsOf(part)) if (DRIVING.includes(role.does)) byPin.set(pin, index);
  }
  for (const event of ["pin", "pwm", "pixels"] as const) {
    device.on(event, ({ pin }: { readonly pin: number }) => {
      const index = byPin.get(pin);
      const part = index === undefined ? undefined : parts[index];
      if (index !== undefined && part) driven(part, index);
    });
  }
}

function isDriven(
  part: { readonly pin: number; readonly activeLow: boolean },
  device: VirtualBoard,
): boolean {
  const { mode, value } = device.pin(part.pin);
  return mode === "output" && value === (part.activeLow ? 0 : 1);
}

/** A constant level makes no tone. */
function hasTone(pin: number, device: VirtualBoard): boolean {
  const { mode, value } = device.pin(pin);
  return mode === "pwm" && value > 0 && value < 1;
}

function stateOf(output: Output): string {
  switch (output.does) {
    case "shine":
      return output.pixels.join(" ");
    case "switch":
    case "sound":
      return output.isOn ? t`on` : t`off`;
    case "drive":
      return `${output.percent} %`;
    case "turn":
      return output.angle === null ? t`off` : `${output.angle}°`;
  }
}
