/**
 * Chunks of any size in, the packets of a server out, one at a time [MQTT 3.1.1, chapters 2 and 3].
 *
 * The bytes are hostile: a packet is checked as it arrives, a length is bounded before anything of it is kept, and
 * what breaks the standard ends the stream with the clause that it breaks.
 */

import { u16At, utf8Fault } from "./bytes";
import { PacketType, type Acknowledgement, type Qos, type ReturnCode } from "./packet";

/** What becomes of a server's packets, each as soon as its last byte is there. */
export interface PacketHandlers {
  /** Asked before a packet is looked into: when it answers no, the stream is over. */
  accepts(type: PacketType): boolean;
  /** Whether {@link accepts} would answer yes for a PUBLISH; no once the stream is over. */
  isOnline(): boolean;
  /** CONNACK [MQTT 3.1.1, 3.2]. */
  connack(returnCode: ReturnCode, sessionPresent: boolean): void;
  /**
   * PUBLISH [MQTT 3.1.1, 3.3].
   * @param id packet identifier, 1–65535; 0 at QoS 0
   */
  publish(topic: string, payload: string, qos: Qos, id: number): void;
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
  /**
   * Takes the next bytes of the stream.
   * @returns undefined, or the clause that the stream broke (`MQTT-2.2.2-2`; a bare section where the standard has no
   *   numbered clause): then the stream is over
   */
  receive(chunk: string): string | undefined;
}

/** What few topics hold: bytes beyond ASCII, U+0000, # and +. */
const UNUSUAL = /[^\x01-"$-*,-\x7f]/;

/** @param limit largest Remaining Length that is taken, in bytes; a packet that announces more ends the stream */
export function createDecoder(limit: number, handlers: PacketHandlers): Decoder {
  /** What arrived of packets that are not whole: less than the limit and a fixed header. */
  let kept = "";
  let isOver = false;
  /** Longest that a packet with one length byte may be, all in all. */
  const short = limit < 127 ? limit + 2 : 129;

  /** Takes what may be any number of packets, and the beginning of another. */
  function takeAny(chunk: string): string | undefined {
    let fault: string | undefined;
    let at = 0;
    // Joining two texts copies both.
    kept = kept ? kept + chunk : chunk;
    while (!isOver && at < kept.length) {
      const first = kept.charCodeAt(at);
      let byte = kept.charCodeAt(at + 1);
      let length = byte & 127; // 0 where there is no such byte yet
      let start = at + 2;
      fault = headerFault(first);
      for (let scale = 128; byte > 127 && start < kept.length; scale *= 128) {
        byte = kept.charCodeAt(start++);
        length += (byte & 127) * scale;
        if (byte > 127 && scale > 16384) length = limit + 1; // a fifth byte would follow
      }
      // Over the limit is over it however many length bytes are still to come.
      if (length > limit) fault = fault || "2.2.3";
      if (!fault) {
        const end = start + length;
        if (byte > 127 || kept.length < end) break;
        at = end;
        const type = first >> 4;
        isOver = !handlers.accepts(type);
        if (!isOver) fault = read(first, start, end);
      }
      if (fault) isOver = true;
    }
    kept = isOver ? "" : kept.substring(at);
    return fault && "MQTT-" + fault;
  }

  /** The clause that a packet breaks, whose body is from `start` to `end`; without the `MQTT-` of its name. */
  function read(first: number, start: number, end: number): string | undefined {
    const type: PacketType = first >> 4;
    const length = end - start;
    const number = u16At(kept, start); // anything where the packet is shorter
    switch (type) {
      case PacketType.Publish: {
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
        return undefined;
      }
      case PacketType.Pingresp:
        if (length) return "3.13.1";
        handlers.pingresp();
        return undefined;
      case PacketType.Connack: {
        const returnCode = (number & 255) as ReturnCode;
        if (length !== 2) return "3.2.1";
        if (number > 511) return "3.2.2.1";
        if (returnCode > 5) return "3.2.2.3";
        if (number > 255 && returnCode) return "3.2.2-4";
        handlers.connack(returnCode, number > 255);
        return undefined;
      }
    }
    if (type === PacketType.Suback) {
      const codes = kept.substring(start + 2, end);
      if (length < 3) return "3.9.3";
      if (!number) return "2.3.1-1";
      if (/[^\0\x01\x02\x80]/.test(codes)) return "3.9.3-2";
      handlers.suback(number, codes);
    } else {
      if (length !== 2) return "3." + type + ".1";
      if (!number) return "2.3.1-1";
      handlers.acknowledgement(type as Acknowledgement, number);
    }
    return undefined;
  }

  return {
    start() {
      kept = "";
      isOver = false;
    },

    receive(chunk) {
      let isTaken = false;
      // A short message at QoS 0 in a chunk of its own is what a command is: it takes the shortest way.
      // eslint-disable-next-line @typescript-eslint/prefer-string-starts-ends-with -- a call is slower
      if (chunk[0] === "0" && chunk[2] === "\0" && chunk.charCodeAt(1) === chunk.length - 2) {
        const topicEnd = 4 + chunk.charCodeAt(3);
        const topic = chunk.substring(4, topicEnd);
        isTaken =
          !!topic &&
          topicEnd <= chunk.length &&
          chunk.length <= short &&
          !UNUSUAL.test(topic) &&
          !kept &&
          handlers.isOnline();
        if (isTaken) handlers.publish(topic, chunk.substring(topicEnd), 0, 0);
      }
      return isTaken ? undefined : takeAny(chunk);
    },
  };
}

/** The clause that a packet's first byte breaks, without the `MQTT-` of its name. */
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
