/**
 * A byte-level client for sending what well-behaved clients never send, and shared parts of the local OneNET's tests.
 */

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { expect } from "vitest";
import {
  startLocalOneNet,
  type Events,
  type LocalOneNet,
  type LocalOneNetOptions,
  type MultiprotocolDevice,
  type ProductRecord,
  type ThingModel,
  type TokenDevice,
} from "../../../scripts/local-onenet/index.ts";
import { mintToken, resourceOf } from "../../../scripts/boards/token.ts";
import type { Limits } from "../../../scripts/local-onenet/limits.ts";

export const LAMP: MultiprotocolDevice = {
  generation: "multiprotocol",
  product: "244754",
  device: "527521926",
  authInfo: "3C71BFC80054",
  title: "lamp",
};
/** Another device of the same product. */
export const SWITCH: MultiprotocolDevice = {
  generation: "multiprotocol",
  product: "244754",
  device: "527521927",
  authInfo: "switch-secret",
};
/** A device of another product. */
export const STRANGER: MultiprotocolDevice = {
  generation: "multiprotocol",
  product: "300000",
  device: "600000001",
  authInfo: "stranger-secret",
};

/** The suite device of the platform's token test vector. */
export const CHIC: TokenDevice = {
  generation: "suite",
  product: "469948",
  device: "Chic_D",
  key: "rs2FaE5BuygJZkWKDA5okKt1RFpwOx53hbu6hwyCS4U=",
};
/** Another suite device of the same product. */
export const NEIGHBOUR: TokenDevice = { ...CHIC, device: "Chic_E", key: "bmVpZ2hib3Vy" };
/** A suite device of another product, with the same name. */
export const NAMESAKE: TokenDevice = { ...CHIC, product: "500000", key: "bmFtZXNha2U=" };
/** A studio device. */
export const HEATER: TokenDevice = {
  generation: "studio",
  product: "9MaNe52pNO",
  device: "heater",
  key: "aGVhdGVy",
};
export const PRODUCT_KEY = "cHJvZHVjdA==";
/** The account of both products with tokens. */
export const ACCOUNT = { user: "337011", key: "YWNjb3VudA==" };

const MODEL: ThingModel = {
  properties: [
    { identifier: "led", accessMode: "rw", dataType: { type: "bool" } },
    {
      identifier: "temperature",
      accessMode: "r",
      dataType: { type: "float", specs: { min: "-40", max: "125" } },
    },
    { identifier: "colour", accessMode: "rw", dataType: { type: "string", specs: { length: "7" } } },
    { identifier: "count", name: "次数", desc: "how often", accessMode: "r", dataType: { type: "int32" } },
  ],
  events: [{ identifier: "overheat", outputData: [{ identifier: "t", dataType: { type: "int32" } }] }],
  services: [
    {
      identifier: "blink",
      input: [{ identifier: "times", dataType: { type: "int32", specs: { min: 1, max: 10 } } }],
      output: [{ identifier: "done", dataType: { type: "bool" } }],
    },
  ],
};

export const PRODUCTS: readonly ProductRecord[] = [
  { generation: "multiprotocol", product: "244754", apiKeys: ["key-of-244754"] },
  { generation: "multiprotocol", product: "300000", apiKeys: ["key-of-300000"] },
  { generation: "suite", product: "469948", key: PRODUCT_KEY, account: ACCOUNT },
  { generation: "studio", product: "9MaNe52pNO", key: PRODUCT_KEY, account: ACCOUNT, thingModel: MODEL },
];

export function startPlatform(
  limits: Partial<Limits> = {},
  more: Pick<LocalOneNetOptions, "strict" | "rateLimits" | "tlsPort"> = {},
): Promise<LocalOneNet> {
  return startLocalOneNet({
    products: PRODUCTS,
    devices: [LAMP, SWITCH, STRANGER, CHIC, NEIGHBOUR, NAMESAKE, HEATER],
    limits,
    ...more,
  });
}

/** The next event with a name. */
export function next<K extends keyof Events>(platform: LocalOneNet, event: K): Promise<Events[K][0]> {
  return once(platform, event).then(([reported]: unknown[]) => reported as Events[K][0]);
}

export interface Wire {
  readonly socket: Socket;
  /** Sends bytes, given in hex or raw. */
  send(bytes: string | Buffer): void;
  /** The next `count` bytes received, in hex; rejects if the connection ends first. */
  read(count: number): Promise<string>;
  /** Resolves when the connection has ended, with the unread bytes in hex. */
  readonly closed: Promise<string>;
}

export async function openWire(port: number, overTls = false): Promise<Wire> {
  const socket = overTls
    ? connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false })
    : connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, overTls ? "secureConnect" : "connect");
  let received = Buffer.alloc(0);
  let ended = false;
  let wake: () => void = () => undefined;
  socket.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    wake();
  });
  socket.on("error", () => undefined);
  const closed = new Promise<string>((resolve) => {
    socket.on("close", () => {
      ended = true;
      wake();
      resolve(received.toString("hex"));
    });
  });
  return {
    socket,
    closed,
    send: (bytes) => void socket.write(typeof bytes === "string" ? hex(bytes) : bytes),
    async read(count) {
      while (received.length < count) {
        if (ended) throw new Error(`the connection ended after ${received.toString("hex")}`);
        await new Promise<void>((resolve) => (wake = resolve));
      }
      const read = received.subarray(0, count).toString("hex");
      received = received.subarray(count);
      return read;
    },
  };
}

/** Bytes from hex; spaces are allowed. */
export function hex(digits: string): Buffer {
  return Buffer.from(digits.replace(/\s/g, ""), "hex");
}

/** A length-prefixed string [MQTT-1.5.3]. */
function field(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

/** A packet from a first byte and a body of at most 16383 bytes. */
export function packet(first: number, ...body: Buffer[]): Buffer {
  const rest = Buffer.concat(body);
  const length: number[] = [];
  for (let left = rest.length; left > 0 || length.length === 0; left >>= 7) {
    length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
  }
  return Buffer.concat([Buffer.from([first, ...length]), rest]);
}

/** A CONNECT; `flags` is its byte of connect flags, `keepAlive` in s. */
export function connectPacket(
  { device, product, password }: { device: string; product: string; password: string },
  { flags = 0xc2, keepAlive = 0, name = "MQTT", level = 4 } = {},
): Buffer {
  const parts = [field(name), Buffer.from([level, flags, keepAlive >> 8, keepAlive & 0xff]), field(device)];
  if (flags & 0x04) parts.push(field("will"), field("gone"));
  if (flags & 0x80) parts.push(field(product));
  if (flags & 0x40) parts.push(field(password));
  return packet(0x10, ...parts);
}

/** A SUBSCRIBE with packet identifier 1, at QoS 0. */
export function subscribePacket(...topics: string[]): Buffer {
  return packet(0x82, hex("0001"), ...topics.map((topic) => Buffer.concat([field(topic), Buffer.alloc(1)])));
}

/** A PUBLISH at QoS 0. */
export function publishPacket(topic: string, payload: Buffer | string, first = 0x30): Buffer {
  return packet(first, field(topic), Buffer.from(payload));
}

/** A `$dp` payload with the correct length. */
export function dpFrame(type: number, json: string | Buffer): Buffer {
  const bytes = Buffer.from(json);
  return Buffer.concat([Buffer.from([type, bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

/** A connection logged in as the device. */
export async function logIn(
  platform: LocalOneNet,
  { device, product, authInfo }: MultiprotocolDevice = LAMP,
  keepAlive = 0,
): Promise<Wire> {
  const wire = await openWire(platform.mqttPort);
  wire.send(connectPacket({ device, product, password: authInfo }, { keepAlive }));
  const connack = await wire.read(4);
  if (connack !== "20020000") throw new Error(`log-in refused: ${connack}`);
  return wire;
}

/** A device's token, valid for an hour. */
export function tokenOf({ product, device, key }: TokenDevice): string {
  const expires = Math.floor(Date.now() / 1000) + 3600;
  return mintToken({ resource: resourceOf(product, device), expires, method: "sha1" }, key);
}

/** A connection logged in as a suite or studio device. */
export async function logInWithToken(platform: LocalOneNet, record: TokenDevice = CHIC): Promise<Wire> {
  const { product, device } = record;
  const wire = await openWire(platform.suitePort);
  wire.send(connectPacket({ device, product, password: tokenOf(record) }, { keepAlive: 120 }));
  const connack = await wire.read(4);
  if (connack !== "20020000") throw new Error(`log-in refused: ${connack}`);
  return wire;
}

/** The next QoS 0 PUBLISH, whose remaining length may have two bytes. */
export async function readMessage(wire: Wire): Promise<{ topic: string; payload: string }> {
  expect(await wire.read(1)).toBe("30");
  const low = parseInt(await wire.read(1), 16);
  const length = low < 128 ? low : low - 128 + 128 * parseInt(await wire.read(1), 16);
  const body = Buffer.from(await wire.read(length), "hex");
  const end = 2 + body.readUInt16BE(0);
  return { topic: body.toString("utf8", 2, end), payload: body.toString("utf8", end) };
}

/** Waits for a ping's answer: everything sent before has then been handled. */
export async function settle(wire: Wire): Promise<void> {
  wire.send("c000");
  expect(await wire.read(2)).toBe("d000");
}
