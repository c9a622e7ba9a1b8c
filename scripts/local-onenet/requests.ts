/** The platform's requests to studio devices: sent, awaited, answered. */

import type { JsonValue } from "./json.ts";
import { nameOf, type DeviceRecord } from "./devices.ts";
import type { Reporter } from "./events.ts";
import type { Sessions } from "./sessions.ts";
import { treeOf } from "./sys-topics.ts";

/** What a device answered. */
export interface Reply {
  readonly code: number;
  readonly message: string;
  /** What was asked for: of `property/get` and of services. */
  readonly data?: JsonValue;
}

export interface Requests {
  /**
   * Asks a device and waits for its answer.
   * @param call `property/set`, `property/get` or `service/<identifier>/invoke`
   * @param timeout in ms
   * @throws Error when the device is not online, did not subscribe, or does not answer in time
   */
  ask(record: DeviceRecord, call: string, params: JsonValue, timeout: number): Promise<Reply>;
  /** Takes the answer of a device; false when nothing was asked. */
  answer(name: string, call: string, id: string, reply: Reply): boolean;
  /** Ends all waiting. */
  close(): void;
}

/** @param kept how many requests may wait at once */
export function createRequests(events: Reporter["events"], sessions: Sessions, kept: number): Requests {
  const waiting = new Map<
    string,
    { readonly settle: (reply: Reply) => void; readonly fail: (why: string) => void }
  >();
  let lastId = 0;

  return {
    async ask(record, call, params, timeout) {
      const name = nameOf(record);
      if (waiting.size >= kept)
        throw new Error(`${kept} requests are waiting for answers: no more are accepted`);
      const id = String(++lastId);
      const topic = `${treeOf(record)}thing/${call}`;
      const request = { id, version: "1.0", params };
      const undelivered = sessions.notify(name, topic, Buffer.from(JSON.stringify(request)));
      if (undelivered === "offline") throw new Error(`device not online: ${name}`);
      if (undelivered !== undefined) throw new Error(`device ${name} did not subscribe to ${topic}`);
      const key = keyOf(name, call, id);
      let timer: NodeJS.Timeout | undefined;
      const reply = new Promise<Reply>((resolve, reject) => {
        const fail = (why: string) => reject(new Error(why));
        timer = setTimeout(() => {
          fail(`device ${name} did not answer within ${timeout} ms: it should publish to ${topic}_reply`);
        }, timeout);
        waiting.set(key, { settle: resolve, fail });
      });
      events.emit("request", { device: name, call, id, params });
      try {
        return await reply;
      } finally {
        clearTimeout(timer);
        waiting.delete(key);
      }
    },
    answer(name, call, id, reply) {
      const waiter = waiting.get(keyOf(name, call, id));
      if (waiter === undefined) return false;
      events.emit("reply", { device: name, call, id, code: reply.code, message: reply.message });
      waiter.settle(reply);
      return true;
    },
    close() {
      for (const { fail } of waiting.values()) fail("the platform closed");
    },
  };
}

function keyOf(name: string, call: string, id: string): string {
  return JSON.stringify([name, call, id]);
}
