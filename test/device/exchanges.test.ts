/** The exchanges of the boards that most people have; exchanges.long.test.ts has the others. */

import { MULTIPROTOCOL, STUDIO } from "../exchanges/parts.ts";
import { testExchangesOf } from "../support/played-exchanges.ts";

await testExchangesOf([MULTIPROTOCOL, STUDIO]);
