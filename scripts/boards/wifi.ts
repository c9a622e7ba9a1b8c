/** `wifi` of a board file: one network, or a list in the order of preference. */

import type { Board, Chip, Network, RadioText } from "./board.ts";
import { CHIPS } from "./chips.ts";
import { child, fieldOf, isObject, quote, type Finding } from "./mistake.ts";
import { t } from "../cli/language.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A network of a board file. */
export interface NetworkFile {
  readonly ssid: RadioText;
  readonly password: RadioText;
  readonly ip?: string;
  readonly gateway?: string;
  readonly netmask?: string;
  readonly dns?: string;
}

/** `wifi` of a board file. */
export type WifiFile = NetworkFile | readonly NetworkFile[];

const NETMASK = "255.255.255.0";

/** All networks of a board, in the order of preference. */
export function networksOf({ wifi, otherNetworks = [] }: Board): readonly Network[] {
  return [wifi, ...otherNetworks];
}

/** The bytes of a name or a password, as they travel by radio. */
export function radioBytes(text: RadioText): Buffer {
  return typeof text === "string" ? Buffer.from(text, "utf8") : Buffer.from(text.hex, "hex");
}

/** An access point for each network, for a virtual board. */
export function accessPointsOf(board: Board): { readonly ssid: RadioText; readonly password?: RadioText }[] {
  return networksOf(board).map(({ ssid, password }) => ({ ssid, ...(password === "" ? {} : { password }) }));
}

/** A name or a password for people; one in another encoding is not readable. */
export function readable(text: RadioText): string {
  return radioBytes(text).toString("utf8");
}

/** What {@link Board} has for a board file's `wifi`. */
export function networkFields(wifi: WifiFile): Pick<Board, "wifi" | "otherNetworks"> {
  const [first, ...others] = (
    Array.isArray(wifi) ? (wifi as readonly NetworkFile[]) : [wifi as NetworkFile]
  ).map(networkOf);
  if (first === undefined) throw new Error("a checked board has a network");
  return { wifi: first, ...(others.length === 0 ? {} : { otherNetworks: others }) };
}

function networkOf({ ssid, password, ip, gateway, netmask = NETMASK, dns }: NetworkFile): Network {
  const common = { ssid, password };
  if (ip === undefined || gateway === undefined) return common;
  // Home routers answer for names, too.
  return { ...common, address: { ip, gateway, netmask, dns: dns ?? gateway } };
}

/** Checks beyond the schema. */
export function* checkWifi({ wifi, chip }: Fields): Generator<Finding> {
  if (!Array.isArray(wifi)) {
    if (isObject(wifi)) yield* checkAddress("/wifi", wifi, chip);
    return;
  }
  const seen = new Map<string, string>();
  for (const [index, network] of (wifi as unknown[]).entries()) {
    if (!isObject(network)) continue;
    const pointer = child("/wifi", index);
    yield* checkAddress(pointer, network, chip);
    const name = nameOf(network["ssid"]);
    const other = name === undefined ? undefined : seen.get(name);
    if (name === undefined) continue;
    if (other === undefined) seen.set(name, `${pointer}/ssid`);
    else
      yield {
        pointer: `${pointer}/ssid`,
        causes: [other],
        problem: t`is also the name of ${fieldOf(other.replace(/\/ssid$/, ""))}`,
        remedy: t`remove one of them: a board joins any access point with that name`,
      };
  }
}

function nameOf(ssid: unknown): string | undefined {
  if (typeof ssid === "string") return radioBytes(ssid).toString("hex");
  return isObject(ssid) && typeof ssid["hex"] === "string" ? ssid["hex"].toLowerCase() : undefined;
}

function* checkAddress(pointer: string, network: Fields, chip: unknown): Generator<Finding> {
  const { ip, gateway, netmask = NETMASK } = network;
  if (ip === undefined) {
    for (const field of ["gateway", "netmask", "dns"])
      if (network[field] !== undefined)
        yield {
          pointer: `${pointer}/${field}`,
          problem: t`is only for a board with an address of its own`,
          remedy: t`add "ip", or remove it`,
        };
    return;
  }
  if (typeof chip === "string" && Object.hasOwn(CHIPS, chip) && chip !== "esp8266")
    yield {
      pointer: `${pointer}/ip`,
      causes: ["/chip"],
      problem: t`Espruino cannot set an address on ${CHIPS[chip as Chip].title}: its Wifi.setIP does nothing`,
      remedy: t`remove it, and have the router always give the board the same address`,
    };
  if (gateway === undefined)
    yield {
      pointer: `${pointer}/gateway`,
      causes: [`${pointer}/ip`],
      problem: t`is missing`,
      remedy: t`add the address of the router`,
    };
  const [own, router, mask] = [ip, gateway, netmask].map(numberOf);
  if (own === undefined || mask === undefined) return;
  const hosts = ~mask >>> 0;
  if ((hosts & (hosts + 1)) !== 0 || hosts < 3) {
    yield {
      pointer: `${pointer}/netmask`,
      problem: t`${quote(netmask)} is not a netmask`,
      remedy: t`most home networks have ${NETMASK}`,
    };
    return;
  }
  if ((own & hosts) === 0 || (own & hosts) >>> 0 === hosts)
    yield {
      pointer: `${pointer}/ip`,
      causes: [`${pointer}/netmask`],
      problem: t`${quote(ip)} is the address of the network itself`,
      remedy: t`choose another number at its end`,
    };
  if (router === undefined) return;
  if (own === router)
    yield {
      pointer: `${pointer}/ip`,
      causes: [`${pointer}/gateway`],
      problem: t`${quote(ip)} is also the gateway's`,
      remedy: t`choose an address that no other device has`,
    };
  else if ((own & mask) !== (router & mask))
    yield {
      pointer: `${pointer}/gateway`,
      causes: [`${pointer}/ip`, `${pointer}/netmask`],
      problem: t`${quote(gateway)} is not in the network of ${quote(ip)}`,
      remedy: t`correct one of ip, gateway and netmask`,
    };
}

/** An IPv4 address as a number; undefined for anything else. */
function numberOf(address: unknown): number | undefined {
  if (typeof address !== "string" || !/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return undefined;
  return address.split(".").reduce((number, part) => number * 256 + Number(part), 0);
}
