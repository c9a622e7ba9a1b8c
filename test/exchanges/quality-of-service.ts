/** QoS 1 and 2, both ways, in and out of order, across cuts and restarts. */

import { plainAt } from "../support/boards.ts";
import { CONNACK, EXACTLY_ONCE, MULTIPROTOCOL, SESSION_PRESENT, logIn, welcome } from "./parts.ts";
import {
  end,
  give,
  packet,
  pass,
  powerCycle,
  see,
  take,
  text,
  type Exchange,
  type Step,
} from "./exchange.ts";

/** A complete QoS 2 publish by the board. */
const delivered = (first: string): readonly Step[] => [
  take(first),
  give("50 02 ID"),
  take("62"),
  give("70 02 ID"),
];

/** Online, after the status, the state and the first report. */
const READY: readonly Step[] = [
  ...welcome(EXACTLY_ONCE),
  // They are sent together.
  take("35", "status"),
  give("50 02 ID"),
  take("35", "state"),
  give("50 02 ID"),
  take("62"),
  give("70 02 ID"),
  take("62"),
  give("70 02 ID"),
  ...delivered("34"),
];

/** Boards at QoS 1 whose session may have been started by a program at QoS 2. */
const LASTING = plainAt(1, false);
const CLEAN = plainAt(1, true);

/** A command at QoS 2 under packet identifier 10. */
const toggle = (first = "34") => give(packet(first, `${text("home/lamp/set")} 00 0a 'toggle'`));

/** The next publish at QoS 1, acknowledged. */
const acknowledged = (first: string): readonly Step[] => [take(first), give("40 02 ID")];

const RETURN: readonly Step[] = [...logIn, give(SESSION_PRESENT)];

export const QUALITY_OF_SERVICE: readonly Exchange[] = [
  {
    name: "a command at QoS 2",
    steps: [
      ...READY,
      toggle(),
      see(/^Command: on$/),
      take("34", "answer"),
      take("50 02 00 0a"),
      give("62 02 00 0a"),
      pass(3000),
    ],
  },
  {
    name: "a command at QoS 2 that comes again before it is released",
    steps: [
      ...READY,
      toggle(),
      toggle("3c"),
      toggle("3c"),
      give("62 02 00 0a"),
      give("62 02 00 0a"),
      toggle(),
      pass(3000),
    ],
  },
  {
    name: "commands at every QoS in one write",
    steps: [
      ...READY,
      give(
        [
          packet("30", `${text("home/lamp/set")} 'on'`),
          packet("32", `${text("home/lamp/set")} 00 0b 'off'`),
          packet("34", `${text("home/lamp/set")} 00 0c '#0f0'`),
          packet("3a", `${text("home/lamp/set")} 00 0b 'off'`),
        ].join(" "),
      ),
      pass(3000),
    ],
  },
  {
    name: "a release of what was never held",
    steps: [...READY, give("62 02 99 99"), take("70 02 99 99"), pass(3000)],
  },
  {
    name: "PUBREC twice, and PUBCOMP twice",
    steps: [
      ...welcome(EXACTLY_ONCE),
      take("35"),
      give("50 02 ID"),
      take("62"),
      give("50 02 ID"),
      take("62"),
      give("70 02 ID"),
      give("70 02 ID"),
      pass(3000),
    ],
  },
  {
    name: "PUBCOMP before PUBREC",
    steps: [
      ...welcome(EXACTLY_ONCE),
      take("35"),
      give("70 02 ID"),
      give("50 02 ID"),
      take("62"),
      give("70 02 ID"),
      pass(3000),
    ],
  },
  {
    name: "PUBREC and PUBCOMP in one write, and byte by byte",
    steps: [
      ...welcome(EXACTLY_ONCE),
      take("35"),
      give("50 02 ID 70 02 ID"),
      take("62"),
      take("34"),
      give("50", "02", "ID", "70 02 ID"),
      pass(3000),
    ],
  },
  {
    name: "PUBREC for what was never sent",
    steps: [...READY, give("50 02 12 34"), take("62 02 12 34"), give("70 02 12 34"), pass(3000)],
  },
  {
    name: "no PUBREC: given up, and sent again as a duplicate",
    steps: [
      ...welcome(EXACTLY_ONCE),
      take("35"),
      pass(12_000),
      see(/a publish was not acknowledged/),
      ...RETURN,
      take("3d", "online"),
      take("3c"),
      give("50 02 ID"),
      take("62"),
      give("70 02 ID"),
      pass(3000),
    ],
  },
  {
    name: "no PUBCOMP: released again",
    steps: [
      ...welcome(EXACTLY_ONCE),
      take("35"),
      give("50 02 ID"),
      take("62"),
      pass(12_000),
      see(/a publish was not acknowledged/),
      ...RETURN,
      take("62"),
      give("70 02 ID"),
      pass(3000),
    ],
  },
  {
    name: "cut before PUBREC, the session stayed",
    steps: [
      ...welcome(EXACTLY_ONCE),
      take("35"),
      end(),
      ...RETURN,
      take("3d"),
      take("35"),
      give("50 02 ID"),
      take("62"),
      give("70 02 ID"),
      pass(3000),
    ],
  },
  {
    name: "cut before PUBREC, the session lost",
    steps: [
      ...welcome(EXACTLY_ONCE),
      take("35"),
      end("reset"),
      ...welcome(EXACTLY_ONCE),
      take("35"),
      take("34"),
      give("50 02 ID"),
      take("62"),
      give("70 02 ID"),
      pass(3000),
    ],
  },
  {
    name: "cut before PUBCOMP, the session stayed",
    steps: [
      ...welcome(EXACTLY_ONCE),
      take("35"),
      give("50 02 ID"),
      take("62"),
      end("half-close"),
      ...RETURN,
      take("62"),
      give("70 02 ID"),
      pass(3000),
    ],
  },
  {
    name: "cut before PUBCOMP, the session lost",
    steps: [
      ...welcome(EXACTLY_ONCE),
      take("35"),
      give("50 02 ID"),
      take("62"),
      end(),
      ...welcome(EXACTLY_ONCE),
      take("35"),
      pass(3000),
    ],
  },
  {
    name: "a command at QoS 2 over a cut, released after it",
    steps: [...READY, toggle(), end("reset"), ...RETURN, toggle("3c"), give("62 02 00 0a"), pass(3000)],
  },
  {
    name: "a command at QoS 2 over a session that is lost",
    steps: [...READY, toggle(), end(), ...welcome(EXACTLY_ONCE), toggle(), give("62 02 00 0a"), pass(3000)],
  },
  {
    name: "a command at QoS 2 over a power cut",
    steps: [...READY, toggle(), powerCycle, ...logIn, give(SESSION_PRESENT), pass(1000)],
  },
  {
    name: "less than QoS 2 granted: publishes at QoS 1",
    steps: [
      ...logIn,
      give(CONNACK),
      take("82"),
      give("90 03 ID 01"),
      see(/^OneNET: the server grants less than QoS 2: publishing at QoS 1$/),
      ...acknowledged("33"),
      ...acknowledged("32"),
      give(packet("32", `${text("home/lamp/set")} 00 0a 'toggle'`)),
      see(/^Command: on$/),
      ...acknowledged("33"),
      take("40 02 00 0a"),
      end(),
      ...RETURN,
      ...acknowledged("33"),
      pass(3000),
    ],
  },
  {
    name: "PUBACK for QoS 2: taken, and publishes at QoS 1",
    steps: [
      ...welcome(EXACTLY_ONCE),
      take("35"),
      give("40 02 ID"),
      see(/^OneNET: the server answers QoS 2 as QoS 1: publishing at QoS 1$/),
      ...acknowledged("32"),
      toggle(),
      ...acknowledged("33"),
      take("50 02 00 0a"),
      give("62 02 00 0a"),
      pass(3000),
    ],
  },
  {
    name: "cut at each PUBLISH at QoS 2, the session stayed: publishes at QoS 1",
    steps: [
      ...welcome(EXACTLY_ONCE),
      take("35"),
      end(),
      ...RETURN,
      take("3d"),
      end(),
      ...RETURN,
      see(/^OneNET: two links ended while QoS 2 was tried: publishing at QoS 1$/),
      ...acknowledged("3b"),
      ...acknowledged("3b"),
      ...acknowledged("3a"),
      ...acknowledged("33"),
      pass(3000),
    ],
  },
  {
    name: "cut at each PUBLISH at QoS 2, the session lost: publishes at QoS 1",
    steps: [
      ...welcome(EXACTLY_ONCE),
      take("35"),
      end("reset"),
      ...welcome(EXACTLY_ONCE),
      take("35"),
      end("reset"),
      ...welcome(EXACTLY_ONCE),
      see(/^OneNET: two links ended while QoS 2 was tried: publishing at QoS 1$/),
      ...acknowledged("33"),
      ...acknowledged("32"),
      pass(3000),
    ],
  },
  {
    name: "three links on which nothing is acknowledged: the session goes on",
    steps: [
      ...welcome(EXACTLY_ONCE),
      take("35"),
      pass(12_000),
      ...[1, 2].flatMap((): Step[] => [...logIn, give(SESSION_PRESENT), pass(12_000)]),
      ...logIn,
      give(SESSION_PRESENT),
      pass(3000),
    ],
  },
]
  .map((exchange) => ({ ...exchange, board: EXACTLY_ONCE }))
  .concat([
    ...[LASTING, CLEAN].map((board) => ({
      name: `what a program at QoS 2 left, on ${board.name}`,
      board,
      steps: [
        ...welcome(board),
        toggle(),
        see(/^Command: on$/),
        take("50 02 00 0a"),
        give("62 02 00 0a"),
        take("70 02 00 0a"),
        // For messages unknown to this program.
        give("62 02 00 0b"),
        take("70 02 00 0b"),
        give("50 02 00 0c"),
        take("62 02 00 0c"),
        give("70 02 00 0c"),
        give(packet("34", `${text("t")} 00 0d '${"x".repeat(4200)}'`)),
        see(/4200 bytes was too long/),
        take("50 02 00 0d"),
        give("62 02 00 0d"),
        take("70 02 00 0d"),
        toggle("34"),
        see(/^Command: off$/),
        pass(3000),
      ],
    })),
    {
      name: "no PUBACK: sent again as a new message",
      board: MULTIPROTOCOL,
      steps: [
        ...welcome(MULTIPROTOCOL),
        take("32"),
        pass(12_000),
        see(/a publish was not acknowledged/),
        ...welcome(MULTIPROTOCOL),
        take("32"),
      ],
    },
    {
      name: "a PUBREC for a message at QoS 1",
      board: { ...EXACTLY_ONCE, name: "lasting", onenet: { ...EXACTLY_ONCE.onenet, qos: 1 as const } },
      steps: [
        ...welcome({ ...EXACTLY_ONCE, onenet: { ...EXACTLY_ONCE.onenet, qos: 1 as const } }),
        take("33"),
        // A program at QoS 2 may have left it. Messages in flight at QoS 1 keep waiting for their PUBACK.
        give("50 02 ID"),
        take("62 02 ID"),
        give("40 02 ID"),
        toggle("32"),
        see(/^Command: on$/),
      ],
    },
  ]);
