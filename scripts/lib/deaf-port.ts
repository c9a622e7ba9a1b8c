/** A port on which a board prints and does not hear: which socket of the board, or which wires, are the right ones. */

import type { Chip } from "../../src/board.ts";
import { CHIPS } from "./chips.ts";
import type { FoundPort } from "./serial-ports.ts";

/** Where a chip's own USB is, for a board without a socket for it. */
const USB_PINS: Readonly<Partial<Record<Chip, { minus: number; plus: number }>>> = {
  esp32c3: { minus: 18, plus: 19 },
  esp32s3: { minus: 19, plus: 20 },
};

/** Whether Espruino hears a chip's console on the chip's own USB only. */
export function hearsOwnUsbOnly(chip: Chip): boolean {
  return USB_PINS[chip] !== undefined;
}

/**
 * Says that a port does not hear, why, and what to do.
 * @param chip undefined where nobody knows
 * @param others the ports of this computer
 * @param line what the board printed last
 */
export function explainDeafness(
  port: string,
  chip: Chip | undefined,
  others: readonly FoundPort[],
  line: string,
): string {
  const seen = `${port} prints, but does not hear what is typed${line ? `; its last line: ${line}` : ""}`;
  const pins = chip && USB_PINS[chip];
  if (!chip || !pins) return [seen, ...adviceForBridge(chip)].join("\n");
  const { title } = CHIPS[chip];
  const here = others.find(({ path }) => path === port);
  if (here?.socket === "own") {
    return [
      seen,
      `it is the ${title}'s own USB, which is right: press EN or RST, and try again; a program may keep the interpreter busy`,
    ].join("\n");
  }
  const better = others.filter(({ path, socket }) => path !== port && socket === "own");
  return [
    seen,
    `Espruino on an ${title} hears its console on the chip's own USB only, not on the bridge:`,
    ...better.map(({ path }) => `- this looks like it: --port ${path}`),
    "- plug the cable into the board's other socket, marked USB; npm run ports shows it as 303a:1001, USB JTAG/serial",
    `- no other socket, as on an ESP32-C3-DevKitM-1: wire a USB plug, D- to GPIO${pins.minus}, D+ to GPIO${pins.plus}, GND to GND`,
    "docs/flashing.md shows it for each board",
  ].join("\n");
}

function adviceForBridge(chip: Chip | undefined): string[] {
  return [
    "- press EN or RST, and try again: a program may keep the interpreter busy",
    "- does it print what Espruino prints? docs/flashing.md says how Espruino gets onto the board",
    chip
      ? "- are the board's RX pin and the bridge joined? Nothing else may be wired to RX"
      : "- is it an ESP32-C3 or ESP32-S3? They hear their console on their own USB socket only",
  ];
}
