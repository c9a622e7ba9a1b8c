/** Plays an exchange on the virtual board and on a real Espruino: both must send, print and do the same. */

import { afterAll, describe, expect, it } from "vitest";
import { EXCHANGES } from "../exchanges/index.ts";
import { play } from "../support/play.ts";
import { makeVirtualRig } from "../support/virtual-rig.ts";
import { ESPRUINO, MODULES, WITHOUT, WITHOUT_MODULE } from "./espruino.ts";
import { makeInterpreterRig } from "./rig.ts";

/** Compares the exchanges of some groups. Groups are split among test files, which run in parallel. */
export function compare(groups: readonly (keyof typeof EXCHANGES)[]): void {
  let compared = { exchanges: 0, lines: 0, bytes: 0 };
  afterAll(() => {
    if (ESPRUINO) console.log(`${groups.join(", ")}: ${JSON.stringify(compared)}`);
  });

  describe.each(groups)("%s", (group) => {
    it.for(EXCHANGES[group] ?? [])("$name", async (exchange, { signal, skip }) => {
      if (!ESPRUINO) return skip(WITHOUT);
      if (exchange.module && MODULES.length === 0) return skip(WITHOUT_MODULE);
      const virtual = await play(exchange, makeVirtualRig);
      const real = await play(exchange, makeInterpreterRig(ESPRUINO, signal));
      expect(virtual).toEqual(real);
      compared = {
        exchanges: compared.exchanges + 1,
        lines: compared.lines + real.board.length,
        bytes: compared.bytes + real.bytes,
      };
    });
  });
}
