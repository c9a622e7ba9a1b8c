/** What goes over a board's connection, a line for each MQTT packet. */

import { parser, type Packet } from "mqtt-packet";
import type { VirtualBoard } from "../virtual-board/index.ts";

/** @param report gets each packet's way, `up` from the board, and what it says; never a password */
export function watchTraffic(device: VirtualBoard, report: (way: "up" | "down", text: string) => void): void {
  const parsers = new Map<string, ReturnType<typeof parser>>();

  device.on("traffic", ({ way, bytes, connection }) => {
    const key = `${connection} ${way}`;
    let stream = parsers.get(key);
    if (!stream) {
      stream = parser({ protocolVersion: 4 });
      stream.on("packet", (packet) => report(way, describe(packet)));
      stream.on("error", (error: Error) => report(way, `not MQTT: ${error.message}`));
      parsers.set(key, stream);
    }
    stream.parse(bytes);
  });
  device.on("close", ({ connection }) => {
    parsers.delete(`${connection} up`);
    parsers.delete(`${connection} down`);
  });
}

function describe(packet: Packet): string {
  const name = packet.cmd.toUpperCase();
  const id = packet.messageId === undefined ? "" : ` ${packet.messageId}`;
  switch (packet.cmd) {
    case "connect":
      return `${name} client ${quote(packet.clientId)}, user ${quote(packet.username ?? "")}, keep alive ${packet.keepalive ?? 0} s`;
    case "connack":
      return `${name} ${packet.returnCode === 0 ? "accepted" : `refused, code ${packet.returnCode ?? "?"}`}`;
    case "publish":
      return `${name}${id} ${quoteTopic(packet.topic)} ${packet.topic === "$dp" ? dataPoints(packet.payload) : quote(packet.payload)}`;
    case "subscribe":
      return `${name}${id} ${packet.subscriptions.map(({ topic }) => topic).join(", ")}`;
    case "suback":
      return `${name}${id} ${packet.granted.map((code) => (code === 128 ? "refused" : `QoS ${Number(code)}`)).join(", ")}`;
    default:
      return `${name}${id}`;
  }
}

/** A `$dp` frame: its type, and the text behind its length. */
function dataPoints(payload: string | Buffer): string {
  const frame = Buffer.from(payload);
  return `type ${(frame[0] ?? 0) & 63}, ${quote(frame.subarray(3))}`;
}

/** Bytes of the network, fit for a terminal. */
function quote(bytes: string | Buffer): string {
  return JSON.stringify(bytes.toString("utf8"));
}

function quoteTopic(topic: string): string {
  return /^[\w$/-]+$/.test(topic) ? topic : quote(topic);
}
