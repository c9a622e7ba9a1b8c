/** The platform's requests to studio devices, from sending to the answer. */

import type { JsonValue } from "./json.ts";
import { nameOf, type DeviceRecord } from "./devices.ts";
import type { Reporter } from "./events.ts";
import type { Sessions } from "./sessions.ts";
import type { Store } from "./store.ts";
import { treeOf } from "./sys-topics.ts";
import { english } from "../cli/language.ts";

/** A device's answer. */
export interface Reply {
  readonly code: number;
  readonly message: string;
  /** The requested data, for `property/get` and services. */
  readonly data?: JsonValue;
}

/** How a request reaches a device: as it is, or through a gateway in another form. */
export interface Route {
  readonly to: DeviceRecord;
  readonly call: string;
  readonly params: JsonValue;
}

/** A request that was answered. */
export interface Asked {
  readonly record: DeviceRecord;
  readonly call: string;
}

/** The device is not online. */
export class OfflineError extends Error {}

export interface Requests {
  /**
   * Sends a request to a device and waits for its answer.
   * @param call `property/set`, `property/get` or `service/<identifier>/invoke`
   * @param timeout in ms
   * @param route if the request does not go to the device itself
   * @throws Error if the device is offline, has not subscribed or does not answer in time
   */
  ask(record: DeviceRecord, call: string, params: JsonValue, timeout: number, route?: Route): Promise<Reply>;
  /**
   * Accepts the answer of the one that got the request.
   * @returns what was asked; undefined if it does not match a pending request
   */
  answer(name: string, call: string, id: string, reply: Reply): Asked | undefined;
  /** Ends every pending wait. */
  close(): void;
}

/** @param kept most requests pending at once */
export function createRequests(
  events: Reporter["events"],
  sessions: Sessions,
  store: Store,
  kept: number,
): Requests {
  const waiting = new Map<
    string,
    Asked & { readonly settle: (reply: Reply) => void; readonly fail: (why: string) => void }
  >();
  let lastId = 0;

  return {
    async ask(record, call, params, timeout, route = { to: record, call, params }) {
      const name = nameOf(record);
      const addressee = nameOf(route.to);
      if (waiting.size >= kept)
        throw new Error(english`too many requests: ${kept} are already waiting for answers`);
      const id = String(++lastId);
      const topic = `${treeOf(route.to)}thing/${route.call}`;
      const request = { id, version: "1.0", params: route.params };
      const undelivered = sessions.notify(addressee, topic, Buffer.from(JSON.stringify(request)));
      if (undelivered === "offline") throw new OfflineError(english`device not online: ${addressee}`);
      if (undelivered !== undefined)
        throw new Error(english`device ${addressee} has not subscribed to ${topic}`);
      const key = keyOf(addressee, route.call, id);
      let timer: NodeJS.Timeout | undefined;
      const reply = new Promise<Reply>((resolve, reject) => {
        const fail = (why: string) => reject(new Error(why));
        timer = setTimeout(() => {
          fail(
            english`device ${addressee} did not answer within ${timeout} ms: it must publish to ${topic}_reply`,
          );
        }, timeout);
        waiting.set(key, { record, call, settle: resolve, fail });
      });
      events.emit("request", { device: name, call, id, params });
      const log = call.startsWith("service/") ? "service" : "operation";
      try {
        const { code, data = null } = await reply;
        store.log(name, log, { call, params, code, data });
        return await reply;
      } catch (error) {
        store.log(name, log, { call, params });
        throw error;
      } finally {
        clearTimeout(timer);
        waiting.delete(key);
      }
    },
    answer(name, call, id, reply) {
      const waiter = waiting.get(keyOf(name, call, id));
      if (waiter === undefined) return undefined;
      const { record, call: asked, settle } = waiter;
      const { code, message } = reply;
      events.emit("reply", { device: nameOf(record), call: asked, id, code, message });
      settle(reply);
      return { record, call: asked };
    },
    close() {
      for (const { fail } of waiting.values()) fail(english`the platform closed`);
    },
  };
}

function keyOf(name: string, call: string, id: string): string {
  return JSON.stringify([name, call, id]);
}
