/** The exchanges of a board for each server, and of one that registers itself; exchanges.long.test.ts has the others. */

import { EXACTLY_ONCE, MULTIPROTOCOL, PLAIN, STUDIO, SUITE } from "../exchanges/parts.ts";
import { REGISTERING } from "../exchanges/registration.ts";
import { testExchangesOf } from "../support/played-exchanges.ts";

await testExchangesOf([MULTIPROTOCOL, SUITE, STUDIO, PLAIN, EXACTLY_ONCE, REGISTERING]);
