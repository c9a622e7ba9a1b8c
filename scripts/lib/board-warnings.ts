/** What is no mistake in a board file, and yet will hardly be meant. */

import type { Board } from "../../src/board.ts";
import { CHIPS } from "./chips.ts";
import { placeholders, tokenWarning } from "./boards.ts";

/** @returns a sentence each, with the board's name; none for a board that can go online as it is */
export function warningsOf(board: Board): string[] {
  const token = tokenWarning(board, Date.now() / 1000);
  const examples = placeholders(board);
  const isTight = board.onenet.tls && CHIPS[board.chip].tls === "scarce";
  return [
    ...(token === undefined ? [] : [`${board.name}: ${token}`]),
    ...(isTight
      ? [
          `${board.name}: TLS hardly fits on ${CHIPS[board.chip].title}: if the board restarts again and again, set onenet.tls to false (docs/boards.md)`,
        ]
      : []),
    ...(examples.length === 0
      ? []
      : [
          `${board.name}: still example values: ${examples.join(", ")}; put yours into boards/${board.name}.local.json (docs/boards.md)`,
        ]),
  ];
}
