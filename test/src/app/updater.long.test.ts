/**
 * The updater with the loader, on flash whose power is cut: after each byte that an update writes, the board comes back with
 * a whole program, and the update is done in the end.
 */

import { afterAll, it } from "vitest";
import { AFTERWARDS, countWritten, run } from "../../support/cut-updates.ts";
import { ALL_FEATURES, setFeatures } from "../../support/features.ts";

// Of a board on a plain broker, a program that failed stays in its slot.
setFeatures({ ...ALL_FEATURES, retainedMessages: false });
afterAll(() => setFeatures(ALL_FEATURES));

it("after a cut of the power at any byte, the board has a whole program, and the update is done", async () => {
  const count = await countWritten();
  for (let written = 0; written < count; written++) await run(written);
});

it.each(Object.entries(AFTERWARDS))("the same if %s", async (_what, afterwards) => {
  for (let written = 0; written < 80; written++) await run(written, afterwards); // the headers, and a little more
});
