/** Advice for a port on which a board prints but receives nothing: which socket or which wires to use. */

import type { Chip } from "../../src/board.ts";
import { CHIPS } from "../boards/chips.ts";
import { chipsAt, type FoundPort } from "./serial-ports.ts";
import { t } from "../cli/language.ts";

/** Whether Espruino takes console input only from the chip's own USB. */
export function hearsOwnUsbOnly(chip: Chip): boolean {
  return CHIPS[chip].ownUsb !== undefined;
}

/**
 * Explains that a port receives no input, why, and what to do.
 * @param chip undefined if unknown
 * @param others the ports of this computer
 * @param line what the board printed last
 */
export function explainDeafness(
  port: string,
  chip: Chip | undefined,
  others: readonly FoundPort[],
  line: string,
): string {
  const seen = line
    ? t`${port} prints output but receives no input; its last line: ${line}`
    : t`${port} prints output but receives no input`;
  const pins = chip && CHIPS[chip].ownUsb;
  if (!chip || !pins) return [seen, ...adviceForBridge(chip)].join("\n");
  const { title } = CHIPS[chip];
  const here = others.find(({ path }) => path === port);
  if (here?.socket === "own") {
    return [
      seen,
      t`it is the ${title}'s own USB, the right port: press EN or RST, and try again; a program may be keeping the interpreter busy`,
    ].join("\n");
  }
  const better = others.filter(({ path, socket }) => path !== port && socket === "own");
  return [
    seen,
    t`Espruino on an ${title} takes console input only from the chip's own USB, not from the bridge:`,
    ...better.map(({ path }) => t`- probably --port ${path}`),
    t`- plug the cable into the board's other socket, marked USB; npm run ports shows it as 303a:1001, USB JTAG/serial`,
    t`- no other socket, as on an ESP32-C3-DevKitM-1: wire a USB plug, D- to GPIO${pins.minus}, D+ to GPIO${pins.plus}, GND to GND`,
    t`docs/flashing.md shows the socket on each board`,
  ].join("\n");
}

function adviceForBridge(chip: Chip | undefined): string[] {
  return [
    t`- press EN or RST, and try again: a program may be keeping the interpreter busy`,
    t`- does its output look like Espruino? docs/flashing.md explains how to install it`,
    chip
      ? t`- is the bridge wired to the board's RX pin? Nothing else may be`
      : t`- is it an ${chipsAt("own")}? They take console input only on their own USB socket`,
  ];
}
