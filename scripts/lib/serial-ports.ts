/** The serial ports of this computer, and what seems to sit on them. */

import { SerialPort } from "serialport";
import { UserError } from "./command.ts";

export interface FoundPort {
  readonly path: string;
  /** USB vendor and product, four digits in hex each; undefined for a port that is not USB. */
  readonly usb?: { readonly vendor: string; readonly product: string };
  /** What it is, in words. */
  readonly what: string;
  /** Whether boards with an ESP chip have such a one. */
  readonly isLikely: boolean;
  /** What sits at the board's end of it; undefined where that is not known. */
  readonly socket?: Socket;
}

/**
 * `bridge`: a chip of its own between USB and the UART of the board's chip. `own`: the USB of an ESP32-C3 or -S3 itself,
 * the only one on which Espruino hears those two.
 */
export type Socket = "bridge" | "own";

/** A port as the serial port library tells it; of a port that is not USB only the path is sure. */
export interface SystemPort {
  readonly path: string;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
  readonly manufacturer?: string | undefined;
}

/** @throws UserError where the system does not tell its ports */
export async function listPorts(): Promise<FoundPort[]> {
  const found = (await SerialPort.list().catch((error: unknown) => {
    // The library asks udev on Linux.
    if (String(error).includes("udevadm"))
      throw new UserError("the ports are listed by udevadm, which is missing: install udev");
    throw error;
  })) as SystemPort[]; // its types name a package that it does not bring
  return found
    .filter(({ path, vendorId }) => vendorId !== undefined || !/^\/dev\/ttyS\d+$/.test(path))
    .map(describe);
}

/** The ports, where the system tells them; for advice beside something else. */
export function findPorts(): Promise<FoundPort[]> {
  return listPorts().catch(() => []);
}

export function describe(port: SystemPort): FoundPort {
  const { path, vendorId, productId, manufacturer } = port;
  if (vendorId === undefined) return { path, what: manufacturer ?? "not USB", isLikely: false };
  const usb = { vendor: hex(vendorId), product: hex(productId ?? "0") };
  const known = KNOWN.find(
    ({ vendor, product }) => vendor === usb.vendor && (!product || product.test(usb.product)),
  );
  const what = known?.what ?? manufacturer ?? "unknown";
  const found = { path, usb, what, isLikely: known !== undefined };
  return known?.socket ? { ...found, socket: known.socket } : found;
}

/** Whom a socket is right for, in words. */
export const RIGHT_FOR: Readonly<Record<Socket, string>> = {
  bridge: "right for an ESP32 or ESP8266; an ESP32-C3 or ESP32-S3 prints here and does not hear",
  own: "right for an ESP32-C3 or ESP32-S3",
};

/** What boards with an ESP chip carry. */
const KNOWN: readonly { vendor: string; product?: RegExp; what: string; socket?: Socket }[] = [
  { vendor: "10c4", what: "CP210x, a bridge from USB to serial", socket: "bridge" },
  {
    vendor: "1a86",
    product: /^(7523|7522|5523)$/,
    what: "CH340, a bridge from USB to serial",
    socket: "bridge",
  },
  { vendor: "1a86", what: "CH910x or CH34x, a bridge from USB to serial", socket: "bridge" },
  { vendor: "0403", what: "FTDI, a bridge from USB to serial", socket: "bridge" },
  { vendor: "067b", what: "PL2303, a bridge from USB to serial", socket: "bridge" },
  { vendor: "303a", product: /^1001$/, what: "USB JTAG/serial, the chip's own USB", socket: "own" },
  { vendor: "303a", what: "Espressif USB" },
];

function hex(digits: string): string {
  return digits.toLowerCase().replace(/^0x/, "").padStart(4, "0");
}
