/** The scripted exchanges go as written on the virtual board; test/interpreter/ holds a real Espruino against it. */

import { describe, it } from "vitest";
import { EXCHANGES } from "../lib/exchanges/index.ts";
import { EXACTLY_ONCE, MULTIPROTOCOL, PLAIN, STUDIO, SUITE } from "../lib/exchanges/parts.ts";
import { play } from "../lib/play.ts";
import { makeVirtualRig } from "../lib/virtual-rig.ts";

/** The script of a board takes a second to build: those of a single exchange are left to test/interpreter/. */
const BOARDS = [MULTIPROTOCOL, SUITE, STUDIO, PLAIN, EXACTLY_ONCE];

describe.each(Object.entries(EXCHANGES))("%s", (_name, exchanges) => {
  it.each(exchanges.filter(({ board }) => BOARDS.includes(board)))("$name", async (exchange) => {
    await play(exchange, makeVirtualRig);
  });
});
