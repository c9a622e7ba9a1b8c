/** A board's own code in which everything fails. */

import type { BoardCode } from "../../src/board-code.ts";

function fail(): never {
  throw new Error("no such thing");
}

export default { start: fail, sources: { light: fail }, commands: { fail } } satisfies BoardCode;
