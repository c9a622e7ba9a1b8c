/** Boards of each generation that a test makes up. */

import type { Board, Led, OneNet, Registration, Stream } from "../../src/board.ts";
import { mintToken, resourceOf } from "../../scripts/lib/token.ts";
import { shipped, shippedMultiprotocol } from "./bundles.ts";

export const RGB: Led = { kind: "ws2812", pin: 17, count: 1, order: "grb", on: [32, 32, 32] };

/** The access key of every device here: base64, and no secret. */
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

/** A day from the next full hour, in s since 1970: the same in every thread, so that boards are built once. */
export const TOMORROW = Math.ceil(Date.now() / 3_600_000) * 3600 + 86_400;

/** @param expires when the token ends, in s since 1970 */
export function suite(changes: Partial<Board> = {}, expires = TOMORROW): Board {
  const [product, device] = ["469948", "Chic_D"];
  const token = mintToken({ resource: resourceOf(product, device), expires, method: "sha1" }, KEY);
  return board(
    "suite-board",
    { ...SERVER, generation: "suite", product, device, key: KEY, token },
    STREAMS,
    changes,
  );
}

export function studio(changes: Partial<Board> = {}, expires = TOMORROW): Board {
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
