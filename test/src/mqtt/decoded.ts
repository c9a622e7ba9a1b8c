/** The decoder's output for a stream, as comparable objects. */

import { createDecoder } from "../../../src/mqtt/decode.ts";
import { PacketType, type Acknowledgement, type Qos, type ReturnCode } from "../../../src/mqtt/packet.ts";

export type Received =
  | {
      readonly type: PacketType.Publish;
      readonly topic: string;
      readonly payload: string;
      readonly qos: Qos;
      readonly id: number;
      readonly isRetained: boolean;
    }
  | {
      readonly type: PacketType.Connack;
      readonly returnCode: ReturnCode;
      readonly sessionPresent: boolean;
    }
  | { readonly type: PacketType.Suback; readonly id: number; readonly codes: string }
  | { readonly type: Acknowledgement; readonly id: number }
  | { readonly type: PacketType.Pingresp }
  /** A message over the limit begins. */
  | { readonly type: "too long"; readonly size: number };

export interface Decoded {
  readonly packets: Received[];
  /** The clause the stream broke. */
  readonly fault: string | undefined;
}

/** Feeds the chunks of a stream to a new decoder. */
export function decode(chunks: readonly string[], limit: number): Decoded {
  const packets: Received[] = [];
  let fault: string | undefined = undefined as string | undefined;
  const decoder = createDecoder(limit, {
    accepts: () => fault === undefined,
    broken: (clause) => (fault ??= `MQTT-${clause}`),
    tooLong: (size) => packets.push({ type: "too long", size }),
    isOnline: () => fault === undefined,
    connack: (returnCode, sessionPresent) =>
      packets.push({ type: PacketType.Connack, returnCode, sessionPresent }),
    publish: (topic, payload, qos, id, isRetained) =>
      packets.push({ type: PacketType.Publish, topic, payload, qos, id, isRetained }),
    acknowledgement: (type, id) => packets.push({ type, id }),
    suback: (id, codes) => packets.push({ type: PacketType.Suback, id, codes }),
    pingresp: () => packets.push({ type: PacketType.Pingresp }),
  });
  decoder.start();
  for (const chunk of chunks) decoder.receive(chunk);
  return { packets, fault };
}
