/** The scripted exchanges of some boards, as tests. */

import { describe, expect, it } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { EXCHANGES } from "../exchanges/index.ts";
import { buildScript } from "./bundles.ts";
import { play } from "./play.ts";
import { consoleOf, explain, readPage } from "./troubleshooting-page.ts";
import { makeVirtualRig } from "./virtual-rig.ts";

/**
 * They run as written on the virtual board, and docs/troubleshooting.md has every line it prints. test/interpreter/
 * compares them with a real Espruino.
 */
export async function testExchangesOf(boards: readonly Board[]): Promise<void> {
  const page = readPage("docs/troubleshooting.md");
  for (const board of boards) await buildScript(board);

  const chosen = Object.entries(EXCHANGES)
    .map(([name, exchanges]) => [name, exchanges.filter(({ board }) => boards.includes(board))] as const)
    .filter(([, exchanges]) => exchanges.length > 0);
  describe.each(chosen)("%s", (_name, exchanges) => {
    it.each(exchanges)("$name", async (exchange) => {
      const { board } = await play(exchange, makeVirtualRig);
      const { title } = exchange.board;
      const unknown = consoleOf(board).filter((line) => line !== title && !explain(page, line));
      expect(unknown).toEqual([]);
    });
  });
}
