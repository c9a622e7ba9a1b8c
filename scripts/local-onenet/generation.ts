/** What the platform needs from a generation of OneNET. The broker itself knows none of its rules. */

import type { DeviceRecord } from "./devices.ts";
import type { Rule } from "./events.ts";
import type { Undelivered } from "./sessions.ts";

/** A broken rule, and how it was broken. */
export interface Broken {
  readonly rule: Rule;
  readonly detail: string;
  /** Whether the platform ends the connection for it. */
  readonly cuts?: true;
}

/** A PUBLISH as received. */
export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: number;
  readonly retain: boolean;
  readonly dup: boolean;
}

export interface Generation {
  /** Checks a message's header before anything acts on it; returns the broken rule, if any. */
  checkMessage(record: DeviceRecord, message: Message): Broken | undefined;
  /** Checks a subscription to `filter`, given the device's existing `filters`; returns the broken rule, if any. */
  checkSubscription(record: DeviceRecord, filter: string, filters: ReadonlySet<string>): Broken | undefined;
  /** Most topics in one SUBSCRIBE; more end the connection. */
  readonly maximumSubscriptions?: number;
  /** Handles a message from a device; returns the broken rule, if any. */
  readonly receive: (record: DeviceRecord, topic: string, payload: Buffer) => Broken | undefined;
  /** Sends the command `uuid` to the device. */
  sendCommand(record: DeviceRecord, uuid: string, payload: Buffer): Undelivered | undefined;
}
