/** The exchanges of the board that most people have, and of boards for a plain broker, for suite and studio, at QoS 2, that register themselves, with own code, parts and rules, of several servers, and of an ESP8266: each has a script of its own. */

import { CONNECTED } from "../exchanges/connected.ts";
import { TWO_NETWORKS } from "../exchanges/networks.ts";
import { OWN_CODE } from "../exchanges/own-code.ts";
import { ESP8266, EXACTLY_ONCE, MULTIPROTOCOL, PLAIN, STUDIO, SUITE } from "../exchanges/parts.ts";
import { REGISTERING } from "../exchanges/registration.ts";
import { LOOKED_AFTER } from "../exchanges/remote.ts";
import { RULES } from "../exchanges/rules.ts";
import { SEVERAL_SERVERS } from "../exchanges/servers.ts";
import { testExchangesOf } from "../support/played-exchanges.ts";

// Boards that are used in a single exchange are left to test/interpreter/.
const OWN = [...OWN_CODE, ...CONNECTED, ...RULES].map(({ board }) => board);
await testExchangesOf([
  MULTIPROTOCOL,
  PLAIN,
  SUITE,
  STUDIO,
  EXACTLY_ONCE,
  REGISTERING,
  TWO_NETWORKS,
  LOOKED_AFTER,
  ESP8266,
  SEVERAL_SERVERS,
  ...OWN,
]);
