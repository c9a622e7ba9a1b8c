/** The facts that the virtual board is built on, checked on the interpreter itself. */

import { expect, test } from "vitest";
import { FACTS } from "../scripts/virtual-board/facts.ts";
import { closedPort, serve } from "../scripts/virtual-board/lib.ts";
import { ESPRUINO, WITHOUT, runOnEspruino } from "./espruino.ts";

test.for(FACTS)("$name", async ({ script, lines }, { skip }) => {
  if (!ESPRUINO) return skip(WITHOUT);
  const echo = await serve((socket) => socket.pipe(socket));
  const prelude = `var ECHO = ${echo}, CLOSED = ${await closedPort()};
    function online(f) { setTimeout(f, 1); }`;
  expect(await runOnEspruino(ESPRUINO, `${prelude}\n${script}`)).toEqual(lines);
});
