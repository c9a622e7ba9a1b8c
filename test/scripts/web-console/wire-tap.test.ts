import { generate } from "mqtt-packet";
import { expect, it } from "vitest";
import { createFeed } from "../../../scripts/web-console/feed.ts";
import type { Packet } from "../../../scripts/web-console/protocol.ts";
import { createWireTap } from "../../../scripts/web-console/wire-tap.ts";

const CONNECT = generate({
  cmd: "connect",
  protocolId: "MQTT",
  protocolVersion: 4,
  clean: true,
  keepalive: 60,
  clientId: "lamp",
  username: "pid",
  password: Buffer.from("s3cret"),
});
const SITE = { title: "", address: "", faults: [], isExportable: false };

function tapped() {
  const feed = createFeed();
  const tap = createWireTap(feed, ({ clientId, userName }) => ({ board: userName, who: clientId }));
  const text = ({ bytes }: Packet) => Buffer.from(bytes, "base64").toString("latin1");
  return { tap, packets: () => feed.snapshot(SITE).packets, alerts: () => feed.snapshot(SITE).alerts, text };
}

it("shows whole packets, both ways, with their owner and without their password", () => {
  const { tap, packets, text } = tapped();
  tap.bytes(1, "up", CONNECT.subarray(0, 9));
  expect(packets()).toEqual([]);
  tap.bytes(1, "up", CONNECT.subarray(9));
  tap.bytes(1, "down", Uint8Array.from([0x20, 2, 0, 0, 0xd0]));
  tap.bytes(1, "down", Uint8Array.from([0]));
  expect(packets().map(({ way, board, who, length }) => [way, board, who, length])).toEqual([
    ["up", "pid", "lamp", CONNECT.length],
    ["down", "pid", "lamp", 4],
    ["down", "pid", "lamp", 2],
  ]);
  expect(packets().map(text).join("")).not.toContain("s3cret");
  expect(packets().map(text).join("")).toContain("******");
});

it("shows nothing of a non-MQTT connection: its credentials may be anywhere", () => {
  const { tap, packets } = tapped();
  tap.bytes(1, "up", Buffer.from("POST /register_de?register_code=s3cret HTTP/1.1\r\n\r\n"));
  tap.bytes(1, "down", Buffer.from('HTTP/1.1 200 OK\r\n\r\n{"key":"s3cret"}'));
  tap.bytes(2, "down", Buffer.from("banner"));
  tap.bytes(2, "up", CONNECT);
  expect(packets()).toEqual([]);
});

it("forgets a closed connection", () => {
  const { tap, packets } = tapped();
  tap.bytes(1, "up", CONNECT.subarray(0, 9));
  tap.closed(1);
  tap.bytes(1, "up", CONNECT);
  expect(packets()).toHaveLength(1);
});

it("reports once that packet boundaries are lost", () => {
  const { tap, packets, alerts } = tapped();
  tap.bytes(1, "up", CONNECT);
  tap.bytes(1, "up", Uint8Array.from([0x30, 255, 255, 255, 255]));
  tap.bytes(1, "up", CONNECT);
  expect(packets()).toHaveLength(1);
  expect(alerts()).toMatchObject([{ kind: "wire", who: "lamp", count: 1 }]);
});

it("keeps a long packet's first bytes, and its length", () => {
  const { tap, packets, text } = tapped();
  tap.bytes(1, "up", CONNECT);
  const long = generate({
    cmd: "publish",
    topic: "t",
    payload: Buffer.alloc(60_000),
    qos: 0,
    dup: false,
    retain: false,
  });
  tap.bytes(1, "up", long);
  const last = packets().at(-1);
  expect(last?.length).toBe(long.length);
  expect(last && text(last)).toHaveLength(4096);
});
