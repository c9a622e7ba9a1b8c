/** Violations of the standard: the connection ends with the clause, and the board comes back. */

import { MALFORMED } from "../support/malformed.ts";
import { CONNACK, EXACTLY_ONCE, MULTIPROTOCOL, logIn, ready, welcome } from "./parts.ts";
import {
  give,
  giveEach,
  message,
  packet,
  pass,
  see,
  take,
  text,
  type Exchange,
  type Step,
} from "./exchange.ts";

/** Packets a decoder rejects on their own. The limit of these boards differs. */
const PACKETS = MALFORMED.filter(([name]) => name !== "a packet over the limit");

/**
 * A CONNACK is valid only in one place, and nothing else is valid there: which clause is named then does not matter.
 */
const isOfLogIn = (wire: string) => wire.startsWith("20 ");

function refused(clause: string): Step {
  return see(new RegExp(`^OneNET: the server broke ${clause.replace(/\.(?=\d)/g, "\\.")}; next try`));
}

const readyAtQos2: readonly Step[] = [
  ...welcome(EXACTLY_ONCE),
  take("35"),
  give("50 02 ID"),
  take("62"),
  give("70 02 ID"),
];

/** Several packets in one exchange: the board comes back after each. */
function eachRefused(
  cases: readonly (readonly [name: string, wire: string, clause: string])[],
): readonly Step[] {
  return cases.flatMap(([, wire, clause], at) => [
    ...(at === 0 ? ready : BACK),
    give(wire),
    refused(isOfLogIn(wire) ? "MQTT-[^;]*" : clause),
    pass(1000),
  ]);
}

/** Back online, whatever the wait was. */
const BACK: readonly Step[] = [...logIn, give(CONNACK), take("82"), give("90 03 ID 01")];

export const BROKEN: readonly Exchange[] = [
  ...groups(PACKETS, 4).map((cases) => ({
    name: cases.map(([name]) => name).join("; "),
    board: MULTIPROTOCOL,
    steps: eachRefused(cases),
  })),
  ...groups(PACKETS, 13).map((cases) => ({
    name: `at the log-in: ${cases[0]?.[0] ?? ""} and what follows it`,
    board: MULTIPROTOCOL,
    steps: cases.flatMap(([, wire, clause]) => [
      ...logIn,
      give(wire),
      refused(isOfLogIn(wire) ? clause : "MQTT-[^;]*"),
      pass(1000),
    ]),
  })),
  {
    name: "an acknowledgement over the board's limit, byte by byte",
    board: MULTIPROTOCOL,
    steps: [...ready, giveEach("40 81 20"), refused("MQTT-2.2.3"), ...logIn],
  },
  {
    name: "an answer to the subscription that is over the board's limit",
    board: MULTIPROTOCOL,
    steps: [
      ...logIn,
      give(CONNACK),
      take("82"),
      give(packet("90", `ID ${"01 ".repeat(2000)}`)),
      refused("MQTT-2.2.3"),
      ...logIn,
    ],
  },
  {
    name: "commands before and behind a malformed packet, in one write",
    board: MULTIPROTOCOL,
    steps: [
      ...ready,
      give([message("t", "on"), "00 00", message("t", "off")].join(" ")),
      refused("MQTT-2.2.1"),
      ...logIn,
    ],
  },
  {
    name: "bytes behind the end of a session",
    board: MULTIPROTOCOL,
    steps: [...ready, give("ff ff ff ff", message("t", "on"), "d0 00"), refused("MQTT-2.2.1"), ...logIn],
  },
  {
    name: "a CONNACK after the log-in",
    board: MULTIPROTOCOL,
    steps: [...ready, give(CONNACK), refused("MQTT-3.2"), ...logIn],
  },
  {
    name: "a session that stayed, and a refusal",
    board: EXACTLY_ONCE,
    steps: [...logIn, give("20 02 01 05"), refused("MQTT-3.2.2-4"), ...logIn],
  },
  {
    name: "more messages at QoS 2 than are held",
    board: EXACTLY_ONCE,
    steps: [
      ...readyAtQos2,
      give(Array.from({ length: 258 }, (_, at) => held(at + 1)).join(" ")),
      see(/the server releases no messages/),
      ...logIn,
    ],
  },
  {
    name: "a topic of 900 bytes, and one that is not UTF-8 at its very end",
    board: MULTIPROTOCOL,
    steps: [
      ...ready,
      give(packet("30", text("t".repeat(900)))),
      give(packet("30", `03 85 '${"t".repeat(900)}' c3`)),
      refused("MQTT-1.5.3-1"),
      ...logIn,
    ],
  },
];

/** A message at QoS 2 to a topic the board ignores. */
function held(id: number): string {
  return packet("34", `00 01 't' ${id.toString(16).padStart(4, "0").replace(/../, "$& ")}`);
}

function groups<T>(all: readonly T[], size: number): readonly T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  );
}
