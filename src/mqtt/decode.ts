/**
 * Decodes a server's packets from chunks of any size, one at a time [MQTT 3.1.1, chapters 2 and 3].
 *
 * The bytes are hostile: each packet is checked as it arrives, its length is bounded before any of it is kept, and the
 * first violation ends the stream and names the clause. A message is collected as it comes, because joining its chunks
 * and cutting it out again would take its size twice. One over the limit is skipped: only its packet identifier is kept.
 */

import { retainedMessages } from "virtual:features";
import { u16At, utf8Fault } from "./bytes";
import { PacketType, type Acknowledgement, type Qos, type ReturnCode } from "./packet";

/** Receives the server's packets, each as soon as its last byte has arrived. */
export interface PacketHandlers {
  /** Called before a packet is decoded; false drops the rest of the chunk. */
  accepts(type: PacketType): boolean;
  /** Whether {@link accepts} would accept a PUBLISH. */
  isOnline(): boolean;
  /**
   * The stream broke the standard: accept nothing more of it.
   * @param clause `2.2.2-2` for MQTT-2.2.2-2; a bare section where the standard has no numbered clause
   */
  broken(clause: string): void;
  /** CONNACK [MQTT 3.1.1, 3.2]. */
  connack(returnCode: ReturnCode, sessionPresent: boolean): void;
  /**
   * PUBLISH [MQTT 3.1.1, 3.3].
   * @param topic empty at the end of a message that was skipped
   * @param id packet identifier, 1–65535; 0 at QoS 0
   * @param isRetained whether the server had kept it when the board subscribed [MQTT-3.3.1-8]; always false without the
   *   feature
   */
  publish(topic: string, payload: string, qos: Qos, id: number, isRetained: boolean): void;
  /**
   * A PUBLISH over the limit begins, and is skipped.
   * @param size of its payload, in bytes
   */
  tooLong(size: number): void;
  /** The packets that hold a packet identifier alone [MQTT 3.1.1, 3.4–3.7 and 3.11]. */
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

/** Bytes beyond ASCII, U+0000, # and +: a topic with any of them needs a closer look. */
const UNUSUAL = /[^\x01-"$-*,-\x7f]/;

/**
 * @param limit largest Remaining Length accepted, in bytes; a longer PUBLISH is skipped, and any other longer packet ends
 *   the stream
 */
export function createDecoder(limit: number, handlers: PacketHandlers): Decoder {
  /** The beginning of an incomplete packet, of a PUBLISH up to its message: less than the limit and a fixed header. */
  let kept = "";
  /** Bytes of a PUBLISH that are still to come. */
  let rest = 0;
  /** Its topic; empty when it is skipped. */
  let topic = "";
  /** Its message so far. */
  let payload = "";
  let qos: Qos = 0;
  let isRetained = false;
  /** Its packet identifier so far. */
  let idBytes = "";
  /** When it is skipped, how many bytes come before the identifier; negative once past it. */
  let beforeId = 0;
  /** Longest whole packet with one length byte. */
  const short = limit < 127 ? limit + 2 : 129;

  /** Takes the next bytes of a PUBLISH. @returns how many */
  function takeMessage(bytes: string): number {
    const count = Math.min(rest, bytes.length);
    if (topic) payload += bytes.substring(0, count);
    else idBytes += bytes.substring(beforeId, beforeId + 2);
    beforeId -= count;
    rest -= count;
    if (!rest) {
      const whole = payload;
      payload = "";
      handlers.publish(topic, whole, qos, qos && u16At(idBytes, 0), retainedMessages && isRetained);
    }
    return count;
  }

  /** Takes any number of packets and the beginning of another. */
  function takeAny(chunk: string): void {
    let at = rest && takeMessage(chunk);
    // Joining two texts copies both.
    kept = kept ? kept + chunk : chunk;
    while (at < kept.length) {
      const first = kept.charCodeAt(at);
      const type: PacketType = first >> 4;
      let byte = kept.charCodeAt(at + 1);
      let length = byte & 127; // 0 while that byte is missing
      let start = at + 2;
      for (let scale = 128; byte > 127 && start < kept.length && start < at + 5; scale *= 128) {
        byte = kept.charCodeAt(start++);
        length += (byte & 127) * scale;
      }
      const isLong = length > limit;
      let fault = headerFault(type, first & 15);
      // At most four length bytes.
      if ((isLong && type !== PacketType.Publish) || (byte > 127 && start > at + 4)) fault = fault || "2.2.3";
      if (!fault) {
        const isMessage = type === PacketType.Publish;
        const head = isLong ? 2 : u16At(kept, start) + (first & 6 ? 4 : 2);
        const end = start + (isMessage ? Math.min(length, head) : length);
        if (byte > 127 || kept.length < end) break;
        at = end;
        if (!handlers.accepts(type)) return drop();
        fault = isMessage ? begin(first, length, start) : read(type, start, end);
        if (!fault && isMessage) {
          kept = kept.substring(end);
          at = takeMessage(kept);
        }
      }
      if (fault) {
        drop();
        return handlers.broken(fault);
      }
    }
    kept = kept.substring(at);
  }

  function drop(): void {
    kept = payload = "";
    rest = 0;
  }

  /** Begins a PUBLISH, whose message comes next. @returns the clause that it breaks */
  function begin(first: number, length: number, start: number): string | undefined {
    qos = ((first >> 1) & 3) as Qos;
    if (retainedMessages) isRetained = (first & 1) > 0;
    const topicLength = u16At(kept, start);
    const topicEnd = start + 2 + topicLength;
    rest = length - topicLength - (qos ? 4 : 2);
    topic = "";
    idBytes = "";
    if (length < 2 || rest < 0) return "3.3.2";
    if (length > limit) {
      handlers.tooLong(rest);
      beforeId = topicLength;
      rest = length - 2;
      return undefined;
    }
    topic = kept.substring(start + 2, topicEnd);
    if (!topic) return "4.7.3-1";
    if (UNUSUAL.test(topic)) {
      const fault = /[+#]/.test(topic) ? "3.3.2-2" : utf8Fault(topic);
      if (fault) return fault;
    }
    idBytes = kept.substring(topicEnd, topicEnd + 2);
    return qos && !u16At(idBytes, 0) ? "2.3.1-1" : undefined;
  }

  /** Decodes any other packet, whose body is from `start` to `end`. @returns the clause that it breaks */
  function read(type: PacketType, start: number, end: number): string | undefined {
    const length = end - start;
    const number = u16At(kept, start); // meaningless if the packet is shorter
    if (type === PacketType.Suback) {
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
    start: drop,

    receive(chunk) {
      // Most commands are a short message at QoS 0 that fills its chunk: a shortcut for them.
      // oxlint-disable-next-line typescript/prefer-string-starts-ends-with -- a call is slower
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
          handlers.publish(topic, chunk.substring(topicEnd), 0, 0, false);
          return;
        }
      }
      takeAny(chunk);
    },
  };
}

/** The clause that a packet's first byte breaks. */
function headerFault(type: PacketType, flags: number): string | undefined {
  return type === PacketType.Publish
    ? (flags & 6) === 6
      ? "3.3.1-4"
      : flags & 8 && !(flags & 6)
        ? "3.3.1-2"
        : undefined
    : // A server sends CONNACK, the acknowledgements and PINGRESP: 2, 4–7, 9, 11, 13.
      !((1 << type) & 0x2af4)
      ? "2.2.1"
      : flags === (type === PacketType.Pubrel ? 2 : 0)
        ? undefined
        : "2.2.2-2";
}
