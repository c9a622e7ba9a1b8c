/** Checks the facts behind the virtual board on the interpreter itself. */

import { expect, test } from "vitest";
import { FACTS } from "../scripts/virtual-board/facts.ts";
import { startFactServers } from "../scripts/virtual-board/fact-servers.ts";
import { ESPRUINO, WITHOUT, runOnEspruino } from "./espruino.ts";

test.for(FACTS)("$name", async ({ script, lines }, { skip }) => {
  if (!ESPRUINO) return skip(WITHOUT);
  const prelude = `${await startFactServers()}
    function online(f) { setTimeout(f, 1); }`;
  expect(await runOnEspruino(ESPRUINO, `${prelude}\n${script}`)).toEqual(lines);
});
