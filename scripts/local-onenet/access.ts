/** Who may log in: the two ways in which devices of OneNET say who they are. */

import type { ConnectPacket } from "aedes";
import { timingSafeEqual } from "node:crypto";
import { TokenError, readToken, resourceOf, verifyToken } from "../lib/token.ts";
import type { DeviceRecord, Registry } from "./devices.ts";
import { printable } from "./text.ts";

/** Why a log-in is refused. */
export interface Refusal {
  readonly why: string;
  readonly returnCode: 4 | 5;
}

export interface Access {
  /** Why a CONNECT is cut off without a CONNACK, if it is. */
  connectFault(packet: ConnectPacket): string | undefined;
  /** The device's name on the platform: see `nameOf`. */
  nameOf(product: string, clientId: string): string;
  /** The device that the credentials open. */
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
        return { why: "the product has no such device", returnCode: 5 };
      }
      const secrets = [record.authInfo, ...(products.get(product)?.apiKeys ?? [])];
      return secrets.some((secret) => isEqual(Buffer.from(secret), password))
        ? record
        : { why: "the password is not right for the device", returnCode: 4 };
    },
  };
}

/** Shortest and longest keep alive of suite and studio, in s. */
const KEEP_ALIVE = { minimum: 10, maximum: 1800 } as const;

/** suite and studio: the password is a token. The platform answers every wrong one with code 4. */
export function tokenAccess({ products, devices }: Registry): Access {
  function opened(name: string, product: string, password: string): DeviceRecord {
    const known = products.get(product);
    if (known === undefined) throw new Error("there is no such product");
    if (known.generation === "multiprotocol") {
      throw new Error("the product is multiprotocol: its devices log in at the other port, with auth info");
    }
    const record = devices.get(name);
    if (record === undefined || record.generation === "multiprotocol") {
      throw new Error("the product has no such device");
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
        // A device key that the registry has wrong is the user's to know, too.
        const hint = error instanceof TokenError && error.fault === "key" ? "in the registry, " : "";
        return { why: hint + printable((error as Error).message, 160), returnCode: 4 };
      }
    },
  };
}

function credentialsFault({ username, password, will }: ConnectPacket, what: string): string | undefined {
  if (username === undefined || password === undefined) {
    return `the user name and password flags are not both set: send the product id and ${what}`;
  }
  return will === undefined ? undefined : "the will flag is set: the platform takes no will";
}

function isEqual(expected: Buffer, given: Buffer): boolean {
  return expected.length === given.length && timingSafeEqual(expected, given);
}
