/** The devices that are online, and the ways to reach them. All that goes to a device goes at QoS 0. */

import type { Client } from "aedes";
import type { DeviceRecord } from "./devices.ts";

export interface Session {
  readonly record: DeviceRecord;
  readonly client: Client;
  /** Topics that the device subscribed to. */
  readonly topics: Set<string>;
  /** Why it ends, once that is known. */
  why?: string;
}

export interface Sessions {
  get(device: string): Session | undefined;
  open(session: Session): void;
  close(session: Session): void;
  /** Sends to one device, subscribed or not; false when it is not online. */
  send(device: string, topic: string, payload: Buffer): boolean;
  /** Sends to the devices of a product that subscribed to the topic. */
  deliver(product: string, topic: string, payload: Buffer): void;
}

/** @param backlog bytes that may wait for a device that does not read */
export function createSessions(backlog: number): Sessions {
  const online = new Map<string, Session>();

  function write(session: Session, topic: string, payload: Buffer): void {
    if (session.client.conn.writableLength > backlog) {
      session.why ??= "the device does not read what is sent to it";
      session.client.close();
      return;
    }
    session.client.publish({ cmd: "publish", qos: 0, dup: false, retain: false, topic, payload }, () => {
      // A write that fails ends the session, which is told as such.
    });
  }

  return {
    get: (device) => online.get(device),
    open(session) {
      online.set(session.record.device, session);
    },
    close(session) {
      online.delete(session.record.device);
    },
    send(device, topic, payload) {
      const session = online.get(device);
      if (session === undefined) return false;
      write(session, topic, payload);
      return true;
    },
    deliver(product, topic, payload) {
      for (const session of [...online.values()]) {
        if (session.record.product === product && session.topics.has(topic)) write(session, topic, payload);
      }
    },
  };
}
