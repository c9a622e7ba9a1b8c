/** The events of the local OneNET, and the rules whose violations it reports. */

import { EventEmitter } from "node:events";
import type { JsonValue } from "./json.ts";
import { printable } from "./text.ts";

/** The platform's rules that a device can break after its log-in. */
export const RULES = {
  packet: "a packet is well-formed MQTT 3.1.1 and no longer than the platform takes",
  "subscribe-topic": "a subscription names one topic of letters, digits, _ and /, with no wildcard and no $",
  "subscribe-count": "a device subscribes to at most 100 topics",
  retain: "a message is not retained",
  "dp-frame": "the payload of $dp is one whole frame, correct to the byte",
  "stream-count": "a device has no more data streams than the platform keeps",
  "command-response": "an answer to a command is for one that was sent to this device, once",
  "reserved-topic":
    "the topics that begin with $ belong to the platform: $dp and $crsp/<uuid> are for devices",
  qos: "a device of suite or studio publishes at QoS 0 or 1",
  "own-topic": "a device of suite or studio publishes to topics of its own that the platform reads",
  "own-notice": "a device of suite or studio subscribes to notices of its own",
  "subscribe-packet": "a SUBSCRIBE of suite or studio names at most 8 topics",
  "dp-json":
    'the payload of dp/post/json is {"id":<1 to 2147483647>,"dp":{"<stream>":[{"v":<value>,"t":<s since 1970, optional>}]}}',
  "one-json": "a message of the thing model is OneJSON, and as the product's thing model says",
  answer: "a reply answers a request that was sent to this device, once and in time",
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
 * A device has its name as the platform's calls take it: the device id (multiprotocol) or `product/device` (suite,
 * studio). Payloads, topics, stream names and values are as they came: bytes of the network, to be checked before a
 * terminal gets them. The other texts are fit for one. No event carries a password.
 */
export interface Events {
  online: [{ readonly device: string }];
  offline: [{ readonly device: string; readonly why: string }];
  /**
   * A connection that did not become a session; no return code says that it was cut without a CONNACK. `clientId` is
   * the device's name as above, or the client id alone where no user name came.
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
  /** `at` is as the device gave it, or Beijing time; `type` is that of the `$dp` frame, for multiprotocol only. */
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
   * studio: the platform asked the device; `call` is `property/set`, `property/get` or `service/<identifier>/invoke`.
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
  /** studio: the device asked for desired values. */
  "desired-get": [{ readonly device: string; readonly identifiers: readonly string[] }];
  /** A device registered itself: for the first time, or again. */
  registered: [{ readonly device: string; readonly title: string; readonly isNew: boolean }];
  /** Something worth knowing that is not a violation. */
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
