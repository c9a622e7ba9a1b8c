/** Authentication: the two ways OneNET devices log in. */

import type { ConnectPacket } from "aedes";
import { timingSafeEqual } from "node:crypto";
import { strayIn } from "../boards/stray.ts";
import { TOKEN_METHODS, TokenError, readToken, resourceOf, verifyToken } from "../boards/token.ts";
import type { Doubt } from "./doubts.ts";
import type { DeviceRecord, ProductRecord, Registry, TokenDevice } from "./devices.ts";
import { printable } from "./text.ts";
import { english } from "../cli/language.ts";

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

/** Shortest keep alive of multiprotocol in the platform's document, in s. Published programs use less. */
const DOCUMENTED_KEEP_ALIVE = 120;

/** multiprotocol: the password is the device's auth info or an API key of its product. */
export function multiprotocolAccess({ products, devices }: Registry, doubt: Doubt): Access {
  /** Why the client id and the user name are not those of a device of this port. */
  function deviceFault(name: string, product: string): string {
    const known = products.get(product);
    if (known !== undefined && known.generation !== "multiprotocol") {
      return english`the user name is a product of ${known.generation}: its devices log in on the other port, with a token`;
    }
    if (devices.get(product)?.product === name) return SWAPPED;
    const record = devices.get(name);
    if (record !== undefined) {
      return english`the user name is "${printable(product)}": it should be the device's product, "${record.product}"`;
    }
    const inProduct = [...devices.values()].filter((one) => one.product === product);
    return nameFault(name, product, inProduct) ?? unknownFault(name, product, known !== undefined);
  }

  /** Why the password is not one of the device's `secrets`. */
  function passwordFault(password: Buffer, product: string, isSecret: (given: Buffer) => boolean): string {
    const text = password.toString("utf8");
    const stray = strayIn(text);
    if (stray !== undefined && isSecret(Buffer.from(bare(text)))) {
      return english`the password has ${stray}: remove it`;
    }
    if (text === "") return english`the password is empty: it should be the device's auth info`;
    if (text.startsWith("version=")) {
      return english`the password is a token: a multiprotocol device sends its auth info instead`;
    }
    const other = [...devices.values()].find(
      (one) =>
        one.generation === "multiprotocol" &&
        one.product === product &&
        isEqual(Buffer.from(one.authInfo), password),
    );
    return other === undefined
      ? english`the password is wrong for the device`
      : english`the password is the auth info of another device, "${other.device}"`;
  }

  return {
    connectFault(packet) {
      const { keepalive = 0, clientId } = packet;
      const fault = credentialsFault(packet, english`the auth info`);
      if (fault !== undefined || keepalive >= DOCUMENTED_KEEP_ALIVE) return fault;
      const why = english`the keep alive is ${keepalive} s: the platform's document says ${DOCUMENTED_KEEP_ALIVE} to 65535 s`;
      return doubt(printable(clientId), why) ? why : undefined;
    },
    nameOf: (_product, clientId) => clientId,
    authenticate(name, product, password) {
      const record = devices.get(name);
      if (record?.generation !== "multiprotocol" || record.product !== product) {
        return { why: printable(deviceFault(name, product), 160), returnCode: 5 };
      }
      const secrets = [record.authInfo, ...(products.get(product)?.apiKeys ?? [])];
      const isSecret = (given: Buffer) => secrets.some((secret) => isEqual(Buffer.from(secret), given));
      return isSecret(password) ? record : { why: passwordFault(password, product, isSecret), returnCode: 4 };
    },
  };
}

/** Shortest and longest keep alive of suite and studio, in s. */
const KEEP_ALIVE = { minimum: 10, maximum: 1800 } as const;

/** suite and studio: the password is a token. The platform answers any invalid token with code 4. */
export function tokenAccess({ products, devices }: Registry, doubt: Doubt): Access {
  function opened(name: string, product: string, password: string): DeviceRecord {
    const known = products.get(product);
    const clientId = name.slice(product.length + 1);
    if (known === undefined) throw new Error(productFault(clientId, product));
    if (known.generation === "multiprotocol") {
      throw new Error(
        english`the user name is a product of multiprotocol: its devices log in on the other port, with auth info`,
      );
    }
    const record = devices.get(name);
    if (record === undefined || record.generation === "multiprotocol") {
      throw new Error(deviceFault(clientId, product));
    }
    if (password === record.key || (known.key !== undefined && password === known.key)) {
      throw new Error(english`the password is the key itself: it should be a token created from it`);
    }
    if (password === "") throw new Error(english`the password is empty: it should be a token`);
    const { resource } = readToken(password);
    const ofProduct = resourceOf(product);
    const ofDevice = resourceOf(product, record.device);
    if (resource === ofProduct && known.key === undefined) {
      throw new Error(english`the token's res is ${ofProduct}, but the product has no key in the registry`);
    }
    const isOfProduct = resource === ofProduct;
    try {
      verifyToken(password, isOfProduct ? ofProduct : ofDevice, isOfProduct ? (known.key ?? "") : record.key);
    } catch (error) {
      if (!(error instanceof TokenError) || error.fault !== "sign") throw error;
      throw new Error(signFault(password, isOfProduct, known, record) ?? error.message, { cause: error });
    }
    return record;
  }

  /** Why a user name is no product. */
  function productFault(clientId: string, product: string): string {
    if (product === "") return english`the user name is empty: it should be the product id`;
    if (devices.has(`${clientId}/${product}`)) return SWAPPED;
    if (product === clientId) return english`the user name is the client id: it should be the product id`;
    const owner = [...devices.values()].find((one) => one.device === product && one.device !== clientId);
    if (owner !== undefined) return english`the user name is a device: it should be the product id`;
    return english`the user name is "${printable(product)}": there is no such product${strayHint(english`user name`, product)}`;
  }

  /** Why a client id is no device of a product. */
  function deviceFault(clientId: string, product: string): string {
    const inProduct = [...devices.values()].filter((one) => one.product === product);
    const elsewhere = [...devices.values()].find((one) => one.device === clientId && clientId !== "");
    if (elsewhere !== undefined) {
      return english`the user name is "${product}": the device's product is "${elsewhere.product}"`;
    }
    return nameFault(clientId, product, inProduct) ?? unknownFault(clientId, product, true);
  }

  /** What a wrong sign was made with, if that can be found out. */
  function signFault(
    password: string,
    isOfProduct: boolean,
    { product, key: productKey }: ProductRecord,
    record: TokenDevice,
  ): string | undefined {
    const names = isOfProduct ? english`the product` : english`a device`;
    const key = isOfProduct ? productKey : record.key;
    const made = (what: string) => english`the token's sign was made with ${what}`;
    if (!isOfProduct && isSignedWith(password, productKey)) {
      return english`${made(english`the product's key`)}, but its res names a device: sign with the device's key, or make res ${resourceOf(product)}`;
    }
    if (isOfProduct && isSignedWith(password, record.key)) {
      return english`${made(english`the device's key`)}, but its res names the product`;
    }
    const others = [...devices.values()].filter((one) => one.product === product).slice(0, MAXIMUM_TRIED);
    for (const other of others) {
      if (other.generation !== "multiprotocol" && isSignedWith(password, other.key)) {
        return english`${made(english`the key of another device, "${other.device}"`)}, but its res names ${names}`;
      }
    }
    if (key !== undefined && isSignedWith(password, Buffer.from(key).toString("base64"))) {
      return made(english`the text of the key: decode the key from base64 first`);
    }
    const { method } = readToken(password);
    const used = TOKEN_METHODS.find((one) => {
      const changed = password.replace(`method=${method}`, `method=${one}`);
      return one !== method && isSignedWith(changed, key);
    });
    return used && english`${made(used)}, but its method is ${method}`;
  }

  return {
    connectFault(packet) {
      const { keepalive = 0, clean } = packet;
      const fault = credentialsFault(packet, english`a token`);
      if (fault !== undefined) return fault;
      if (keepalive < KEEP_ALIVE.minimum || keepalive > KEEP_ALIVE.maximum) {
        return english`the keep alive is ${keepalive} s: it should be ${KEEP_ALIVE.minimum} to ${KEEP_ALIVE.maximum} s`;
      }
      if (clean) return undefined;
      const name = printable(`${packet.username ?? ""}/${packet.clientId}`, 160);
      if (doubt(name, english`the session is not clean`)) {
        return english`the session is not clean: set the clean session flag`;
      }
      packet.clean = true; // Nothing is kept for an absent device.
      return undefined;
    },
    nameOf: (product, clientId) => `${product}/${clientId}`,
    authenticate(name, product, password) {
      try {
        return opened(name, product, password.toString("latin1"));
      } catch (error) {
        // A malformed key in the registry is also a user mistake.
        const isInRegistry = error instanceof TokenError && error.fault === "key";
        const fault = printable((error as Error).message, 160);
        return { why: isInRegistry ? english`in the registry, ${fault}` : fault, returnCode: 4 };
      }
    },
  };
}

/** Most devices whose keys are tried on a wrong token: everyone can send one, and each takes time. */
const MAXIMUM_TRIED = 100;

const SWAPPED = english`the client id and the user name are swapped: they should be the device name and the product id`;

/** Whether a token is signed with a key, whenever it expires. */
function isSignedWith(token: string, key: string | undefined): boolean {
  if (key === undefined) return false;
  try {
    verifyToken(token, readToken(token).resource, key, -Infinity);
    return true;
  } catch {
    return false; // It is not, or the key is not base64.
  }
}

function unknownFault(clientId: string, product: string, isProduct: boolean): string {
  if (product === "") return english`the user name is empty: it should be the product id`;
  return isProduct
    ? english`the client id is "${printable(clientId)}": the product has no such device`
    : english`the user name is "${printable(product)}": there is no such product`;
}

/** The likely mistake in an unknown client id, if there is an obvious one. @param known the product's devices */
function nameFault(clientId: string, product: string, known: readonly DeviceRecord[]): string | undefined {
  if (clientId === "") return english`the client id is empty: it should be the device`;
  const isDevice = (id: string) => known.some(({ device }) => device === id);
  const alike = known.find(({ device }) => device.toLowerCase() === clientId.toLowerCase());
  if (alike) return english`the client id is "${printable(clientId)}": the device is "${alike.device}"`;
  const parts = clientId.slice(0, LONGEST_ID).split(/[^\w-]/);
  const device = parts.find((part) => part !== product && isDevice(part));
  if (parts.length > 1 && (device !== undefined || parts.includes(product))) {
    const right = device === undefined ? "" : `, "${device}"`;
    const stray = parts.includes(product) ? undefined : strayIn(clientId);
    return stray === undefined
      ? english`the client id is "${printable(clientId)}": it should be the device alone${right}`
      : english`the client id has ${stray}: it should be the device alone${right}`;
  }
  if (clientId === product) return english`the client id is the product id: it should be the device`;
  return undefined;
}

/** Longest client id to examine: two ids and a separator. */
const LONGEST_ID = 160;

function strayHint(what: string, text: string): string {
  const stray = strayIn(text.slice(0, LONGEST_ID));
  return stray === undefined ? "" : english`: the ${what} has ${stray}`;
}

/** A secret without stray characters around it. */
function bare(text: string): string {
  return text.replace(/^[\s\0"'`]+/u, "").replace(/[\s\0"'`]+$/u, "");
}

function credentialsFault({ username, password, will }: ConnectPacket, what: string): string | undefined {
  if (username === undefined || password === undefined) {
    return english`the user name and password flags are not both set: send the product id and ${what}`;
  }
  return will === undefined ? undefined : english`the will flag is set: the platform does not accept a will`;
}

function isEqual(expected: Buffer, given: Buffer): boolean {
  return expected.length === given.length && timingSafeEqual(expected, given);
}
