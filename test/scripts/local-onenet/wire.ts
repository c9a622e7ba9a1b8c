/** A client that speaks in bytes, for tests of what well-behaved clients never send; and what tests of the local OneNET share. */

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import {
  startLocalOneNet,
  type DeviceRecord,
  type Events,
  type LocalOneNet,
} from "../../../scripts/local-onenet/index.ts";
import type { Limits } from "../../../scripts/local-onenet/limits.ts";

export const LAMP: DeviceRecord = {
  generation: "multiprotocol",
  product: "244754",
  device: "527521926",
  authInfo: "3C71BFC80054",
  title: "lamp",
  apiKeys: ["key-of-244754"],
};
/** Another device of the same product. */
export const SWITCH: DeviceRecord = {
  generation: "multiprotocol",
  product: "244754",
  device: "527521927",
  authInfo: "switch-secret",
};
/** A device of another product. */
export const STRANGER: DeviceRecord = {
  generation: "multiprotocol",
  product: "300000",
  device: "600000001",
  authInfo: "stranger-secret",
  apiKeys: ["key-of-300000"],
};

export function startPlatform(limits: Partial<Limits> = {}): Promise<LocalOneNet> {
  return startLocalOneNet({ devices: [LAMP, SWITCH, STRANGER], limits });
}

/** The next event of a name. */
export function next<K extends keyof Events>(platform: LocalOneNet, event: K): Promise<Events[K][0]> {
  return once(platform, event).then(([told]: unknown[]) => told as Events[K][0]);
}

export interface Wire {
  readonly socket: Socket;
  /** Sends bytes, written in hex or as they are. */
  send(bytes: string | Buffer): void;
  /** The next `count` bytes that came, in hex; rejects when the connection ends before. */
  read(count: number): Promise<string>;
  /** Resolves when the connection has ended, with the bytes that came and were not read, in hex. */
  readonly closed: Promise<string>;
}

export async function openWire(port: number): Promise<Wire> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
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

/** Bytes from hex, blanks allowed. */
export function hex(digits: string): Buffer {
  return Buffer.from(digits.replace(/\s/g, ""), "hex");
}

/** A string with its length before it [MQTT-1.5.3]. */
function field(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

/** A packet of a first byte and a body of at most 16383 bytes. */
export function packet(first: number, ...body: Buffer[]): Buffer {
  const rest = Buffer.concat(body);
  const length = rest.length < 128 ? [rest.length] : [(rest.length & 0x7f) | 0x80, rest.length >> 7];
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

/** A `$dp` payload whose length is right. */
export function dpFrame(type: number, json: string | Buffer): Buffer {
  const bytes = Buffer.from(json);
  return Buffer.concat([Buffer.from([type, bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

/** A wire that is logged in as the device. */
export async function logIn(
  platform: LocalOneNet,
  { device, product, authInfo }: DeviceRecord = LAMP,
  keepAlive = 0,
): Promise<Wire> {
  const wire = await openWire(platform.mqttPort);
  wire.send(connectPacket({ device, product, password: authInfo }, { keepAlive }));
  const connack = await wire.read(4);
  if (connack !== "20020000") throw new Error(`log-in refused: ${connack}`);
  return wire;
}
