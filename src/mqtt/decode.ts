/**
 * Chunks of any size in, the packets of a server out, one at a time [MQTT 3.1.1, chapters 2 and 3].
 *
 * The bytes are hostile: a packet is checked as it arrives, a length is bounded before anything of it is kept, and
 * what breaks the standard ends the stream with the clause that it breaks.
 */

import { u16At, utf8Fault } from "./bytes";
import { PacketType, type Qos, type ReturnCode, type ServerPacket } from "./packet";

/**
 * Takes the next bytes of the stream.
 * @returns undefined, or the clause that the stream broke (`MQTT-2.2.2-2`; a bare section where the standard has no
 *   numbered clause): from then on the stream is dead and every call returns that clause again
 */
export type Decoder = (chunk: string) => string | undefined;

/**
 * @param limit largest Remaining Length that is taken, in bytes; a packet that announces more ends the stream
 * @param receive gets each packet as soon as its last byte is there
 */
export function createDecoder(limit: number, receive: (packet: ServerPacket) => void): Decoder {
  /** What arrived of packets that are not whole: less than the limit and a fixed header. */
  let kept = "";
  let fault: string | undefined;

  return function (chunk) {
    let at = 0;
    kept += chunk;
    while (!fault && at < kept.length) {
      const first = kept.charCodeAt(at);
      let start = at + 1;
      let length = 0;
      let scale = 1;
      let byte = 128;
      fault = headerFault(first);
      while (!fault && byte > 127 && start < kept.length) {
        byte = kept.charCodeAt(start++);
        length += (byte & 127) * scale;
        scale *= 128;
        // Over the limit is over it however many length bytes are still to come; a fifth may not.
        if (length > limit || (byte > 127 && scale > 2097152)) fault = "2.2.3";
      }
      if (fault || byte > 127 || kept.length < start + length) break;
      at = start + length;
      const packet = read(first, kept.substring(start, at));
      if (typeof packet === "string") fault = packet;
      else receive(packet);
    }
    kept = fault ? "" : kept.substring(at);
    return fault && "MQTT-" + fault;
  };
}

/** The clause that a packet's first byte breaks, without the `MQTT-` of its name, as everywhere below. */
function headerFault(first: number): string | undefined {
  const type: PacketType = first >> 4;
  const flags = first & 15;
  if (type === PacketType.Publish) {
    if ((flags & 6) === 6) return "3.3.1-4";
    if (flags & 8 && !(flags & 6)) return "3.3.1-2";
    return undefined;
  }
  // A server sends CONNACK, the acknowledgements and PINGRESP: 2, 4–7, 9, 11, 13.
  if (!((1 << type) & 0x2af4)) return "2.2.1";
  return flags === (type === PacketType.Pubrel ? 2 : 0) ? undefined : "2.2.2-2";
}

/** The packet, or the clause that its body breaks. */
function read(first: number, body: string): ServerPacket | string {
  const type: PacketType = first >> 4;
  switch (type) {
    case PacketType.Publish:
      return readPublish(first, body);
    case PacketType.Connack:
      return readConnack(body);
    case PacketType.Suback:
      return readSuback(body);
    case PacketType.Pingresp:
      return body ? "3.13.1" : { type };
    case PacketType.Puback:
    case PacketType.Pubrec:
    case PacketType.Pubrel:
    case PacketType.Pubcomp:
    case PacketType.Unsuback: {
      if (body.length !== 2) return "3." + type + ".1";
      const id = u16At(body, 0);
      return id ? { type, id } : "2.3.1-1";
    }
  }
  return "2.2.1";
}

function readConnack(body: string): ServerPacket | string {
  if (body.length !== 2) return "3.2.1";
  const flags = body.charCodeAt(0);
  const returnCode = body.charCodeAt(1) as ReturnCode;
  if (flags > 1) return "3.2.2.1";
  if (returnCode > 5) return "3.2.2.3";
  if (flags && returnCode) return "3.2.2-4";
  return { type: PacketType.Connack, sessionPresent: !!flags, returnCode };
}

function readPublish(first: number, body: string): ServerPacket | string {
  const qos = ((first >> 1) & 3) as Qos;
  const end = 2 + u16At(body, 0); // 2 where those bytes are missing
  const start = qos ? end + 2 : end;
  if (body.length < start) return "3.3.2";
  const topic = body.substring(2, end);
  if (!topic) return "4.7.3-1";
  if (/[+#]/.test(topic)) return "3.3.2-2";
  const fault = utf8Fault(topic);
  if (fault) return fault;
  const id = qos ? u16At(body, end) : 0;
  if (qos && !id) return "2.3.1-1";
  return {
    type: PacketType.Publish,
    topic,
    payload: body.substring(start),
    qos,
    retain: !!(first & 1),
    dup: !!(first & 8),
    id,
  };
}

function readSuback(body: string): ServerPacket | string {
  if (body.length < 3) return "3.9.3";
  const id = u16At(body, 0);
  const codes = body.substring(2);
  if (!id) return "2.3.1-1";
  if (/[^\0\x01\x02\x80]/.test(codes)) return "3.9.3-2";
  return { type: PacketType.Suback, id, codes };
}
