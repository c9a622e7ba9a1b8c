/** Reads the messages that a board publishes. */

import { PacketType } from "../../src/mqtt/packet.ts";

export interface Published {
  readonly topic: string;
  readonly payload: string;
  /** Packet identifier; 0 at QoS 0. */
  readonly id: number;
}

/** @param packet a whole control packet @returns undefined for any but PUBLISH */
export function readPublish(packet: Buffer): Published | undefined {
  if ((packet[0] ?? 0) >> 4 !== (PacketType.Publish as number)) return undefined;
  let at = 2;
  while ((packet[at - 1] ?? 0) & 0x80) at++;
  const end = at + 2 + packet.readUInt16BE(at);
  const hasId = ((packet[0] ?? 0) & 6) !== 0;
  return {
    topic: packet.toString("utf8", at + 2, end),
    payload: packet.toString("utf8", end + (hasId ? 2 : 0)),
    id: hasId ? packet.readUInt16BE(end) : 0,
  };
}
