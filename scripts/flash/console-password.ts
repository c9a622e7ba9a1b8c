/** The password of a board's console, from its board file. */

import type { Board } from "../boards/board.ts";
import type { LinkOptions } from "./board-link.ts";
import { listBoards } from "../boards/index.ts";

export function consoleOf(board: Board): LinkOptions {
  const { password } = board.console;
  const file = listBoards().local.includes(board.name) ? `${board.name}.local` : board.name;
  return { ...(password ? { password } : {}), passwordFrom: `boards/${file}.json` };
}
