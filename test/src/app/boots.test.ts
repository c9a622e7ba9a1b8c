import { expect, it } from "vitest";
import { BOOTS_BEFORE_REST, createBoots } from "../../../src/app/boots.ts";

/** A flash of one file, and how often it was written. */
function flash(kept?: unknown) {
  const state = { kept, writes: 0 };
  const boot = () =>
    createBoots(
      () => state.kept,
      (count) => {
        state.kept = count;
        state.writes++;
      },
      () => {
        if (state.kept !== undefined) state.writes++;
        state.kept = undefined;
      },
    );
  return { state, boot };
}

it("rests after five boots in a row that never came online, and after the rest gives it one try at a time", () => {
  const { boot } = flash();
  const rests = Array.from({ length: 10 }, () => boot().isSafe);
  expect(BOOTS_BEFORE_REST).toBe(5);
  expect(rests).toEqual([false, false, false, false, false, true, false, true, false, true]);
});

it("begins anew once a boot came online", () => {
  const { state, boot } = flash();
  for (let i = 0; i < 4; i++) boot();
  boot().online();
  expect(state.kept).toBeUndefined();
  expect(Array.from({ length: 6 }, () => boot().isSafe).indexOf(true)).toBe(5);
});

it("writes the flash twice for a boot that comes online, however often it does", () => {
  const { state, boot } = flash();
  const boots = boot();
  for (let i = 0; i < 100; i++) boots.online();
  expect(state.writes).toBe(2);
});

it.each([null, "x", {}, NaN, [1, 2]])("takes %s in the flash for the first boot", (kept) => {
  const { state, boot } = flash(kept);
  expect(boot().isSafe).toBe(false);
  expect(state.kept).toBe(1);
});
