/** Broken Wi-Fi: the board silently loses its sockets, and comes back on new ones. */

import {
  EXACTLY_ONCE,
  MULTIPROTOCOL,
  PLAIN,
  SESSION_PRESENT,
  STUDIO,
  SUITE,
  acknowledge,
  logIn,
  welcome,
  ready,
} from "./parts.ts";
import {
  accept,
  drop,
  give,
  listen,
  message,
  pass,
  powerCycle,
  refuse,
  see,
  take,
  type Exchange,
  type Step,
} from "./exchange.ts";

const LOST: readonly Step[] = [drop, see(/^Wi-Fi: disconnected, BEACON_TIMEOUT; next try in /)];
const BACK: readonly Step[] = [...welcome(MULTIPROTOCOL), ...acknowledge, pass(3000)];
/** Back online, with the first report already acknowledged. */
const AGAIN: readonly Step[] = [
  ...welcome(MULTIPROTOCOL),
  give(message("t", "on")),
  see(/^Command: on$/),
  pass(3000),
];

export const WIFI: readonly Exchange[] = [
  { name: "lost before CONNACK", board: MULTIPROTOCOL, steps: [...logIn, ...LOST, ...BACK] },
  {
    name: "lost within CONNACK",
    board: MULTIPROTOCOL,
    steps: [...logIn, give("20 02 00"), ...LOST, ...BACK],
  },
  {
    name: "lost before SUBACK",
    board: MULTIPROTOCOL,
    steps: [...logIn, give("20 02 00 00"), take("82"), ...LOST, ...BACK],
  },
  {
    name: "lost before PUBACK",
    board: MULTIPROTOCOL,
    steps: [...welcome(MULTIPROTOCOL), take("32"), ...LOST, ...BACK],
  },
  {
    name: "lost within a command",
    board: MULTIPROTOCOL,
    steps: [...ready, give("30 05 00 01 't' 'o'"), ...LOST, ...AGAIN],
  },
  ...[MULTIPROTOCOL, SUITE, STUDIO, PLAIN].map((board) => ({
    name: `lost once online, on ${board.name}`,
    board,
    steps: [...welcome(board), ...LOST, ...welcome(board), pass(3000)],
  })),
  {
    name: "lost at QoS 2 before PUBREC",
    board: EXACTLY_ONCE,
    steps: [
      ...welcome(EXACTLY_ONCE),
      take("35"),
      ...LOST,
      ...logIn,
      give(SESSION_PRESENT),
      take("3d"),
      give("50 02 ID"),
      take("62"),
      give("70 02 ID"),
      pass(3000),
    ],
  },
  {
    name: "lost again and again: the back-off",
    board: SUITE,
    steps: Array.from({ length: 5 }, () => [...logIn, ...LOST]).flat(),
  },
  {
    name: "lost while it joins, and while it waits",
    board: MULTIPROTOCOL,
    steps: [...ready, ...LOST, drop, pass(730), drop, ...AGAIN],
  },
  {
    name: "lost while the platform refuses connections",
    board: MULTIPROTOCOL,
    steps: [...ready, refuse, ...LOST, pass(40_000), ...LOST, pass(40_000), listen, ...AGAIN],
  },
  {
    name: "lost, and reports that waited",
    board: MULTIPROTOCOL,
    steps: [
      ...ready,
      ...LOST,
      refuse,
      pass(200_000),
      listen,
      ...welcome(MULTIPROTOCOL),
      ...acknowledge,
      ...acknowledge,
      pass(3000),
    ],
  },
  {
    name: "lost, then power off and on",
    board: MULTIPROTOCOL,
    steps: [...ready, ...LOST, powerCycle, accept, take("10")],
  },
];
