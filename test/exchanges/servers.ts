/** A board with two servers. Here both names lead to one platform, and the console tells them apart. */

import { plain } from "../support/boards.ts";
import { end, give, message, pass, see, take, type Exchange } from "./exchange.ts";
import { acknowledge, CONNACK, logIn, welcome } from "./parts.ts";

const { onenet } = plain();

export const SEVERAL_SERVERS = plain({
  name: "several-servers",
  onenet: { ...onenet, otherServers: [{ host: "second.example", port: 1884 }] },
  streams: [{ id: "switch", source: "commands", period: 600, dpType: 3 }],
});

const FIRST = see(/^OneNET: connecting to broker\.example:1883$/);
const SECOND = see(/^OneNET: connecting to second\.example:1884$/);
/** CONNACK "not authorized". */
const REFUSED = "20 02 00 05";

export const SERVERS: readonly Exchange[] = [
  {
    name: "refused by the first, accepted by the second, which is tried first as long as it works",
    board: SEVERAL_SERVERS,
    steps: [
      ...logIn,
      FIRST,
      give(REFUSED),
      see(/^OneNET: log-in refused, code 5: .*; next try in 1 s$/),
      ...welcome(SEVERAL_SERVERS),
      SECOND,
      ...[1, 2].flatMap(() => [take("33"), give("40 02 ID")]),
      ...acknowledge,
      take("c0"),
      give("d0 00"),
      pass(5000),
      end(),
      ...welcome(SEVERAL_SERVERS),
      SECOND,
      end("reset"),
      ...logIn,
      FIRST,
      end(),
      ...logIn,
      SECOND,
      give(REFUSED),
      see(/^OneNET: log-in refused, code 5: .*; next try in [3-6]\d s$/),
    ],
  },
  {
    name: "a subscription that a cluster refuses for a while",
    board: SEVERAL_SERVERS,
    steps: [
      ...logIn,
      give(CONNACK),
      take("82"),
      give("90 03 ID 80"),
      see(/subscription refused: check mqtt\.topic in/),
      ...[1, 2].flatMap(() => [take("33"), give("40 02 ID")]),
      ...acknowledge,
      take("c0"),
      give("d0 00"),
      take("82"),
      give("90 03 ID 01"),
      see(/^OneNET: subscription granted$/),
      give(message("home/lamp/set", "on")),
      see(/^Command: on$/),
      ...acknowledge,
      pass(3000),
    ],
  },
];
