/** Log-in: each generation, each refusal, and a platform that is slow, silent or in pieces. */

import {
  CONNACK,
  EXACTLY_ONCE,
  MULTIPROTOCOL,
  PLAIN,
  STUDIO,
  SUITE,
  acknowledge,
  logIn,
  welcome,
} from "./parts.ts";
import {
  accept,
  end,
  give,
  giveEach,
  message,
  packet,
  pass,
  refuse,
  listen,
  see,
  take,
  type Exchange,
} from "./exchange.ts";

const GENERATIONS: readonly Exchange[] = [
  {
    name: "multiprotocol comes online and reports",
    board: MULTIPROTOCOL,
    steps: [...welcome(MULTIPROTOCOL), see(/^OneNET: online$/), ...acknowledge],
  },
  {
    name: "suite comes online and reports",
    board: SUITE,
    steps: [...welcome(SUITE), see(/^OneNET: online$/), ...acknowledge],
  },
  {
    name: "studio comes online, posts its event, asks for its desired values and reports",
    board: STUDIO,
    steps: [...welcome(STUDIO), ...acknowledge, ...acknowledge, ...acknowledge],
  },
  {
    name: "plain comes online, publishes its status and its state, and reports",
    board: PLAIN,
    steps: [
      ...welcome(PLAIN),
      take("33", "online"),
      give("40 02 ID"),
      take("33", "state"),
      give("40 02 ID"),
      ...acknowledge,
    ],
  },
  {
    name: "plain at QoS 2 comes online, publishes its status and reports",
    board: EXACTLY_ONCE,
    steps: [
      ...welcome(EXACTLY_ONCE),
      take("35", "online"),
      give("50 02 ID"),
      take("35", "state"),
      give("50 02 ID"),
      take("62"),
      give("70 02 ID"),
      take("62"),
      give("70 02 ID"),
      take("34"),
      give("50 02 ID"),
      take("62"),
      give("70 02 ID"),
    ],
  },
];

const REFUSALS: readonly Exchange[] = [1, 2, 3, 4, 5].map((code) => ({
  name: `a log-in refused with code ${code}, then granted`,
  board: MULTIPROTOCOL,
  steps: [
    ...logIn,
    give(`20 02 00 0${code}`),
    see(new RegExp(`^OneNET: log-in refused, code ${code}`)),
    ...logIn,
    give(CONNACK),
    take("82"),
  ],
}));

export const LOG_IN: readonly Exchange[] = [
  ...GENERATIONS,
  ...REFUSALS,
  {
    name: "a log-in refused for an hour: the waits between the tries",
    board: SUITE,
    steps: [
      ...logIn,
      ...Array.from({ length: 8 }, () => [give("20 02 00 05"), see(/refused, code 5/), ...logIn]).flat(),
    ],
  },
  {
    name: "a log-in refused, on plain",
    board: PLAIN,
    steps: [...logIn, give("20 02 00 05"), see(/code 5: check userName and password/), ...logIn],
  },
  {
    name: "CONNACK and SUBACK byte by byte",
    board: MULTIPROTOCOL,
    steps: [...logIn, giveEach(CONNACK), take("82"), giveEach("90 03 ID 01"), ...acknowledge],
  },
  ...[1, 2, 3].map((at) => ({
    name: `CONNACK split behind byte ${at}`,
    board: MULTIPROTOCOL,
    steps: [
      ...logIn,
      give(...split(CONNACK, at)),
      take("82"),
      give(...split("90 03 00 01 01", at)),
      ...acknowledge,
    ],
  })),
  {
    name: "CONNACK, SUBACK and commands in one write",
    board: MULTIPROTOCOL,
    steps: [
      ...logIn,
      give([CONNACK, "90 03 00 01 01", message("t", "on"), message("t", "off")].join(" ")),
      take("82"),
      see(/^Command: on$/),
      see(/^Command: off$/),
      pass(3000),
    ],
  },
  {
    name: "a command between CONNACK and SUBACK",
    board: MULTIPROTOCOL,
    steps: [
      ...logIn,
      give(CONNACK),
      take("82"),
      give(message("t", "on")),
      give("90 03 ID 01"),
      see(/^Command: on$/),
      pass(3000),
    ],
  },
  {
    name: "no CONNACK, then one that comes too late",
    board: MULTIPROTOCOL,
    steps: [
      ...logIn,
      pass(11_000),
      see(/no answer to the log-in/),
      give(CONNACK),
      ...logIn,
      give(CONNACK),
      take("82"),
    ],
  },
  {
    name: "no CONNACK again and again: the back-off",
    board: MULTIPROTOCOL,
    steps: [...logIn, pass(600_000)],
  },
  {
    name: "no SUBACK",
    board: MULTIPROTOCOL,
    steps: [
      ...logIn,
      give(CONNACK),
      take("82"),
      pass(11_000),
      see(/a subscription was not acknowledged/),
      ...logIn,
    ],
  },
  {
    name: "a SUBACK of another packet identifier, then the right one",
    board: MULTIPROTOCOL,
    steps: [...logIn, give(CONNACK), take("82"), give("90 03 99 99 01"), give("90 03 ID 01"), ...acknowledge],
  },
  {
    name: "a refused subscription",
    board: MULTIPROTOCOL,
    steps: [
      ...logIn,
      give(CONNACK),
      take("82"),
      give("90 03 ID 80"),
      see(/subscription refused/),
      give(message("t", "on")),
      see(/^Command: on$/),
      pass(3000),
    ],
  },
  {
    name: "one of three subscriptions refused",
    board: SUITE,
    steps: [
      ...logIn,
      give(CONNACK),
      take("82"),
      give("90 05 ID 01 80 01"),
      see(/subscription refused/),
      pass(3000),
    ],
  },
  {
    name: "a refused subscription, on plain",
    board: PLAIN,
    steps: [
      ...logIn,
      give(CONNACK),
      take("82"),
      give("90 03 ID 80"),
      see(/subscription refused: check mqtt\.topic in/),
      pass(3000),
    ],
  },
  {
    name: "a SUBACK with too many codes",
    board: MULTIPROTOCOL,
    steps: [
      ...logIn,
      give(CONNACK),
      take("82"),
      give("90 04 ID 01 01"),
      see(/broke MQTT-3\.8\.4-5/),
      ...logIn,
    ],
  },
  {
    name: "a message instead of CONNACK",
    board: MULTIPROTOCOL,
    steps: [...logIn, give(message("t", "on")), see(/broke MQTT-3\.2\.0-1/), ...logIn],
  },
  {
    name: "a session that was not requested",
    board: MULTIPROTOCOL,
    steps: [...logIn, give("20 02 01 00"), see(/broke MQTT-3\.2\.2-1/), ...logIn],
  },
  {
    name: "two CONNACKs",
    board: MULTIPROTOCOL,
    steps: [...logIn, give(`${CONNACK} ${CONNACK}`), see(/broke MQTT-3\.2;/), ...logIn],
  },
  {
    name: "the answer of a web server",
    board: MULTIPROTOCOL,
    steps: [...logIn, give("'HTTP/1.1 400 Bad Request' 0d 0a 0d 0a"), see(/broke MQTT-/), ...logIn],
  },
  {
    name: "a greeting before CONNECT was sent whole",
    board: MULTIPROTOCOL,
    steps: [...logIn, give(packet("d0")), see(/broke MQTT-3\.2\.0-1/), ...logIn],
  },
  {
    name: "connections refused, then taken",
    board: MULTIPROTOCOL,
    steps: [
      refuse,
      pass(60_000),
      see(/refused or unreachable/),
      see(/refused or unreachable/),
      listen,
      accept,
      take("10"),
      give(CONNACK),
      take("82"),
    ],
  },
  {
    name: "connections taken and ended at once",
    board: MULTIPROTOCOL,
    steps: [
      ...logIn,
      end("close"),
      accept,
      end("reset"),
      accept,
      take("10"),
      end("half-close"),
      ...logIn,
      give(CONNACK),
      take("82"),
    ],
  },
];

/** A packet of hexadecimal bytes in two pieces. */
function split(bytes: string, at: number): readonly [string, string] {
  return [bytes.slice(0, at * 3), bytes.slice(at * 3)];
}
