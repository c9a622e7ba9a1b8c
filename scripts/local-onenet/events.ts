/** The events of the local OneNET and the rules it enforces. */

import { EventEmitter } from "node:events";
import type { JsonValue } from "./json.ts";
import { printable } from "./text.ts";
import type { StoredPackage, UpdateTask, Versions } from "./updates/task.ts";
import { english } from "../cli/language.ts";

/** The platform's rules for devices that are logged in. */
export const RULES = {
  packet: english`a packet must be well-formed MQTT 3.1.1 and no longer than the platform accepts`,
  "subscribe-topic": english`a subscription must name one topic of letters, digits, _ and /, without wildcards or $`,
  "subscribe-count": english`a device may subscribe to at most 100 topics, of suite to 15, of studio to 10`,
  retain: english`a message must not be retained`,
  "dp-frame": english`the payload of $dp must be exactly one valid frame`,
  "stream-count": english`a device may have no more data streams than the platform keeps`,
  "command-response": english`a device may answer a command only if it was sent to it, and only once`,
  "reserved-topic": english`topics that begin with $ belong to the platform; devices may publish only to $dp and $crsp/<uuid>`,
  qos: english`a suite or studio device must publish at QoS 0 or 1`,
  "own-topic": english`a suite or studio device may publish only to those of its own topics that the platform reads`,
  "own-notice": english`a suite or studio device may subscribe only to its own notifications`,
  "subscribe-packet": english`a SUBSCRIBE of suite or studio may name at most 8 topics`,
  "dp-json": english`the payload of dp/post/json must be {"id":<1 to 2147483647>,"dp":{"<stream>":[{"v":<value>,"t":<s since 1970, optional>}]}}`,
  "sub-device": english`a suite device may log in and out, and speak for, only its sub-devices that are bound to it and not online by themselves`,
  image: english`a message to image/update must be {"state":{"desired":{…},"reported":{…}}}, one to image/get must be empty and ask for what there is`,
  "one-json": english`a thing model message must be valid OneJSON and match the product's thing model`,
  rate: english`a suite or studio device may do only so much in a time`,
  answer: english`a reply must answer a request sent to this device, once and in time`,
} as const;

export type Rule = keyof typeof RULES;

export interface Violation {
  readonly device: string;
  readonly rule: Rule;
  /** The rule as a sentence. */
  readonly sentence: string;
  /** What the device did. */
  readonly detail: string;
}

/**
 * Devices are named as in the platform's calls: the device id (multiprotocol) or `product/device` (suite, studio).
 * Payloads, topics, stream names and values are raw network data: sanitise them before printing. All other texts are
 * safe to print. Events never carry a password.
 */
export interface Events {
  online: [{ readonly device: string }];
  offline: [{ readonly device: string; readonly why: string }];
  /**
   * A connection that did not become a session. Without a return code it was cut without a CONNACK. `clientId` is the
   * device's name as above, or only the client id if there was no user name.
   */
  "login-refused": [
    { readonly clientId: string; readonly why: string; readonly returnCode: 1 | 2 | 4 | 5 | undefined },
  ];
  subscribe: [
    { readonly device: string; readonly topics: readonly string[]; readonly granted: readonly number[] },
  ];
  ping: [{ readonly device: string }];
  /** A device published to a topic of its product. */
  message: [{ readonly device: string; readonly topic: string; readonly payload: Buffer }];
  /** `at` is the time the device sent, or else Beijing time; `type` is the `$dp` type (multiprotocol only). */
  datapoint: [
    {
      readonly device: string;
      readonly stream: string;
      readonly value: JsonValue;
      readonly at: string;
      readonly type?: number;
    },
  ];
  command: [{ readonly uuid: string; readonly device: string; readonly payload: Buffer }];
  response: [{ readonly uuid: string; readonly device: string; readonly payload: Buffer }];
  /** studio: an event of the thing model. */
  event: [
    { readonly device: string; readonly identifier: string; readonly value: JsonValue; readonly at: string },
  ];
  /**
   * studio: the platform sent the device a request; `call` is `property/set`, `property/get`,
   * `service/<identifier>/invoke` or `ota/inform`.
   */
  request: [
    { readonly device: string; readonly call: string; readonly id: string; readonly params: JsonValue },
  ];
  /** studio: the device answered a request. */
  reply: [
    {
      readonly device: string;
      readonly call: string;
      readonly id: string;
      readonly code: number;
      readonly message: string;
    },
  ];
  /** Updates: a package was uploaded. */
  package: [StoredPackage];
  /** A device reported its versions. */
  version: [{ readonly device: string } & Versions];
  /** A device's task was started, or something of it changed. */
  update: [UpdateTask];
  /** studio: the device asked for desired values. */
  "desired-get": [{ readonly device: string; readonly identifiers: readonly string[] }];
  /** A device registered itself: for the first time, or again. */
  registered: [{ readonly device: string; readonly title: string; readonly isNew: boolean }];
  /** Worth knowing, but not a violation. */
  notice: [{ readonly device: string; readonly detail: string }];
  violation: [Violation];
}

export interface Reporter {
  readonly events: EventEmitter<Events>;
  /** The last violations, oldest first. */
  readonly violations: readonly Violation[];
  readonly report: (device: string, rule: Rule, detail: string) => void;
}

/** @param kept how many violations are remembered */
export function createReporter(kept: number): Reporter {
  const events = new EventEmitter<Events>();
  const violations: Violation[] = [];
  return {
    events,
    violations,
    report(device, rule, detail) {
      const violation = { device: printable(device), rule, sentence: RULES[rule], detail };
      violations.push(violation);
      if (violations.length > kept) violations.shift();
      events.emit("violation", violation);
    },
  };
}
