/** A board's traffic, one line per MQTT packet. */

import { printable } from "../local-onenet/text.ts";
import { createFraming, type Framing } from "../local-onenet/wire/framing.ts";
import { summarise } from "../local-onenet/wire/summary.ts";
import type { VirtualBoard } from "../virtual-board/index.ts";

/** Bytes read of each packet. */
const EXAMINED = 1000;
const LONGEST_LINE = 300;

/** @param report called with each packet's direction (`up`: from the board) and summary; never with a password */
export function watchTraffic(device: VirtualBoard, report: (way: "up" | "down", text: string) => void): void {
  const streams = new Map<string, Framing>();

  device.on("traffic", ({ way, bytes, connection }) => {
    const key = `${connection} ${way}`;
    let stream = streams.get(key);
    if (!stream) streams.set(key, (stream = createFraming(EXAMINED)));
    if (stream.isLost) return;
    for (const packet of stream.push(bytes)) {
      const { name, detail } = summarise(packet.bytes);
      report(way, printable(`${name} ${detail}`.trim(), LONGEST_LINE));
    }
    if (streams.get(key)?.isLost) report(way, "not MQTT");
  });
  device.on("close", ({ connection }) => {
    streams.delete(`${connection} up`);
    streams.delete(`${connection} down`);
  });
}
