/**
 * Chunks of any size in, the packets of a server out, one at a time [MQTT 3.1.1, chapters 2 and 3].
 *
 * The bytes are hostile: a packet is checked as it arrives, a length is bounded before anything of it is kept, and
 * what breaks the standard ends the stream with the clause that it breaks. A message may be longer than the bound: it is
 * counted off, and nothing of it is kept but its packet identifier.
 */

import { u16At, utf8Fault } from "./bytes";
import { PacketType, type Acknowledgement, type Qos, type ReturnCode } from "./packet";

/** What becomes of a server's packets, each as soon as its last byte is there. */
export interface PacketHandlers {
  /** Asked before a packet is looked into: when it answers no, this chunk is dropped. */
  accepts(type: PacketType): boolean;
  /** Whether {@link accepts} would answer yes for a PUBLISH. */
  isOnline(): boolean;
  /**
   * The stream broke the standard: nothing more of it is to be accepted.
   * @param clause `2.2.2-2` for MQTT-2.2.2-2; a bare section where the standard has no numbered clause
   */
  broken(clause: string): void;
  /** CONNACK [MQTT 3.1.1, 3.2]. */
  connack(returnCode: ReturnCode, sessionPresent: boolean): void;
  /**
   * PUBLISH [MQTT 3.1.1, 3.3].
   * @param topic empty for the end of a message that was too long
   * @param id packet identifier, 1–65535; 0 at QoS 0
   */
  publish(topic: string, payload: string, qos: Qos, id: number): void;
  /**
   * A PUBLISH over the limit begins, of which nothing is kept.
   * @param size of its payload, in bytes
   */
  tooLong(size: number): void;
  /** The packets that carry nothing but a packet identifier [MQTT 3.1.1, 3.4–3.7 and 3.11]. */
  acknowledgement(type: Acknowledgement, id: number): void;
  /**
   * SUBACK [MQTT 3.1.1, 3.9].
   * @param codes one byte for each topic filter asked for: the QoS granted, or {@link SUBSCRIPTION_REFUSED}
   */
  suback(id: number, codes: string): void;
  /** PINGRESP [MQTT 3.1.1, 3.13]. */
  pingresp(): void;
}

export interface Decoder {
  /** A new stream begins. */
  start(): void;
  /** Takes the next bytes of the stream. */
  receive(chunk: string): void;
}

/** What few topics hold: bytes beyond ASCII, U+0000, # and +. */
const UNUSUAL = /[^\x01-"$-*,-\x7f]/;

/**
 * @param limit largest Remaining Length that is taken, in bytes; a PUBLISH that announces more is passed over, and any
 *   other packet ends the stream
 */
export function createDecoder(limit: number, handlers: PacketHandlers): Decoder {
  /** What arrived of packets that are not whole: less than the limit and a fixed header. */
  let kept = "";
  /** Bytes that are still to come of a PUBLISH over the limit. */
  let rest = 0;
  /** How many of them stand before its packet identifier, which may be past. */
  let beforeId = 0;
  /** Its packet identifier as far as it came, and its QoS. */
  let idBytes = "";
  let restQos: Qos = 0;
  /** Longest that a packet with one length byte may be, all in all. */
  const short = limit < 127 ? limit + 2 : 129;

  /** Counts off what has come of a PUBLISH over the limit. @returns how much that is */
  function passOver(bytes: string): number {
    const count = Math.min(rest, bytes.length);
    idBytes += bytes.substring(beforeId, beforeId + 2);
    beforeId -= count;
    rest -= count;
    if (!rest) handlers.publish("", "", restQos, restQos && u16At(idBytes, 0));
    return count;
  }

  /** Takes what may be any number of packets, and the beginning of another. */
  function takeAny(chunk: string): void {
    let at = rest && passOver(chunk);
    // Joining two texts copies both.
    kept = kept ? kept + chunk : chunk;
    while (at < kept.length) {
      const first = kept.charCodeAt(at);
      const type: PacketType = first >> 4;
      let byte = kept.charCodeAt(at + 1);
      let length = byte & 127; // 0 where there is no such byte yet
      let start = at + 2;
      for (let scale = 128; byte > 127 && start < kept.length && start < at + 5; scale *= 128) {
        byte = kept.charCodeAt(start++);
        length += (byte & 127) * scale;
      }
      const isLong = length > limit;
      let fault = headerFault(first);
      // Of length bytes there are four at most.
      if ((isLong && type !== PacketType.Publish) || (byte > 127 && start > at + 4)) fault = fault || "2.2.3";
      if (!fault) {
        // Of a long one, until the length of its topic.
        const end = start + (isLong ? 2 : length);
        if (byte > 127 || kept.length < end) break;
        at = end;
        if (!handlers.accepts(type)) return drop();
        fault = isLong ? begin(first, length, u16At(kept, start)) : read(first, start, end);
        if (rest) at += passOver(kept.substring(at));
      }
      if (fault) {
        drop();
        return handlers.broken(fault);
      }
    }
    kept = kept.substring(at);
  }

  function drop(): void {
    kept = "";
  }

  /** The clause that a PUBLISH over the limit breaks; counts off the rest of it from now on. */
  function begin(first: number, length: number, topicLength: number): string | undefined {
    restQos = ((first >> 1) & 3) as Qos;
    const size = length - topicLength - (restQos ? 4 : 2);
    if (size < 0) return "3.3.2";
    beforeId = topicLength;
    rest = length - 2;
    idBytes = "";
    handlers.tooLong(size);
    return undefined;
  }

  /** The clause that a packet breaks, whose body is from `start` to `end`. */
  function read(first: number, start: number, end: number): string | undefined {
    const type: PacketType = first >> 4;
    const length = end - start;
    const number = u16At(kept, start); // anything where the packet is shorter
    if (type === PacketType.Publish) {
      const qos = ((first >> 1) & 3) as Qos;
      const topicEnd = start + 2 + number;
      const payloadStart = qos ? topicEnd + 2 : topicEnd;
      if (length < 2 || payloadStart > end) return "3.3.2";
      const topic = kept.substring(start + 2, topicEnd);
      if (!topic) return "4.7.3-1";
      if (UNUSUAL.test(topic)) {
        const fault = /[+#]/.test(topic) ? "3.3.2-2" : utf8Fault(topic);
        if (fault) return fault;
      }
      const id = qos ? u16At(kept, topicEnd) : 0;
      if (qos && !id) return "2.3.1-1";
      const payload = kept.substring(payloadStart, end);
      // What the message brings about finds more room.
      if (kept.length === end) kept = "";
      handlers.publish(topic, payload, qos, id);
    } else if (type === PacketType.Suback) {
      const codes = kept.substring(start + 2, end);
      if (length < 3) return "3.9.3";
      if (!number) return "2.3.1-1";
      if (/[^\0\x01\x02\x80]/.test(codes)) return "3.9.3-2";
      handlers.suback(number, codes);
    } else if (length !== (type === PacketType.Pingresp ? 0 : 2)) return "3." + type + ".1";
    else if (type === PacketType.Pingresp) handlers.pingresp();
    else if (type === PacketType.Connack) {
      const returnCode = (number & 255) as ReturnCode;
      if (number > 511) return "3.2.2.1";
      if (returnCode > 5) return "3.2.2.3";
      if (number > 255 && returnCode) return "3.2.2-4";
      handlers.connack(returnCode, number > 255);
    } else {
      if (!number) return "2.3.1-1";
      handlers.acknowledgement(type as Acknowledgement, number);
    }
    return undefined;
  }

  return {
    start() {
      kept = "";
      rest = 0;
    },

    receive(chunk) {
      // A short message at QoS 0 in a chunk of its own is what a command is: it takes the shortest way.
      // eslint-disable-next-line @typescript-eslint/prefer-string-starts-ends-with -- a call is slower
      if (chunk[0] === "0" && chunk[2] === "\0" && chunk.charCodeAt(1) === chunk.length - 2) {
        const topicEnd = 4 + chunk.charCodeAt(3);
        const topic = chunk.substring(4, topicEnd);
        if (
          topic &&
          topicEnd <= chunk.length &&
          chunk.length <= short &&
          !UNUSUAL.test(topic) &&
          !kept &&
          !rest &&
          handlers.isOnline()
        ) {
          handlers.publish(topic, chunk.substring(topicEnd), 0, 0);
          return;
        }
      }
      takeAny(chunk);
    },
  };
}

/** The clause that a packet's first byte breaks. */
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
