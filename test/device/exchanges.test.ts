/**
 * The scripted exchanges run as written on the virtual board, and docs/troubleshooting.md has every line it prints.
 * test/interpreter/ compares them with a real Espruino.
 */

import { describe, expect, it } from "vitest";
import { buildScript } from "../support/bundles.ts";
import { CONNECTED } from "../exchanges/connected.ts";
import { EXCHANGES } from "../exchanges/index.ts";
import { OWN_CODE } from "../exchanges/own-code.ts";
import { ESP8266, EXACTLY_ONCE, MULTIPROTOCOL, PLAIN, STUDIO, SUITE } from "../exchanges/parts.ts";
import { REGISTERING } from "../exchanges/registration.ts";
import { RULES } from "../exchanges/rules.ts";
import { play } from "../support/play.ts";
import { consoleOf, explain, readPage } from "../support/troubleshooting-page.ts";
import { makeVirtualRig } from "../support/virtual-rig.ts";

/** Building a script takes seconds, so boards used in a single exchange are left to test/interpreter/. */
const OWN = [...OWN_CODE, ...CONNECTED, ...RULES].map(({ board }) => board);
const BOARDS = [MULTIPROTOCOL, SUITE, STUDIO, PLAIN, EXACTLY_ONCE, REGISTERING, ESP8266, ...OWN];

const PAGE = readPage("docs/troubleshooting.md");

for (const board of BOARDS) await buildScript(board);

describe.each(Object.entries(EXCHANGES))("%s", (_name, exchanges) => {
  it.each(exchanges.filter(({ board }) => BOARDS.includes(board)))("$name", async (exchange) => {
    const { board } = await play(exchange, makeVirtualRig);
    const { title } = exchange.board;
    const unknown = consoleOf(board).filter((line) => line !== title && !explain(PAGE, line));
    expect(unknown).toEqual([]);
  });
});
