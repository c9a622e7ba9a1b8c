/** `onenet` of a board file: checks beyond the schema, and what the firmware gets. */

import type { Board, Multiprotocol, OneNet, Studio, Suite } from "./board.ts";
import { parseExpiry } from "./expiry.ts";
import {
  mintToken,
  readToken,
  resourceOf,
  timeOf,
  TokenError,
  type Token,
  type TokenMethod,
} from "./token.ts";
import { isObject, quote, type Finding } from "./mistake.ts";
import { checkPing } from "./mqtt.ts";
import { valuesOf } from "./parts.ts";
import { addressFields, checkServers, productServers, type ServerField } from "./servers.ts";
import { inLanguage, t } from "../cli/language.ts";

/** `onenet` with the schema's defaults. */
export type OneNetFile =
  | (Omit<Multiprotocol, "server" | "otherServers" | "tls" | "cleanSession" | "device" | "authInfo"> &
      Partial<Pick<Multiprotocol, "device" | "authInfo">> & { readonly server: ServerField })
  | TokenFile<Suite>
  | TokenFile<Studio>;

/** With a token, or with the key to create one. */
type TokenFile<T extends Suite | Studio> = Omit<T, "server" | "otherServers" | "token" | "cleanSession"> & {
  readonly server?: ServerField;
  readonly token?: string;
  readonly expires: string;
  readonly method: TokenMethod;
};

/** @param now in s since 1970: decides whether a token has expired */
export function* checkOneNet({ onenet }: Record<string, unknown>, now: number): Generator<Finding> {
  if (!isObject(onenet)) return;
  yield* checkPing("onenet", onenet);
  yield* checkServers("onenet", onenet);
  yield* checkProperties(onenet);
  const { generation, token, expires } = onenet;
  if (generation !== "suite" && generation !== "studio") return;
  if (typeof token === "string") yield* checkToken(token, onenet, now);
  else if (typeof expires === "string" && EXPIRES.test(expires) && parseExpiry(expires, now) === undefined)
    yield {
      pointer: "/onenet/expires",
      problem: t`${quote(expires)} is in the past`,
      remedy: t`write a later date, or a time from now such as "+365d"`,
    };
}

/**
 * Fields in a fixed order, so that the same board always gives the same bundle.
 * @param now in s since 1970, for tokens with a relative expiry
 */
export function onenetOf(file: OneNetFile, now: number): OneNet {
  const { port, keepAlive, pingPeriod, qos } = file;
  const address = addressFields(serverOf(file), port);
  const common = { ...address, keepAlive, pingPeriod, qos, cleanSession: true }; // OneNET has no persistent sessions
  switch (file.generation) {
    case "multiprotocol":
      return { generation: file.generation, ...common, tls: false, ...multiprotocolOf(file) };
    case "suite":
      return { generation: file.generation, ...common, tls: file.tls, ...credentialsOf(file, now) };
    case "studio": {
      const { services, event, properties, identifiers = {} } = file;
      const { led = properties.led, ...others } = identifiers;
      const thing = {
        properties: { led, colour: properties.colour },
        services: [...services],
        event,
        ...(Object.keys(others).length === 0 ? {} : { identifiers: others }),
      };
      return { generation: file.generation, ...common, tls: file.tls, ...credentialsOf(file, now), ...thing };
    }
  }
}

function serverOf(file: OneNetFile): ServerField {
  return file.generation === "multiprotocol"
    ? file.server
    : (file.server ?? productServers(file.product, file.tls));
}

/** The identifier of a part's value in the thing model. */
export function identifierOf(onenet: OneNet, value: string): string {
  const given = onenet.generation === "studio" ? onenet.identifiers : undefined;
  return given !== undefined && Object.hasOwn(given, value) ? (given[value] ?? value) : value;
}

/** A property of the thing model and, if it is a struct, a member of it: `air.temperature` is in `air`. */
export function pathOf(identifier: string): readonly [property: string, member?: string] {
  const dot = identifier.indexOf(".");
  return dot < 0 ? [identifier] : [identifier.slice(0, dot), identifier.slice(dot + 1)];
}

/** The members of each property that is a struct. */
export type Structs = ReadonlyMap<string, readonly string[]>;

/** The properties that are structs, with the members that the board has. */
export function structsOf({ onenet, streams, parts = [], led }: Board): Structs {
  const structs = new Map<string, string[]>();
  if (onenet.generation !== "studio") return structs;
  const { properties } = onenet;
  for (const identifier of [
    ...streams.map(({ id }) => id),
    ...parts.flatMap(valuesOf).map(({ id }) => identifierOf(onenet, id)),
    ...(led === undefined ? [] : [properties.led, properties.colour]),
  ]) {
    const [property, member] = pathOf(identifier);
    if (member === undefined) continue;
    const members = structs.get(property) ?? [];
    if (!members.includes(member)) structs.set(property, [...members, member]);
  }
  return structs;
}

/** How long before a token expires to warn about it, in s. */
const WARNING_TIME = 30 * 86_400;

/**
 * A warning if a board's token expires within 30 days.
 * @param now in s since 1970
 */
export function tokenWarning({ onenet }: Board, now: number): string | undefined {
  if (onenet.generation !== "suite" && onenet.generation !== "studio") return undefined;
  const { expires } = readToken(onenet.token);
  if (expires - now >= WARNING_TIME) return undefined;
  const remedy =
    onenet.key === undefined ? t`make a new token with npm run token` : t`choose a later onenet.expires`;
  return t`the token expires at ${timeOf(expires)}, and the board cannot log in after that: ${remedy}, build, and flash`;
}

type Fields = Readonly<Record<string, unknown>>;

/** Also checks boards with schema mistakes, but does not report those again. */
const EXPIRES = /^(\d{4}-\d{2}-\d{2}|\+\d{1,6}[dh])$/;

function* checkProperties({ generation, properties, identifiers }: Fields): Generator<Finding> {
  if (generation !== "studio" || !isObject(properties)) return;
  const { led, colour } = properties;
  yield* unsettable("/onenet/properties/led", led);
  yield* unsettable("/onenet/properties/colour", colour);
  if (isObject(identifiers)) yield* unsettable("/onenet/identifiers/led", identifiers["led"]);
  if (typeof led !== "string" || led !== colour) return;
  yield {
    pointer: "/onenet/properties/colour",
    causes: ["/onenet/properties/led"],
    problem: t`${quote(colour)} is also onenet.properties.led`,
    remedy: t`give each property its own identifier`,
  };
}

/** To Espruino's JSON, as a name of JavaScript's own, it is no member. */
const UNSETTABLE = "__proto__";

/** The identifier of a property that the platform sets has to arrive at the board. */
export function* unsettable(pointer: string, identifier: unknown): Generator<Finding> {
  if (typeof identifier !== "string" || !pathOf(identifier).includes(UNSETTABLE)) return;
  yield {
    pointer,
    causes: ["/onenet/generation"],
    problem: t`${quote(UNSETTABLE)} cannot be set: the board loses that name when it reads a message`,
    remedy: t`choose another identifier, in the thing model too`,
  };
}

function* checkToken(text: string, { product, device }: Fields, now: number): Generator<Finding> {
  const pointer = "/onenet/token";
  let token: Token;
  try {
    token = readToken(text);
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    yield { pointer, problem: inLanguage(error.message), remedy: t`make one with npm run token` };
    return;
  }
  if (typeof product === "string" && typeof device === "string") {
    const resource = resourceOf(product, device);
    if (token.resource !== resource && token.resource !== resourceOf(product))
      yield {
        pointer,
        causes: ["/onenet/product", "/onenet/device"],
        problem: t`opens ${quote(token.resource)}, not ${quote(resource)}`,
        remedy: t`make one for this product and device with npm run token`,
      };
  }
  if (token.expires <= now)
    yield {
      pointer,
      problem: t`expired at ${timeOf(token.expires)}`,
      remedy: t`make a new one with npm run token`,
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
  const expires = parseExpiry(file.expires, now) ?? now; // the checks guarantee it
  return {
    product,
    device,
    token: mintToken({ resource: resourceOf(product, device), expires, method }, key),
    key,
  };
}
