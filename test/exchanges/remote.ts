/** A board that is looked after from afar: its lines, their level, and a restart. */

import { plain } from "../support/boards.ts";
import { drop, give, message, pass, see, take, type Exchange } from "./exchange.ts";
import { acknowledgeOf, welcome } from "./parts.ts";

export const LOOKED_AFTER = plain({
  name: "looked-after",
  remote: { log: "problems" },
  streams: [{ id: "switch", source: "commands", period: 600, dpType: 3 }],
});

/** The states that the broker keeps. */
const retained = [1, 2].flatMap(() => [take("33"), give("40 02 ID")]);
const minute = [1, 2].flatMap(() => [take("c0"), give("d0 00")]);
const command = (text: string) => give(message("home/lamp/set", text));

export const REMOTE: readonly Exchange[] = [
  {
    name: "lines of trouble, then all, then a restart",
    board: LOOKED_AFTER,
    steps: [
      ...welcome(LOOKED_AFTER),
      ...retained,
      ...acknowledgeOf("plain-board"),
      ...acknowledgeOf("home/lamp/data"),
      drop,
      ...welcome(LOOKED_AFTER),
      ...retained,
      ...acknowledgeOf("Wi-Fi: disconnected, BEACON_TIMEOUT; next try in 1 s"),
      command("log all"),
      ...acknowledgeOf("answer"),
      ...acknowledgeOf("Command: all"),
      command("on a password for tests"),
      ...acknowledgeOf("error: unknown command"),
      ...acknowledgeOf("Command: error: unknown command"),
      command("restart"),
      ...acknowledgeOf("error: not in the first minute"),
      ...acknowledgeOf("Command: error"),
      ...minute,
      command("restart"),
      ...acknowledgeOf("restarting"),
      ...acknowledgeOf("Command: restarting"),
      pass(3000),
      see(/^Restart by a command: rebooting$/),
      ...welcome(LOOKED_AFTER),
      ...retained,
      ...acknowledgeOf("plain-board"),
      pass(1000),
    ],
  },
  {
    name: "a light that blinks, and a rest of an hour",
    board: LOOKED_AFTER,
    steps: [
      ...welcome(LOOKED_AFTER),
      ...retained,
      ...acknowledgeOf("plain-board"),
      ...acknowledgeOf("home/lamp/data"),
      command("identify"),
      ...acknowledgeOf("blinking"),
      ...[1, 0, 1, 0].map((on) => [pass(1000), see(new RegExp(`^PIN 2 ${on}$`))]).flat(),
      ...minute,
      command("safe mode"),
      ...acknowledgeOf("resting for an hour"),
      pass(5000),
      see(/^Safe mode: /),
      pass(3_600_000),
      ...welcome(LOOKED_AFTER),
      pass(1000),
    ],
  },
];
