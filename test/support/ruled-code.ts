/** Own code with sources for rules, of which one is a number. */

import type { BoardCode } from "../../src/board-code.ts";

export default {
  sources: {
    bad() {
      throw new Error("no answer");
    },
    text: () => "42.5",
    lux: () => 42.5,
    none: () => undefined,
  },
} satisfies BoardCode;
