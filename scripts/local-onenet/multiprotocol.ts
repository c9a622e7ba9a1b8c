/** The rules of the multiprotocol generation (多协议接入): `$dp`, `$creq`, `$crsp` and the topics of a product. */

import { beijingTime } from "./beijing-time.ts";
import type { Commands } from "./commands.ts";
import type { Data } from "./data.ts";
import { readDpFrame } from "./dp.ts";
import type { Reporter } from "./events.ts";
import type { Broken, Generation } from "./generation.ts";
import type { Sessions } from "./sessions.ts";
import type { Store } from "./store.ts";
import { printable } from "./text.ts";
import { english } from "../cli/language.ts";

const MAXIMUM_TOPICS = 100;

/** What the rules act on. */
export interface Parts {
  readonly events: Reporter["events"];
  readonly sessions: Sessions;
  readonly store: Store;
  readonly commands: Pick<Commands, "answer">;
  readonly data: Pick<Data, "fault">;
}

export function multiprotocol({ events, sessions, store, commands, data }: Parts): Generation {
  function receiveDataPoints(device: string, payload: Buffer): Broken | undefined {
    const frame = readDpFrame(payload);
    if (frame.kind === "malformed") {
      return { rule: "dp-frame", detail: english`byte ${frame.offset}: ${printable(frame.reason, 160)}` };
    }
    if (data.fault() !== undefined) return undefined; // It is not acknowledged.
    const { type } = frame;
    for (const { stream, value, at = beijingTime() } of frame.points) {
      if (!store.add(device, stream, { value, at, type })) {
        return { rule: "stream-count", detail: english`no room for the data stream "${printable(stream)}"` };
      }
      events.emit("datapoint", { device, stream, value, at, type });
    }
    return undefined;
  }

  return {
    checkMessage: () => undefined,
    checkSubscription(_record, topic, topics) {
      if (!isProductTopic(topic)) return { rule: "subscribe-topic", detail: `"${printable(topic)}"` };
      if (!topics.has(topic) && topics.size >= MAXIMUM_TOPICS) {
        return { rule: "subscribe-count", detail: english`"${printable(topic)}" would be one more` };
      }
      return undefined;
    },
    receive({ device, product }, topic, payload) {
      if (topic === "$dp") return receiveDataPoints(device, payload);
      if (topic.startsWith("$crsp/")) {
        const uuid = topic.slice("$crsp/".length);
        const why = commands.answer(device, uuid, payload);
        return why === undefined
          ? undefined
          : { rule: "command-response", detail: `"${printable(uuid)}": ${why}` };
      }
      if (topic.startsWith("$")) return { rule: "reserved-topic", detail: `"${printable(topic)}"` };
      events.emit("message", { device, topic, payload });
      sessions.deliver(product, topic, payload);
      return undefined;
    },
    sendCommand: ({ device }, uuid, payload) => sessions.send(device, `$creq/${uuid}`, payload),
  };
}

/** Whether devices may subscribe to the topic. */
export function isProductTopic(topic: string): boolean {
  return /^[A-Za-z0-9_/]+$/.test(topic);
}
