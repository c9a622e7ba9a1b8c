/** Made-up boards of each generation. */

import type { Board, Led, OneNet, Plain, Registration, Stream } from "../../scripts/boards/board.ts";
import { mintToken, resourceOf } from "../../scripts/boards/token.ts";
import { shipped, shippedMultiprotocol } from "./bundles.ts";

export const RGB: Led = { kind: "ws2812", pin: 17, count: 1, order: "grb", on: [32, 32, 32] };

/** 5 LEDs of 4 bytes, and a byte that makes it a multiple of 3. */
export const RGBW: Led = { kind: "ws2812", pin: 17, count: 5, order: "grbw", on: [255, 128, 64] };

export const PWM = {
  kind: "pwm",
  pins: [32, 33, 27],
  activeLow: false,
  on: [255, 128, 0],
} as const satisfies Led;

/** The access key of every device here, in base64; not a secret. */
export const KEY = Buffer.from("an access key for tests").toString("base64");

const SERVER = {
  server: "mqtts.heclouds.com",
  port: 1883,
  tls: false,
  cleanSession: true,
  keepAlive: 120,
  pingPeriod: 30,
  qos: 1,
} as const;

const DAY = 86_400;
/** At least a day from now, in s since 1970. The same for 30 days, so that cached builds stay valid. */
export const LATER = Math.ceil(Date.now() / 1000 / DAY / 30) * 30 * DAY + DAY;

/** @param expires when the token expires, in s since 1970 */
export function suite(changes: Partial<Board> = {}, expires = LATER): Board {
  const [product, device] = ["469948", "Chic_D"];
  const token = mintToken({ resource: resourceOf(product, device), expires, method: "sha1" }, KEY);
  return board(
    "suite-board",
    { ...SERVER, generation: "suite", product, device, key: KEY, token },
    STREAMS,
    changes,
  );
}

export function studio(changes: Partial<Board> = {}, expires = LATER): Board {
  const [product, device] = ["P1q2w3", "lamp"];
  const token = mintToken({ resource: resourceOf(product, device), expires, method: "sha256" }, KEY);
  const onenet: OneNet = {
    ...SERVER,
    generation: "studio",
    product,
    device,
    key: KEY,
    token,
    properties: { led: "led", colour: "colour" },
    services: ["toggle"],
    event: "boot",
  };
  return board(
    "studio-board",
    onenet,
    [{ id: "led", source: "lit", period: 60, dpType: 3 }, ...STREAMS.slice(1)],
    changes,
  );
}

export function plain(changes: Partial<Board> = {}): Board {
  const onenet: OneNet = {
    ...SERVER,
    server: "broker.example",
    generation: "plain",
    device: "lamp-1",
    userName: "teacher",
    password: "a password for tests",
    topic: "home/lamp",
  };
  return board("plain-board", onenet, STREAMS, changes);
}

/** Every quality of service with every kind of session; QoS 2 needs a persistent one. */
export const QUALITIES: readonly (readonly [qos: 0 | 1 | 2, cleanSession: boolean])[] = [
  [0, true],
  [0, false],
  [1, true],
  [1, false],
  [2, false],
];

/** A plain board with little to report. */
export function plainAt(qos: 0 | 1 | 2, cleanSession: boolean): Board & { readonly onenet: Plain } {
  const { onenet, ...rest } = plain({
    name: `plain-${qos}-${cleanSession ? "clean" : "lasting"}`,
    streams: [{ id: "switch", source: "commands", period: 3600, dpType: 3, onChange: false }],
  });
  if (onenet.generation !== "plain") throw new Error("no plain board");
  return { ...rest, onenet: { ...onenet, qos, cleanSession } };
}

/** The period of `gathering`, in s. */
export const GATHERING_PERIOD = 2;

/** A board that reports its uptime often, and has room for what waits; one of suite or studio sends that in bulk. */
export function gathering(make: (changes: Partial<Board>) => Board): Board {
  return make({
    time: { server: "pool.ntp.org", zone: 8 },
    streams: [{ id: "uptime", source: "uptime", period: GATHERING_PERIOD, dpType: 3 }],
    outbox: 20_000,
    reconnect: { maximum: 4 },
    reboot: { withoutPlatform: 0 },
  });
}

/** A board without an id, which registers itself. */
export function registering(changes: Partial<Registration> = {}): Board {
  const base = shippedMultiprotocol("esp32-devkit");
  const registration = {
    code: "AbC123",
    sn: "",
    title: "教室灯",
    server: "api.heclouds.com",
    port: 80,
    ...changes,
  };
  return { ...base, onenet: { ...base.onenet, device: "", authInfo: "", registration } };
}

/** The same board, over TLS. */
export function overTls({ onenet, ...rest }: Board): Board {
  return { ...rest, onenet: { ...onenet, tls: true, port: 8883 } };
}

const STREAMS: readonly Stream[] = [
  { id: "switch", source: "commands", period: 60, dpType: 3 },
  { id: "uptime", source: "uptime", period: 60, dpType: 3 },
  { id: "memory", source: "memory", period: 300, dpType: 3 },
];

function board(name: string, onenet: OneNet, streams: readonly Stream[], changes: Partial<Board>): Board {
  return { ...shipped("esp32-devkit"), name, title: name, onenet, streams, ...changes };
}
