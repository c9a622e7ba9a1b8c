/** A board's own code that throws while it is loaded. */

import type { BoardCode } from "../../src/board-code.ts";

const steps = JSON.parse("{") as number[];

export default { sources: { step: () => steps[0] } } satisfies BoardCode;
