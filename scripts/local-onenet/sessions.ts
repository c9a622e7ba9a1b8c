/** The devices that are online, and how to reach them. Everything is sent at QoS 0. */

import type { Client } from "aedes";
import { logOf, type Data, type Seen } from "./data.ts";
import { nameOf, type DeviceRecord } from "./devices.ts";
import type { Store } from "./store.ts";
import { filterMatches } from "./topics.ts";
import { english } from "../cli/language.ts";

export interface Session {
  readonly record: DeviceRecord;
  readonly client: Client;
  /** Topic filters the device subscribed to. */
  readonly topics: Set<string>;
  /** Why it ends, once known. */
  why?: string;
}

/** Why a message does not reach a device. */
export type Undelivered = "offline" | "unsubscribed";

export interface Sessions {
  /** @param name see `nameOf` */
  get(name: string): Session | undefined;
  all(): readonly Session[];
  /** Whether the device is connected, by itself or through its gateway. */
  isOnline(name: string): boolean;
  /** The gateway that has logged the device in. */
  gatewayOf(name: string): string | undefined;
  /** The devices that a gateway has logged in. */
  through(gateway: string): readonly string[];
  /** A gateway logs a device in. */
  enter(name: string, gateway: string): void;
  /** A device that a gateway has logged in leaves; false if none has. */
  leave(name: string): boolean;
  /** When the device was first and last online, in ms since 1970; undefined if it never was. */
  seen(name: string): Seen | undefined;
  /** Cuts the device off and forgets that it was online. */
  forget(name: string, why: string): void;
  open(session: Session): void;
  close(session: Session): void;
  /** Sends to one device, subscribed or not. */
  send(name: string, topic: string, payload: Buffer): Undelivered | undefined;
  /** Sends to one device if it subscribed to the topic. */
  notify(name: string, topic: string, payload: Buffer): Undelivered | undefined;
  /** Sends to the devices of a product that subscribed to the topic. */
  deliver(product: string, topic: string, payload: Buffer): void;
}

/** @param backlog most bytes queued for a device that has stopped reading */
export function createSessions(backlog: number, data: Data, store: Store): Sessions {
  const online = new Map<string, Session>();
  /** The gateways of the devices that are logged in through one. */
  const gateways = new Map<string, string>();
  const seen = new Map(data.seen);

  // The platform may have ended without seeing them leave.
  for (const name of seen.keys()) {
    if (store.streams(logOf(name)).get("status")?.points.at(-1)?.value === 1) store.log(name, "status", 0);
  }

  function see(name: string, times: Seen): void {
    seen.set(name, times);
    data.setSeen(name, times);
  }

  function appear(name: string): void {
    const now = Date.now();
    see(name, { first: seen.get(name)?.first ?? now, last: now });
    store.log(name, "status", 1);
  }

  function disappear(name: string): void {
    const times = seen.get(name);
    if (times === undefined) return; // deleted
    see(name, { ...times, last: Date.now() });
    store.log(name, "status", 0);
  }

  const isOnline = (name: string) => online.has(name) || gateways.has(name);

  function write(session: Session, topic: string, payload: Buffer): void {
    if (session.client.conn.writableLength > backlog) {
      session.why ??= english`the device does not read what is sent to it`;
      session.client.close();
      return;
    }
    session.client.publish({ cmd: "publish", qos: 0, dup: false, retain: false, topic, payload }, () => {
      // A failed write ends the session, and that is reported instead.
    });
  }

  return {
    get: (name) => online.get(name),
    all: () => [...online.values()],
    isOnline,
    gatewayOf: (name) => gateways.get(name),
    through: (gateway) => [...gateways].filter(([, one]) => one === gateway).map(([name]) => name),
    enter(name, gateway) {
      gateways.set(name, gateway);
      appear(name);
    },
    leave(name) {
      const wasIn = gateways.delete(name);
      if (wasIn) disappear(name);
      return wasIn;
    },
    seen(name) {
      const times = seen.get(name);
      return times && isOnline(name) ? { ...times, last: Date.now() } : times;
    },
    forget(name, why) {
      const session = online.get(name);
      seen.delete(name);
      if (session === undefined) return;
      session.why ??= why;
      session.client.close();
    },
    open(session) {
      const name = nameOf(session.record);
      gateways.delete(name); // It has a connection of its own now.
      online.set(name, session);
      appear(name);
    },
    close(session) {
      const name = nameOf(session.record);
      online.delete(name);
      disappear(name);
    },
    send(name, topic, payload) {
      const session = online.get(name);
      if (session === undefined) return "offline";
      write(session, topic, payload);
      return undefined;
    },
    notify(name, topic, payload) {
      const session = online.get(name);
      if (session === undefined) return "offline";
      if (![...session.topics].some((filter) => filterMatches(filter, topic))) return "unsubscribed";
      write(session, topic, payload);
      return undefined;
    },
    deliver(product, topic, payload) {
      for (const session of [...online.values()]) {
        if (session.record.product === product && session.topics.has(topic)) write(session, topic, payload);
      }
    },
  };
}
