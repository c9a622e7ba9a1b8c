/** Connections that end, in every way and at every step. */

import { CONNACK, MULTIPROTOCOL, SUITE, acknowledge, logIn, welcome } from "./parts.ts";
import {
  end,
  give,
  giveAndEnd,
  message,
  pass,
  see,
  take,
  type Ending,
  type Exchange,
  type Step,
} from "./exchange.ts";

const WAYS: readonly Ending[] = ["close", "reset", "half-close"];

const AT: readonly [name: string, steps: readonly Step[]][] = [
  ["before CONNACK", logIn],
  ["within CONNACK", [...logIn, give("20 02 00")]],
  ["before SUBACK", [...logIn, give(CONNACK), take("82")]],
  ["once online", welcome(MULTIPROTOCOL)],
  ["before PUBACK", [...welcome(MULTIPROTOCOL), take("32")]],
  ["when all is acknowledged", [...welcome(MULTIPROTOCOL), ...acknowledge]],
  ["within a command", [...welcome(MULTIPROTOCOL), ...acknowledge, give("30 05 00 01 't' 'o'")]],
  [
    "behind a command, before its report is acknowledged",
    [...welcome(MULTIPROTOCOL), ...acknowledge, give(message("$creq/1", "on")), take("32")],
  ],
  [
    "long after the log-in",
    [...welcome(MULTIPROTOCOL), ...acknowledge, pass(29_500), take("c0"), give("d0 00"), pass(8000)],
  ],
];

export const CUTS: readonly Exchange[] = [
  ...WAYS.flatMap((way) =>
    AT.map(([name, steps]) => ({
      name: `${way} ${name}`,
      board: MULTIPROTOCOL,
      steps: [
        ...steps,
        end(way),
        pass(100),
        see(/^OneNET: link lost: /),
        ...welcome(MULTIPROTOCOL),
        pass(3000),
      ],
    })),
  ),
  ...WAYS.map((way) => ({
    name: `${way} again and again: the back-off`,
    board: SUITE,
    steps: [...logIn, ...Array.from({ length: 7 }, (): Step[] => [end(way), ...logIn]).flat()],
  })),
  {
    name: "a command and the end in one write",
    board: MULTIPROTOCOL,
    steps: [
      ...welcome(MULTIPROTOCOL),
      ...acknowledge,
      giveAndEnd(message("$creq/1", "on"), "close"),
      see(/^Command: on$/),
      ...logIn,
    ],
  },
];
