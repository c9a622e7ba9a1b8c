/** What the platform asks of a generation of OneNET; the broker knows none of its rules. */

import type { DeviceRecord } from "./devices.ts";
import type { Rule } from "./events.ts";
import type { Undelivered } from "./sessions.ts";

/** A rule that was broken, and how. */
export interface Broken {
  readonly rule: Rule;
  readonly detail: string;
  /** The platform ends the connection for it. */
  readonly cuts?: true;
}

/** A PUBLISH as it came. */
export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: number;
  readonly retain: boolean;
  readonly dup: boolean;
}

export interface Generation {
  /** The rule that a message breaks by its header, before anything acts on it. */
  checkMessage(record: DeviceRecord, message: Message): Broken | undefined;
  /** The rule that a subscription to `filter` would break, beside the `filters` that the device has. */
  checkSubscription(record: DeviceRecord, filter: string, filters: ReadonlySet<string>): Broken | undefined;
  /** Most topics of one SUBSCRIBE; more end the connection. */
  readonly maximumSubscriptions?: number;
  /** Acts on a message that a device published; the rule that it breaks, if any. */
  readonly receive: (record: DeviceRecord, topic: string, payload: Buffer) => Broken | undefined;
  /** Sends the command `uuid` to the device. */
  sendCommand(record: DeviceRecord, uuid: string, payload: Buffer): Undelivered | undefined;
}
