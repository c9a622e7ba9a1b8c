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
}

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

export function describe(port: SystemPort): FoundPort {
  const { path, vendorId, productId, manufacturer } = port;
  if (vendorId === undefined) return { path, what: manufacturer ?? "not USB", isLikely: false };
  const usb = { vendor: hex(vendorId), product: hex(productId ?? "0") };
  const known = KNOWN.find(
    ({ vendor, product }) => vendor === usb.vendor && (!product || product.test(usb.product)),
  );
  return { path, usb, what: known?.what ?? manufacturer ?? "unknown", isLikely: known !== undefined };
}

/** What boards with an ESP chip carry. */
const KNOWN: readonly { vendor: string; product?: RegExp; what: string }[] = [
  { vendor: "10c4", what: "CP210x USB to serial: many ESP32 boards" },
  {
    vendor: "1a86",
    product: /^(7523|7522|5523)$/,
    what: "CH340 USB to serial: many ESP32 and ESP8266 boards",
  },
  { vendor: "1a86", what: "CH910x or CH34x USB to serial: many ESP32 boards" },
  { vendor: "0403", what: "FTDI USB to serial" },
  { vendor: "067b", what: "PL2303 USB to serial" },
  { vendor: "303a", product: /^1001$/, what: "Espressif USB serial/JTAG: an ESP32-C3, ESP32-S3 or newer" },
  { vendor: "303a", what: "Espressif USB" },
];

function hex(digits: string): string {
  return digits.toLowerCase().replace(/^0x/, "").padStart(4, "0");
}
