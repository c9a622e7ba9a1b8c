/** Authentication: the two ways OneNET devices log in. */

import type { ConnectPacket } from "aedes";
import { timingSafeEqual } from "node:crypto";
import { strayIn } from "../boards/stray.ts";
import { TokenError, readToken, resourceOf, verifyToken } from "../boards/token.ts";
import type { DeviceRecord, Registry } from "./devices.ts";
import { printable } from "./text.ts";

/** Why a log-in was refused. */
export interface Refusal {
  readonly why: string;
  readonly returnCode: 4 | 5;
}

export interface Access {
  /** The reason to cut a CONNECT off without a CONNACK; undefined if there is none. */
  connectFault(packet: ConnectPacket): string | undefined;
  /** The device's name on the platform: see `nameOf`. */
  nameOf(product: string, clientId: string): string;
  /** The device the credentials belong to. */
  authenticate(name: string, product: string, password: Buffer): DeviceRecord | Refusal;
}

/** multiprotocol: the password is the device's auth info or an API key of its product. */
export function multiprotocolAccess({ products, devices }: Registry): Access {
  return {
    connectFault: (packet) => credentialsFault(packet, "the auth info"),
    nameOf: (_product, clientId) => clientId,
    authenticate(name, product, password) {
      const record = devices.get(name);
      if (record?.generation !== "multiprotocol" || record.product !== product) {
        const isDevice = (id: string) => devices.get(id)?.product === product;
        const why = nameFault(name, product, isDevice) ?? "the product has no such device";
        return { why, returnCode: 5 };
      }
      const secrets = [record.authInfo, ...(products.get(product)?.apiKeys ?? [])];
      const isSecret = (given: Buffer) => secrets.some((secret) => isEqual(Buffer.from(secret), given));
      if (isSecret(password)) return record;
      const text = password.toString("utf8");
      const stray = strayIn(text);
      const why =
        stray !== undefined && isSecret(Buffer.from(bare(text)))
          ? `the password has ${stray}: remove it`
          : "the password is wrong for the device";
      return { why, returnCode: 4 };
    },
  };
}

/** Shortest and longest keep alive of suite and studio, in s. */
const KEEP_ALIVE = { minimum: 10, maximum: 1800 } as const;

/** suite and studio: the password is a token. The platform answers any invalid token with code 4. */
export function tokenAccess({ products, devices }: Registry): Access {
  function opened(name: string, product: string, password: string): DeviceRecord {
    const known = products.get(product);
    const clientId = name.slice(product.length + 1);
    const isDevice = (id: string) => devices.has(`${product}/${id}`);
    if (known === undefined) {
      const isSwapped = devices.has(`${clientId}/${product}`);
      throw new Error(isSwapped ? SWAPPED : `there is no such product${strayHint("user name", product)}`);
    }
    if (known.generation === "multiprotocol") {
      throw new Error("the product is multiprotocol: its devices log in on the other port, with auth info");
    }
    const record = devices.get(name);
    if (record === undefined || record.generation === "multiprotocol") {
      throw new Error(nameFault(clientId, product, isDevice) ?? "the product has no such device");
    }
    if (password === record.key || (known.key !== undefined && password === known.key)) {
      throw new Error("the password is the key itself: it should be a token created from it");
    }
    const ofProduct = resourceOf(product);
    const ofDevice = resourceOf(product, record.device);
    const isOfProduct = readToken(password).resource === ofProduct && known.key !== undefined;
    verifyToken(password, isOfProduct ? ofProduct : ofDevice, isOfProduct ? (known.key ?? "") : record.key);
    return record;
  }

  return {
    connectFault(packet) {
      const { keepalive = 0, clean } = packet;
      const fault = credentialsFault(packet, "a token");
      if (fault !== undefined) return fault;
      if (keepalive < KEEP_ALIVE.minimum || keepalive > KEEP_ALIVE.maximum) {
        return `the keep alive is ${keepalive} s: it should be ${KEEP_ALIVE.minimum} to ${KEEP_ALIVE.maximum} s`;
      }
      return clean ? undefined : "the session is not clean: set the clean session flag";
    },
    nameOf: (product, clientId) => `${product}/${clientId}`,
    authenticate(name, product, password) {
      try {
        return opened(name, product, password.toString("latin1"));
      } catch (error) {
        // A malformed key in the registry is also a user mistake.
        const hint = error instanceof TokenError && error.fault === "key" ? "in the registry, " : "";
        return { why: hint + printable((error as Error).message, 160), returnCode: 4 };
      }
    },
  };
}

const SWAPPED =
  "the client id and the user name are swapped: they should be the device name and the product id";

/** The likely mistake in an unknown client id, if there is an obvious one. */
function nameFault(clientId: string, product: string, isDevice: (id: string) => boolean): string | undefined {
  const parts = clientId.slice(0, LONGEST_ID).split(/[^\w-]/);
  const device = parts.find((part) => part !== product && isDevice(part));
  if (parts.length > 1 && (device !== undefined || parts.includes(product))) {
    const right = device === undefined ? "" : `, "${device}"`;
    const stray = parts.includes(product) ? undefined : strayIn(clientId);
    return stray === undefined
      ? `the client id is "${printable(clientId)}": it should be the device alone${right}`
      : `the client id has ${stray}: it should be the device alone${right}`;
  }
  if (clientId === product) return "the client id is the product id: it should be the device";
  return undefined;
}

/** Longest client id to examine: two ids and a separator. */
const LONGEST_ID = 160;

function strayHint(what: string, text: string): string {
  const stray = strayIn(text.slice(0, LONGEST_ID));
  return stray === undefined ? "" : `: the ${what} has ${stray}`;
}

/** A secret without stray characters around it. */
function bare(text: string): string {
  return text.replace(/^[\s\0"'`]+/u, "").replace(/[\s\0"'`]+$/u, "");
}

function credentialsFault({ username, password, will }: ConnectPacket, what: string): string | undefined {
  if (username === undefined || password === undefined) {
    return `the user name and password flags are not both set: send the product id and ${what}`;
  }
  return will === undefined ? undefined : "the will flag is set: the platform does not accept a will";
}

function isEqual(expected: Buffer, given: Buffer): boolean {
  return expected.length === given.length && timingSafeEqual(expected, given);
}
