/** The serial ports of this computer, and what is probably connected to them. */

import { SerialPort } from "serialport";
import { CHIPS } from "../boards/chips.ts";
import { UserError } from "../cli/command.ts";
import { oneLine } from "../cli/console-text.ts";
import { listOr, t } from "../cli/language.ts";

export interface FoundPort {
  readonly path: string;
  /** USB vendor and product, four hex digits each; undefined if the port is not USB. */
  readonly usb?: { readonly vendor: string; readonly product: string };
  /** A readable description. */
  readonly what: string;
  /** Whether boards with an ESP chip use this kind. */
  readonly isLikely: boolean;
  /** The board's end of it; undefined if unknown. */
  readonly socket?: Socket;
}

/**
 * `bridge`: a separate chip between USB and the UART of the board's chip. `own`: the USB of the chip itself, the only
 * one from which Espruino takes input where a chip has it.
 */
export type Socket = "bridge" | "own";

/** A port as the serial port library reports it; a port that is not USB may have only a path. */
export interface SystemPort {
  readonly path: string;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
  readonly manufacturer?: string | undefined;
}

/** @throws UserError if the system cannot list its ports */
export async function listPorts(): Promise<FoundPort[]> {
  const found = (await SerialPort.list().catch((error: unknown) => {
    // On Linux the library uses udev.
    if (String(error).includes("udevadm"))
      throw new UserError(t`udevadm, which lists the ports, is missing: install udev`);
    throw error;
  })) as SystemPort[]; // its types refer to a package it does not depend on
  return found
    .filter(({ path, vendorId }) => vendorId !== undefined || !/^\/dev\/ttyS\d+$/.test(path))
    .map(describe);
}

/** The ports, or none if the system cannot list them; for additional advice. */
export function findPorts(): Promise<FoundPort[]> {
  return listPorts().catch(() => []);
}

export function describe(port: SystemPort): FoundPort {
  const { path, vendorId, productId } = port;
  // The device's own text: the library decodes it, and a device may send anything.
  const manufacturer = port.manufacturer === undefined ? undefined : oneLine(port.manufacturer);
  if (vendorId === undefined) return { path, what: manufacturer ?? t`not USB`, isLikely: false };
  const usb = { vendor: hex(vendorId), product: hex(productId ?? "0") };
  const known = KNOWN.find(
    ({ vendor, product }) => vendor === usb.vendor && (!product || product.test(usb.product)),
  );
  const what = known?.what ?? manufacturer ?? t`unknown`;
  const found = { path, usb, what, isLikely: known !== undefined };
  return known?.socket ? { ...found, socket: known.socket } : found;
}

/** Which chips a socket is for. */
export const RIGHT_FOR: Readonly<Record<Socket, string>> = {
  bridge: t`for an ${chipsAt("bridge")}; an ${chipsAt("own")} only prints on it`,
  own: t`for an ${chipsAt("own")}`,
};

/** The chips whose console is at a socket: `ESP32 or ESP8266`. */
export function chipsAt(socket: Socket): string {
  const chips = Object.values(CHIPS).filter(({ ownUsb }) => (ownUsb ? "own" : "bridge") === socket);
  return listOr(chips.map(({ title }) => title));
}

/** USB devices found on boards with an ESP chip. */
const KNOWN: readonly { vendor: string; product?: RegExp; what: string; socket?: Socket }[] = [
  { vendor: "10c4", what: t`CP210x, USB-to-serial bridge`, socket: "bridge" },
  {
    vendor: "1a86",
    product: /^(7523|7522|5523)$/,
    what: t`CH340, USB-to-serial bridge`,
    socket: "bridge",
  },
  { vendor: "1a86", what: t`CH910x or CH34x, USB-to-serial bridge`, socket: "bridge" },
  { vendor: "0403", what: t`FTDI, USB-to-serial bridge`, socket: "bridge" },
  { vendor: "067b", what: t`PL2303, USB-to-serial bridge`, socket: "bridge" },
  { vendor: "303a", product: /^1001$/, what: t`USB JTAG/serial, the chip's own USB`, socket: "own" },
  { vendor: "303a", what: t`Espressif USB` },
];

function hex(digits: string): string {
  return digits.toLowerCase().replace(/^0x/, "").padStart(4, "0");
}
