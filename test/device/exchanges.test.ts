/** The exchanges of a board for each kind of server that differs most; exchanges.long.test.ts has the others. */

import { MULTIPROTOCOL, PLAIN, STUDIO } from "../exchanges/parts.ts";
import { testExchangesOf } from "../support/played-exchanges.ts";

await testExchangesOf([MULTIPROTOCOL, STUDIO, PLAIN]);
