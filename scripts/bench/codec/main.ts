/** The firmware's codec alone, for Node. The build processes it like a board's script. */

import { sized } from "../../../src/mqtt/bytes";
import { createDecoder } from "../../../src/mqtt/decode";
import { publish } from "../../../src/mqtt/encode";
import type { Qos } from "../../../src/mqtt/packet";

declare const global: Record<string, unknown>;

/** Largest packet accepted, in bytes, the same as in src/main.ts. */
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

// The peer also gets the topic each time.
global["publish"] = (topic: string, payload: string, qos: Qos, id: number) =>
  publish(sized(topic), payload, qos, id);
global["receive"] = (chunk: string) => decoder.receive(chunk);
global["received"] = () => [messages, bytes];
