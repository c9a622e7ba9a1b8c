/** What the platform asks of a generation of OneNET; the broker knows none of its rules. */

import type { DeviceRecord } from "./devices.ts";
import type { Rule } from "./events.ts";

/** A rule that was broken, and how. */
export interface Broken {
  readonly rule: Rule;
  readonly detail: string;
}

export interface Generation {
  /** Whether the password opens the device. */
  authenticates(record: DeviceRecord, password: Buffer): boolean;
  /** The rule that a subscription to `topic` would break, beside the `topics` that the device has. */
  checkSubscription(topic: string, topics: ReadonlySet<string>): Broken | undefined;
  /** Acts on a message that a device published; the rule that it breaks, if any. */
  receive(record: DeviceRecord, topic: string, payload: Buffer): Broken | undefined;
  /** The topic that brings the command `uuid` to the device. */
  commandTopic(record: DeviceRecord, uuid: string): string;
}
