/** The vocabulary of `require("Wifi")`: why connections fail, and checks of its arguments. */
import type { ChipFacts } from "./chips.ts";
import { EspruinoError } from "./realm.ts";
import { typeName } from "./target.ts";

/** Bytes of a network's name and of a password that reach the driver: each loses one to the end of a C string. */
const SSID_LENGTH = 31;
const PASSWORD_LENGTH = 63;
/** Likewise for a time server's name. */
export const SERVER_LENGTH = 63;

/** IEEE 802.11 reasons, and Espressif's own from 200: number, Espruino's name, the ESP8266's text and status. */
export const REASONS = {
  left: { code: 8, name: "ASSOC_LEAVE", text: "assoc_leave", status: "off" },
  wrongPassword: {
    code: 15,
    name: "4WAY_HANDSHAKE_TIMEOUT",
    text: "4way_handshake_timeout",
    status: "bad_password",
  },
  // The ESP8266's texts are off by one from 200 on: its table starts one entry late.
  beaconLost: { code: 200, name: "BEACON_TIMEOUT", text: "cipher_suite_rejected", status: "connecting" },
  notFound: { code: 201, name: "NO_AP_FOUND", text: "beacon_timeout", status: "no_ap_found" },
} as const;

export type Reason = (typeof REASONS)[keyof typeof REASONS];

export function cut({ ssid, password }: { ssid: string; password: string }): {
  ssid: string;
  password: string;
} {
  return { ssid: ssid.slice(0, SSID_LENGTH), password: password.slice(0, PASSWORD_LENGTH) };
}

/** The zone must be text as in the TZ variable; on the ESP8266, hours ahead of UTC. */
export function checkZone(zone: unknown, chip: ChipFacts): void {
  if (!chip.asynchronous) {
    if (typeof zone !== "string") throw new EspruinoError("Zone is not a string");
  } else if (typeof zone !== "number") throw new EspruinoError("Zone is not a number");
  else if (Math.trunc(zone) < -11 || Math.trunc(zone) > 13)
    throw new EspruinoError("Zone must be in range -11..13");
}

/** `Wifi.setIP`'s settings. */
export function checkAddress(settings: unknown): { ip: string; netmask: string; gw: string } {
  if (typeof settings !== "object" || settings === null)
    throw new EspruinoError(`Expecting Object, got ${typeName(settings)}`);
  const { ip, gw, netmask } = settings as Readonly<Record<string, unknown>>;
  return {
    ip: checkedIp(ip, "IP address"),
    gw: checkedIp(gw, "Gateway address"),
    netmask: checkedIp(netmask, "Netmask"),
  };
}

function checkedIp(address: unknown, what: string): string {
  if (address !== undefined && typeof address !== "string")
    throw new EspruinoError(`Expecting Object, got ${typeName(address)}`);
  if (address === undefined || !/^\d{1,3}(\.\d{1,3}){3}$/.test(address) || address === "0.0.0.0")
    throw new EspruinoError(`Not a valid ${what}`);
  return address;
}

export function checkCallback(done: unknown): unknown {
  if (done === undefined || done === null || typeof done === "function") return done;
  throw new EspruinoError(`Expecting callback function but got ${typeName(done)}`);
}
