/** The updater with the loader, on flash whose power is cut; updater.long.test.ts cuts it after every byte. */

import { afterAll, expect, it } from "vitest";
import { GOOD_AFTER } from "../../../src/app/updater.ts";
import { Board, countWritten, run } from "../../support/cut-updates.ts";
import { ALL_FEATURES, setFeatures } from "../../support/features.ts";

// Of a board on a plain broker, a program that failed stays in its slot.
setFeatures({ ...ALL_FEATURES, retainedMessages: false });
afterAll(() => setFeatures(ALL_FEATURES));

it("after a cut of the power, the board has a whole program, and the update is done", async () => {
  const count = await countWritten();
  for (let written = 0; written < count; written += 17) await run(written);
});

it("on trial, a program leaves the other one alone", async () => {
  const board = new Board();
  board.update(0);
  expect([await board.boot(), board.steps]).toEqual([1, [101]]);
  const count = board.requests.length;
  board.update(1, GOOD_AFTER - 2000);
  expect([board.requests.length, board.files.get("app0")?.slice(25, 31)]).toEqual([
    count,
    "\xff\xff\xff..\xff",
  ]);
});
