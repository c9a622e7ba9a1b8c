/** MQTT packets, valid and hostile. */

import { generate, type Packet } from "mqtt-packet";
import type { Random } from "./random.ts";
import { spoil, text } from "./hostile.ts";
import { DEVICE_OF, type Sender } from "./payloads.ts";
import { tokenOf } from "./world.ts";

/** Everything one connection sends. */
export interface Conversation {
  readonly from: Sender;
  readonly bytes: Buffer;
}

/** The CONNECT of a device. */
export function connectOf(from: Sender): Buffer {
  const record = DEVICE_OF[from];
  const password = record.generation === "multiprotocol" ? record.authInfo : tokenOf(record);
  return generate({
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: 4,
    clean: true,
    clientId: record.device,
    keepalive: 120,
    username: record.product,
    password: Buffer.from(password),
  });
}

export function publishOf(topic: string, payload: Buffer, qos: 0 | 1 | 2, messageId = 1): Buffer {
  return generate({ cmd: "publish", topic, payload, qos, messageId, dup: false, retain: false });
}

export function subscribeOf(...topics: string[]): Buffer {
  const subscriptions = topics.map((topic) => ({ topic, qos: 0 as const }));
  return generate({ cmd: "subscribe", messageId: 1, subscriptions });
}

export const PING = Buffer.from([0xc0, 0]);

/** Usually a valid log-in, followed by packets of which some are corrupted. */
export function conversation(random: Random): Conversation {
  const from = random.pick(["lamp", "meter", "heater"] as const);
  const connect = connectOf(from);
  const packets = [random.chance(0.8) ? connect : spoil(random, connect)];
  for (let count = random.int(5); count > 0; count--) {
    const packet = encoded(ordinary(random, from));
    packets.push(random.chance(0.5) ? packet : spoil(random, packet));
  }
  return { from, bytes: Buffer.concat(packets) };
}

function encoded(packet: Packet): Buffer {
  try {
    return generate(packet);
  } catch {
    return Buffer.from("f00100", "hex"); // mqtt-packet refuses to write some packets.
  }
}

function ordinary(random: Random, from: Sender): Packet {
  const { product, device } = DEVICE_OF[from];
  const own = `$sys/${product}/${device}/${random.pick(["dp/post/json", "thing/property/post", "cmd/#", "#", "+/+"])}`;
  const topic = random.chance(0.6) ? own : random.chance(0.5) ? "$dp" : text(random).slice(0, 60_000);
  const messageId = random.int(65_536);
  switch (random.int(8)) {
    case 0:
      return {
        cmd: "subscribe",
        messageId,
        subscriptions: Array.from({ length: 1 + random.int(random.chance(0.9) ? 3 : 500) }, () => ({
          topic,
          qos: random.pick([0, 1, 2] as const),
        })),
      };
    case 1:
      return { cmd: "unsubscribe", messageId, unsubscriptions: [topic] };
    case 2:
      return { cmd: random.pick(["puback", "pubrec", "pubrel", "pubcomp"]), messageId };
    case 3:
      return { cmd: random.pick(["pingreq", "disconnect", "pingresp"]) };
    default:
      return {
        cmd: "publish",
        topic,
        payload: text(random).slice(0, 65_000),
        qos: random.pick([0, 1, 2] as const),
        messageId,
        dup: random.chance(0.1),
        retain: random.chance(0.1),
      };
  }
}
