/** `onenet` of a board file: what must be right about it beyond its schema, and what the firmware sees of it. */

import type { Board, Multiprotocol, OneNet, Plain, Studio, Suite } from "../../../src/board.ts";
import { parseExpiry } from "../expiry.ts";
import {
  mintToken,
  readToken,
  resourceOf,
  timeOf,
  TokenError,
  type Token,
  type TokenMethod,
} from "../token.ts";
import { isObject, quote, type Finding } from "./mistake.ts";

/** `onenet` after the schema has filled in its defaults. */
export type OneNetFile =
  | (Omit<Multiprotocol, "tls" | "cleanSession" | "device" | "authInfo"> &
      Partial<Pick<Multiprotocol, "device" | "authInfo">>)
  | TokenFile<Suite>
  | TokenFile<Studio>
  | (Omit<Plain, "device" | "userName" | "password"> &
      Partial<Pick<Plain, "device" | "userName" | "password">>);

/** With a token, or with the key that one is made with. */
type TokenFile<T extends Suite | Studio> = Omit<T, "token" | "cleanSession"> & {
  readonly token?: string;
  readonly expires: string;
  readonly method: TokenMethod;
};

/** @param now in s since 1970: whether a token ends is told by it */
export function* checkOneNet({ onenet }: Record<string, unknown>, now: number): Generator<Finding> {
  if (!isObject(onenet)) return;
  yield* checkPing(onenet);
  yield* checkSession(onenet);
  yield* checkProperties(onenet);
  const { generation, token, expires } = onenet;
  if (generation !== "suite" && generation !== "studio") return;
  if (typeof token === "string") yield* checkToken(token, onenet, now);
  else if (typeof expires === "string" && EXPIRES.test(expires) && parseExpiry(expires, now) === undefined)
    yield {
      pointer: "/onenet/expires",
      problem: `${quote(expires)} is no time to come`,
      remedy: 'write a later date, or a time from now such as "+365d"',
    };
}

/**
 * Fields in a fixed order, so that the same board gives the same bundle however its files are written.
 * @param name of the board: the MQTT client identifier of a plain one that has no other
 * @param now in s since 1970, for tokens that end some time from now
 */
export function onenetOf(file: OneNetFile, name: string, now: number): OneNet {
  const { server, port, keepAlive, pingPeriod, qos } = file;
  const cleanSession = file.generation !== "plain" || file.cleanSession; // OneNET keeps none
  const common = { server, port, keepAlive, pingPeriod, qos, cleanSession };
  switch (file.generation) {
    case "multiprotocol":
      return { generation: file.generation, ...common, tls: false, ...multiprotocolOf(file) };
    case "suite":
      return { generation: file.generation, ...common, tls: file.tls, ...credentialsOf(file, now) };
    case "studio": {
      const { led, colour } = file.properties;
      const { services, event } = file;
      const thing = { properties: { led, colour }, services: [...services], event };
      return { generation: file.generation, ...common, tls: file.tls, ...credentialsOf(file, now), ...thing };
    }
    case "plain": {
      const { generation, tls, device = name, userName = "", password = "", topic } = file;
      return { generation, ...common, tls, device, userName, password, topic };
    }
  }
}

/** How long before its end a token is told of, in s. */
const WARNING_TIME = 30 * 86_400;

/**
 * A sentence for who builds a board whose token ends within 30 days.
 * @param now in s since 1970
 */
export function tokenWarning({ onenet }: Board, now: number): string | undefined {
  if (onenet.generation !== "suite" && onenet.generation !== "studio") return undefined;
  const { expires } = readToken(onenet.token);
  if (expires - now >= WARNING_TIME) return undefined;
  const remedy =
    onenet.key === undefined ? "make a new token with npm run token" : "choose a later onenet.expires";
  return `the token ends at ${timeOf(expires)}, and the board cannot log in from then on: ${remedy}, build, and flash`;
}

type Fields = Readonly<Record<string, unknown>>;

/** A board with mistakes of the schema is checked as well; what the schema told of is not told again. */
const EXPIRES = /^(\d{4}-\d{2}-\d{2}|\+\d{1,6}[dh])$/;

function* checkPing({ keepAlive, pingPeriod }: Fields): Generator<Finding> {
  if (!isCount(keepAlive) || !isCount(pingPeriod)) return;
  if (keepAlive === 0 || pingPeriod < keepAlive) return; // 0: the server waits for ever [MQTT 3.1.1, 3.1.2.10]
  yield {
    pointer: "/onenet/pingPeriod",
    causes: ["/onenet/keepAlive"],
    problem: `${pingPeriod} s is not shorter than keepAlive, ${keepAlive} s`,
    remedy: keepAlive > 1 ? `write less than ${keepAlive}` : "make keepAlive longer",
  };
}

function* checkSession({ generation, qos, cleanSession }: Fields): Generator<Finding> {
  if (generation !== "plain" || qos !== 2 || cleanSession !== true) return;
  yield {
    pointer: "/onenet/cleanSession",
    causes: ["/onenet/qos"],
    problem: "true, but QoS 2 needs a session that outlives the connection",
    remedy: "write false, or choose another qos",
  };
}

function* checkProperties({ generation, properties }: Fields): Generator<Finding> {
  if (generation !== "studio" || !isObject(properties)) return;
  const { led, colour } = properties;
  if (typeof led !== "string" || led !== colour) return;
  yield {
    pointer: "/onenet/properties/colour",
    causes: ["/onenet/properties/led"],
    problem: `${quote(colour)} is also onenet.properties.led`,
    remedy: "give each property its own identifier",
  };
}

function* checkToken(text: string, { product, device }: Fields, now: number): Generator<Finding> {
  const pointer = "/onenet/token";
  let token: Token;
  try {
    token = readToken(text);
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    yield { pointer, problem: error.message, remedy: "make one with npm run token" };
    return;
  }
  if (typeof product === "string" && typeof device === "string") {
    const resource = resourceOf(product, device);
    if (token.resource !== resource && token.resource !== resourceOf(product))
      yield {
        pointer,
        causes: ["/onenet/product", "/onenet/device"],
        problem: `opens ${quote(token.resource)}, not ${quote(resource)}`,
        remedy: "make one for this product and device with npm run token",
      };
  }
  if (token.expires <= now)
    yield {
      pointer,
      problem: `ended at ${timeOf(token.expires)}`,
      remedy: "make a new one with npm run token",
    };
}

function multiprotocolOf(file: Extract<OneNetFile, { generation: "multiprotocol" }>) {
  const { product, device = "", authInfo = "", topics, registration } = file;
  const common = { product, device, authInfo, topics: [...topics] };
  if (registration === undefined) return common;
  const { code, sn, title, server, port } = registration;
  return { ...common, registration: { code, sn, title, server, port } };
}

function credentialsOf(file: TokenFile<Suite> | TokenFile<Studio>, now: number) {
  const { product, device, key, token, method } = file;
  if (key === undefined) return { product, device, token: token ?? "" };
  const expires = parseExpiry(file.expires, now) ?? now; // the checks have seen to it
  return {
    product,
    device,
    token: mintToken({ resource: resourceOf(product, device), expires, method }, key),
    key,
  };
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65535;
}
