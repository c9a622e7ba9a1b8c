/** The firmware's codec without the rest of it, for Node: the build makes of it what it makes of a board's script. */

import { sized } from "../../../src/mqtt/bytes";
import { createDecoder } from "../../../src/mqtt/decode";
import { publish } from "../../../src/mqtt/encode";
import type { Qos } from "../../../src/mqtt/packet";

declare const global: Record<string, unknown>;

/** Largest packet that is taken, in bytes, as src/main.ts has it. */
const LIMIT = 4096;

let messages = 0;
let bytes = 0;

const decoder = createDecoder(LIMIT, {
  accepts: () => true,
  isOnline: () => true,
  connack: () => undefined,
  publish(topic, payload) {
    messages++;
    bytes += topic.length + payload.length;
  },
  acknowledgement: () => undefined,
  suback: () => undefined,
  pingresp: () => undefined,
  tooLong: () => undefined,
  broken: () => undefined,
});
decoder.start();

// The peer is given the topic each time, too.
global["publish"] = (topic: string, payload: string, qos: Qos, id: number) =>
  publish(sized(topic), payload, qos, id);
global["receive"] = (chunk: string) => decoder.receive(chunk);
global["received"] = () => [messages, bytes];
