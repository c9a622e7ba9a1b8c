/** Time: keep alive, outages, back-off, restarts, and what survives them. */

import {
  accept,
  end,
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
import {
  CONNACK,
  EXACTLY_ONCE,
  MULTIPROTOCOL,
  PLAIN,
  SUITE,
  acknowledge,
  logIn,
  welcome,
  ready,
} from "./parts.ts";

const HOUR = 3_600_000;
/** One boot of a board that restarts as early as possible. */
const HALF_AN_HOUR = 1_802_000;
const IMPATIENT = {
  ...EXACTLY_ONCE,
  name: "impatient",
  reboot: { withoutPlatform: 1800 },
  reconnect: { maximum: 600 },
};
const SMALL = {
  ...MULTIPROTOCOL,
  name: "small-outbox",
  outbox: 512,
  streams: [
    { id: "uptime", source: "uptime", period: 5, dpType: 1 },
    { id: "lost", source: "lost", period: 20, dpType: 3 },
  ],
} as const;
const QOS_0 = { ...MULTIPROTOCOL, name: "qos-0", onenet: { ...MULTIPROTOCOL.onenet, qos: 0 } } as const;

/** Every type of `$dp` frame. */
const FRAMES = {
  ...MULTIPROTOCOL,
  name: "frames",
  streams: ([1, 2, 3, 4, 5, 6, 7] as const).flatMap((dpType) => [
    {
      id: `uptime${dpType}`,
      source: "uptime",
      period: 7,
      dpType,
      ...(dpType === 7 ? { number: 258 } : {}),
    } as const,
    {
      id: `analog${dpType}`,
      source: "analog",
      pin: 34,
      period: 7,
      dpType,
      ...(dpType === 7 ? { number: 259 } : {}),
    } as const,
    ...(dpType === 7 ? [] : [{ id: `led${dpType}`, source: "led", period: 14, dpType } as const]),
  ]),
};

export const OUTAGES: readonly Exchange[] = [
  {
    name: "pings that are answered, while reports are acknowledged",
    board: MULTIPROTOCOL,
    steps: [
      ...ready,
      take("c0"),
      give("d0 00"),
      take("c0"),
      give("d0 00"),
      ...acknowledge,
      take("c0"),
      give("d0 00"),
      pass(20_000),
    ],
  },
  {
    name: "a ping that is not answered",
    board: MULTIPROTOCOL,
    steps: [...ready, pass(30_000), take("c0"), pass(11_000), see(/no answer to a ping/), ...logIn],
  },
  {
    name: "a ping that is answered just in time",
    board: MULTIPROTOCOL,
    steps: [...ready, pass(29_900), take("c0"), pass(9_800), give("d0 00"), pass(15_000)],
  },
  {
    name: "commands do not put off a ping",
    board: MULTIPROTOCOL,
    steps: [...ready, ...Array.from({ length: 8 }, () => [give(message("t", "dance")), pass(5000)]).flat()],
  },
  { name: "reports at QoS 0", board: QOS_0, steps: [...welcome(QOS_0), pass(90_000)] },
  {
    name: "every type of frame",
    board: FRAMES,
    steps: [
      ...welcome(FRAMES),
      ...Array.from({ length: 8 }, () => acknowledge).flat(),
      give(message("$creq/1", "on")),
      pass(15_000),
    ],
  },
  {
    name: "reports in an hour of silence and a long outage",
    board: MULTIPROTOCOL,
    steps: [
      ...ready,
      refuse,
      end(),
      pass(20 * 60_000),
      listen,
      ...welcome(MULTIPROTOCOL),
      ...Array.from({ length: 4 }, () => acknowledge).flat(),
      pass(5000),
    ],
  },
  {
    name: "more reports than there is room for",
    board: SMALL,
    steps: [
      ...welcome(SMALL),
      ...acknowledge,
      refuse,
      end("reset"),
      pass(10 * 60_000),
      see(/^Outbox full/),
      listen,
      ...welcome(SMALL),
      ...Array.from({ length: 4 }, () => acknowledge).flat(),
      pass(9000),
    ],
  },
  {
    name: "no platform for an hour: the board restarts, and what waited is sent",
    board: SUITE,
    steps: [
      ...welcome(SUITE),
      ...acknowledge,
      refuse,
      end(),
      pass(HOUR + 2000),
      see(/^No platform for 3600 s: rebooting$/),
      see(/^REBOOT$/),
      listen,
      ...welcome(SUITE),
      ...acknowledge,
      ...acknowledge,
      pass(5000),
    ],
  },
  {
    name: "four publishes fail in a row: the board goes on, and what waited is sent",
    board: MULTIPROTOCOL,
    steps: [
      ...welcome(MULTIPROTOCOL),
      take("32"),
      pass(13_000),
      ...[1, 2, 3].flatMap((): Step[] => [...welcome(MULTIPROTOCOL), pass(18_000)]),
      ...welcome(MULTIPROTOCOL),
      ...acknowledge,
      pass(5000),
    ],
  },
  {
    name: "three failures with a success in between: the board goes on, its packet identifiers, too",
    board: MULTIPROTOCOL,
    steps: [
      ...welcome(MULTIPROTOCOL),
      take("32"),
      pass(14_000),
      ...ready,
      give(message("t", "on")),
      take("32"),
      pass(14_000),
      ...welcome(MULTIPROTOCOL),
      take("32"),
      pass(14_000),
      ...logIn,
      give(CONNACK),
      take("82 1d 00 08"),
    ],
  },
  {
    name: "power off and on while online",
    board: MULTIPROTOCOL,
    steps: [
      ...ready,
      give(message("t", "on")),
      powerCycle,
      see(/^PIN 2 0$/),
      ...welcome(MULTIPROTOCOL),
      ...acknowledge,
    ],
  },
  {
    name: "power off and on at the log-in",
    board: PLAIN,
    steps: [...logIn, powerCycle, ...logIn, powerCycle, ...welcome(PLAIN)],
  },
  {
    name: "five restarts that do not help, and the rest that follows",
    board: IMPATIENT,
    steps: [
      refuse,
      ...Array.from({ length: 6 }, () => [pass(HALF_AN_HOUR), see(/^REBOOT$/)]).flat(),
      see(/^Safe mode: /),
      pass(HOUR + 1000),
      see(/^REBOOT$/),
      listen,
      accept,
      take("10"),
    ],
  },
];
