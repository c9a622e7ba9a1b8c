/** Shared by many exchanges: boards, and how they come online. */

import type { Board } from "../../scripts/boards/board.ts";
import { plain, RGB, studio, suite } from "../support/boards.ts";
import { shipped, shippedMultiprotocol } from "../support/bundles.ts";
import { accept, give, packet, take, type Step } from "./exchange.ts";

export const MULTIPROTOCOL = shippedMultiprotocol("esp32-devkit");
export const ESP8266 = shipped("tpyboard-v202");
export const SUITE = suite();
export const STUDIO = studio({ led: RGB });
export const PLAIN = plain();

const { onenet } = plain();
/** At QoS 2, with a persistent session. */
export const EXACTLY_ONCE = plain({
  name: "exactly-once",
  onenet: { ...onenet, qos: 2, cleanSession: false },
  // Only one report, to keep exchanges short.
  streams: [{ id: "switch", source: "commands", period: 600, dpType: 3 }],
});

export const CONNACK = "20 02 00 00";
export const SESSION_PRESENT = "20 02 01 00";

/** The board connects, at once or at a retry, and logs in. */
export const logIn: readonly Step[] = [accept, take("10", "MQTT")];

/** The board connects, and its log-in and its subscriptions are granted. */
export function welcome({ onenet, time }: Board): readonly Step[] {
  const isAnnounced = onenet.generation === "plain" && !!onenet.homeAssistant;
  const filters = { multiprotocol: 1, suite: 3, studio: time ? 7 : 6, plain: isAnnounced ? 2 : 1 }[
    onenet.generation
  ];
  const granted = onenet.qos === 2 ? " 02" : " 01";
  return [...logIn, give(CONNACK), take("82"), give(packet("90", `ID${granted.repeat(filters)}`))];
}

/** The next publish at QoS 1, acknowledged. */
export const acknowledge: readonly Step[] = [take("32"), give("40 02 ID")];

/** The same of a publish whose topic or payload contains a text. */
export const acknowledgeOf = (text: string): readonly Step[] => [take("32", text), give("40 02 ID")];

/** The multiprotocol board is online, with nothing in flight. */
export const ready: readonly Step[] = [...welcome(MULTIPROTOCOL), ...acknowledge];
