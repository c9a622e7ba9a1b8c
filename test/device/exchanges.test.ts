/** The exchanges of the board that most people have; exchanges.long.test.ts has the others. */

import { MULTIPROTOCOL } from "../exchanges/parts.ts";
import { testExchangesOf } from "../support/played-exchanges.ts";

await testExchangesOf([MULTIPROTOCOL]);
