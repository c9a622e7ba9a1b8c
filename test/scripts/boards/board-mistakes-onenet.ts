/** Possible mistakes in `onenet` of a board file, and the exact lines that report them. */

import { mintToken, resourceOf } from "../../../scripts/boards/token.ts";
import { kitchen, type Case } from "./board-case.ts";
import { COMPLETE, KEY, NOW, STUDIO, SUITE } from "./board-folder.ts";

const BASES = { suite: SUITE, studio: STUDIO };

/** `kitchen.json` on top of a complete board of a generation. */
function of(base: keyof typeof BASES, title: string, fields: object, ...lines: string[]): Case {
  const files = { "kitchen.json": { extends: base, ...fields }, [`${base}.json`]: BASES[base] };
  return { title: `${base}: ${title}`, files, lines: lines.map((line) => `boards/kitchen.json: ${line}`) };
}

/** `kitchen.json` alone, with this `onenet`. */
function alone(title: string, onenet: object, ...lines: string[]): Case {
  const files = { "kitchen.json": { ...COMPLETE, onenet } };
  return { title, files, lines: lines.map((line) => `boards/kitchen.json: ${line}`) };
}

function token(resource: string, expires = NOW + 1): string {
  return mintToken({ resource, expires, method: "sha1" }, KEY);
}

const FITTING = token(resourceOf("469948", "Chic_D"));

export const GENERATIONS: readonly Case[] = [
  ...(["suite", "studio"] as const).map((generation) =>
    alone(
      `${generation} alone`,
      { generation },
      `onenet.product: is missing; add it, for example "product": "${generation === "suite" ? "123456" : "your-product"}"`,
      'onenet.device: is missing; add it, for example "device": "your-device"',
      'onenet.key: is missing; add it, for example "key": "eW91ci1kZXZpY2UtYWNjZXNzLWtleS1oZXJl"',
    ),
  ),
  alone(
    "multiprotocol alone",
    { generation: "multiprotocol" },
    'onenet.product: is missing; add it, for example "product": "123456"',
    'onenet.device: is missing; add it, for example "device": "1234567890"',
    'onenet.authInfo: is missing; add it, for example "authInfo": "your-auth-info"',
  ),
  kitchen(
    "fields of other generations in multiprotocol",
    { onenet: { tls: false, key: "hunter2", services: [], userName: "a", topic: "b" } },
    'boards/kitchen.json: onenet.tls: is only for "generation": "suite" or "studio"; remove it',
    'boards/kitchen.json: onenet.key: is only for "generation": "suite" or "studio"; remove it',
    'boards/kitchen.json: onenet.services: is only for "generation": "studio"; remove it',
    'boards/kitchen.json: onenet.userName: is only for "mqtt"; remove it; for a broker other than OneNET, use "mqtt" in place of "onenet"',
    'boards/kitchen.json: onenet.topic: is only for "mqtt"; remove it; for a broker other than OneNET, use "mqtt" in place of "onenet"',
  ),
  of(
    "suite",
    "fields of other generations",
    { onenet: { authInfo: "hunter2", event: "a", tocken: "hunter2" } },
    'onenet.authInfo: is only for "generation": "multiprotocol"; remove it',
    'onenet.event: is only for "generation": "studio"; remove it',
    'onenet.tocken: is an unknown field; did you mean "token"?',
  ),
  kitchen(
    "another generation takes nothing of the base's identity",
    { onenet: { generation: "suite" } },
    'boards/kitchen.json: onenet.product: is missing; add it, for example "product": "123456"',
    'boards/kitchen.json: onenet.device: is missing; add it, for example "device": "your-device"',
    'boards/kitchen.json: onenet.key: is missing; add it, for example "key": "eW91ci1kZXZpY2UtYWNjZXNzLWtleS1oZXJl"',
  ),
  {
    title: "a keep alive of the base that does not fit the generation",
    files: {
      "kitchen.json": { extends: "a", onenet: SUITE.onenet },
      "a.json": { extends: "base", onenet: { keepAlive: 5, pingPeriod: 2 } },
    },
    lines: [
      "boards/kitchen.json: onenet.keepAlive: 5 is out of range (keepAlive is from boards/a.json); write a whole number from 10 to 1800",
    ],
  },
  of(
    "suite",
    "QoS 2",
    { onenet: { qos: 2, cleanSession: true } },
    'onenet.cleanSession: is only for "mqtt"; remove it; for a broker other than OneNET, use "mqtt" in place of "onenet"',
    "onenet.qos: 2 is unknown; choose one of 0, 1",
  ),
  of(
    "studio",
    "keep alive",
    { onenet: { keepAlive: 1801 } },
    "onenet.keepAlive: 1801 is out of range; write a whole number from 10 to 1800",
  ),
  of(
    "suite",
    "types",
    { onenet: { port: "1883", tls: "yes", product: 1, method: "sha512", qos: 2 } },
    "onenet.tls: is text; write true or false without quotes, for example false",
    "onenet.port: is text; write a whole number without quotes, for example 1883",
    'onenet.product: is a number; write text in double quotes, for example "123456"',
    'onenet.method: "sha512" is unknown; choose one of "sha1", "sha256", "md5"',
    "onenet.qos: 2 is unknown; choose one of 0, 1",
  ),
  of(
    "suite",
    "TLS on an ESP8266",
    { chip: "esp8266", onenet: { tls: true } },
    "onenet.tls: Espruino for ESP8266 has no TLS; remove it, or write false",
  ),
];

export const REGISTRATION: readonly Case[] = [
  kitchen(
    "a device that has an id",
    { onenet: { registration: { code: "a" }, device: "1", authInfo: "hunter2" } },
    "boards/kitchen.json: onenet.device: is not for a board with registration; remove one of them",
    "boards/kitchen.json: onenet.authInfo: is not for a board with registration; remove one of them",
  ),
  kitchen(
    "no code",
    { onenet: { registration: {} } },
    'boards/kitchen.json: onenet.registration.code: is missing; add it, for example "code": "your-registration-code"',
  ),
  kitchen(
    "no object",
    { onenet: { registration: "hunter2" } },
    'boards/kitchen.json: onenet.registration: is text; write an object { … }, for example {"code":"your-registration-code"}',
  ),
  kitchen(
    "fields",
    {
      onenet: {
        registration: {
          code: "hunter2 ?",
          sn: "x".repeat(65),
          title: "灯".repeat(22),
          server: "http://a",
          port: 0,
          mac: "",
        },
      },
    },
    'boards/kitchen.json: onenet.registration.mac: is an unknown field; choose one of "code", "sn", "title", "server", "port"',
    "boards/kitchen.json: onenet.registration.code: is not valid; use letters, digits, _ and - only",
    "boards/kitchen.json: onenet.registration.sn: is 65 bytes long in UTF-8; use at most 64",
    "boards/kitchen.json: onenet.registration.title: is 66 bytes long in UTF-8; use at most 64",
    'boards/kitchen.json: onenet.registration.server: "http://a" is not valid; write only a host name or an IPv4 address, without mqtt:// or a port',
    "boards/kitchen.json: onenet.registration.port: 0 is out of range; write a whole number from 1 to 65535",
  ),
];

export const TOKENS: readonly Case[] = [
  of(
    "suite",
    "names",
    { onenet: { product: "", device: "Chic D" } },
    "onenet.product: is empty; write at least one character",
    'onenet.device: "Chic D" is not valid; use letters, digits, _ and - only',
  ),
  ...[
    [`${KEY} `, "a space at its end"],
    [`"${KEY}"`, "quotation marks around it"],
    [`${KEY}\r\n`, "a line ending (CR LF) at its end"],
    [`${KEY.slice(0, 4)}\n${KEY.slice(4)}`, "a line feed in it"],
  ].map(([key, stray]) =>
    of(
      "suite",
      `a key that has ${stray ?? ""}`,
      { onenet: { key } },
      `onenet.key: has ${stray ?? ""}; copy the whole access key, which is base64, including the = at the end`,
    ),
  ),
  ...["hunter2", "aHVudGVyMg", "aHVudGVyMh=="].map((key, index) =>
    of(
      "suite",
      `a key that is not base64 (${index})`,
      { onenet: { key } },
      "onenet.key: is not valid; copy the whole access key, which is base64, including the = at the end",
    ),
  ),
  of("suite", "no key", { onenet: { key: "" } }, "onenet.key: is empty; write at least one character"),
  of(
    "suite",
    "how long",
    { onenet: { expires: "365" } },
    'onenet.expires: "365" is not valid; write a date such as "2027-12-31", or a time from now such as "+365d" or "+12h"',
  ),
  ...["2025-12-31", "2026-02-30", "+0h"].map((expires) =>
    of(
      "suite",
      `a token that ends ${expires}`,
      { onenet: { expires } },
      `onenet.expires: "${expires}" is in the past; write a later date, or a time from now such as "+365d"`,
    ),
  ),
  of(
    "suite",
    "token and key",
    { onenet: { token: FITTING, key: KEY, expires: "+1d", method: "md5" } },
    "onenet.key: is not for a board with token; remove one of them",
    "onenet.expires: is not for a board with token; remove one of them",
    "onenet.method: is not for a board with token; remove one of them",
  ),
  of(
    "suite",
    "the token of another device",
    { onenet: { token: token("products/469948/devices/Chic_E") } },
    'onenet.token: opens "products/469948/devices/Chic_E", not "products/469948/devices/Chic_D"; make one for this product and device with npm run token',
  ),
  of(
    "studio",
    "the token of another product, ended",
    { onenet: { token: token("products/469949", NOW) } },
    'onenet.token: opens "products/469949", not "products/469948/devices/Chic_D"; make one for this product and device with npm run token',
    "onenet.token: expired at 2026-01-01 00:00:00 UTC; make a new one with npm run token",
  ),
  {
    title: "the token of a base, and another device",
    files: {
      "kitchen.json": { extends: "a", onenet: { device: "Chic_E" } },
      "a.json": { extends: "suite", onenet: { token: FITTING } },
      "suite.json": SUITE,
    },
    lines: [
      'boards/kitchen.json: onenet.token: opens "products/469948/devices/Chic_D", not "products/469948/devices/Chic_E" (token is from boards/a.json); make one for this product and device with npm run token',
    ],
  },
  of(
    "suite",
    "no token",
    { onenet: { token: "hunter2" } },
    "onenet.token: the token has no version; its fields are version, res, et, method, sign; make one with npm run token",
  ),
  of(
    "suite",
    "a long token",
    { onenet: { token: "hunter2".repeat(100) } },
    "onenet.token: a token has at most 512 characters; make one with npm run token",
  ),
];

export const THING_MODEL: readonly Case[] = [
  of(
    "studio",
    "identifiers",
    { onenet: { properties: { led: "led-1", colour: "" }, services: ["blink", "on", "on"], event: "a b" } },
    'onenet.properties.led: "led-1" is not valid; use 1–30 letters, digits and _, as in the thing model, or two such names with a dot for a member of a struct',
    "onenet.properties.colour: is empty; write at least one character",
    "onenet.services[2]: duplicates entry [1]; remove one of them",
    'onenet.event: "a b" is not valid; use letters, digits and _ only, as in the thing model',
    'onenet.services[0]: "blink" is not a built-in command; choose one of "on", "off", "toggle"; define your own in boards/<name>.ts (docs/own-code.md)',
  ),
  of(
    "studio",
    "long identifiers",
    { onenet: { properties: { led: "a".repeat(31), lamp: "led" } } },
    'onenet.properties.lamp: is an unknown field; choose one of "led", "colour"',
    'onenet.properties.led: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is not valid; use 1–30 letters, digits and _, as in the thing model, or two such names with a dot for a member of a struct',
  ),
  of(
    "studio",
    "one identifier twice",
    { onenet: { properties: { led: "colour" } } },
    'onenet.properties.colour: "colour" is also onenet.properties.led; give each property its own identifier',
  ),
];

export const STREAMS: readonly Case[] = [
  of(
    "suite",
    "frames",
    {
      streams: [
        { id: "a", source: "led", dpType: 3 },
        { id: "b", source: "led", dpType: 7, number: 1 },
        { id: "c", source: "led", number: 1 },
      ],
    },
    'streams[0].dpType: is only for "generation": "multiprotocol"; remove it',
    'streams[1].dpType: is only for "generation": "multiprotocol"; remove it',
    'streams[1].number: is only for "generation": "multiprotocol"; remove it',
    'streams[2].number: is only for "generation": "multiprotocol"; remove it',
  ),
  of(
    "suite",
    "a truth value",
    { streams: [{ id: "a", source: "lit" }] },
    'streams[0].source: "lit" is true or false, which suite does not take; choose another source, for example "led"',
  ),
  kitchen(
    "a truth value as a number",
    { streams: [{ id: "a", source: "lit", dpType: 7, number: 1 }] },
    'boards/kitchen.json: streams[0].dpType: 7 is for numbers, but "lit" is true or false; choose another dpType',
  ),
  of(
    "studio",
    "names",
    {
      streams: [
        { id: "温度", source: "led" },
        { id: "a".repeat(31), source: "led" },
        { id: "a-b", source: "led" },
      ],
    },
    'streams[0].id: "温度" is not a valid thing model identifier; use 1–30 letters, digits and _, or two such names with a dot for a member of a struct',
    'streams[1].id: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is not a valid thing model identifier; use 1–30 letters, digits and _, or two such names with a dot for a member of a struct',
    'streams[2].id: "a-b" is not a valid thing model identifier; use 1–30 letters, digits and _, or two such names with a dot for a member of a struct',
  ),
  {
    title: "streams of a base that do not fit the generation",
    files: {
      "kitchen.json": { extends: "a", onenet: { ...STUDIO.onenet } },
      "a.json": { extends: "base", streams: [{ id: "温度", source: "led", dpType: 1 }] },
    },
    lines: [
      'boards/kitchen.json: streams[0].id: "温度" is not a valid thing model identifier (id is from boards/a.json); use 1–30 letters, digits and _, or two such names with a dot for a member of a struct',
    ],
  },
];
