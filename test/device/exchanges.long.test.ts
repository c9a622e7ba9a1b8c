/** The exchanges of boards with own code, parts and rules, and of an ESP8266: each has a script of its own. */

import { CONNECTED } from "../exchanges/connected.ts";
import { OWN_CODE } from "../exchanges/own-code.ts";
import { ESP8266 } from "../exchanges/parts.ts";
import { RULES } from "../exchanges/rules.ts";
import { testExchangesOf } from "../support/played-exchanges.ts";

// Boards that are used in a single exchange are left to test/interpreter/.
await testExchangesOf([ESP8266, ...[...OWN_CODE, ...CONNECTED, ...RULES].map(({ board }) => board)]);
