import { expect, it } from "vitest";
import { BOOTS_BEFORE_REST, createBoots } from "../../../src/app/boots.ts";

/** A flash of one file, and how often it was written. */
function flash(kept?: unknown) {
  const state = { kept, writes: 0 };
  const boot = (isPowerOn = false) =>
    createBoots(
      isPowerOn,
      () => state.kept,
      (count) => {
        state.kept = count;
        state.writes++;
      },
    );
  return { state, boot };
}

it("rests after five restarts in a row that did not help, and after the rest gives it one try at a time", () => {
  const { boot } = flash();
  const rests = [true, ...Array.from({ length: 10 }, () => false)].map((isPowerOn) => boot(isPowerOn).isSafe);
  expect(BOOTS_BEFORE_REST).toBe(5);
  expect(rests).toEqual([false, false, false, false, false, false, true, false, true, false, true]);
});

it("neither counts nor rests when a hand switches the board on, and writes nothing", () => {
  const { state, boot } = flash(BOOTS_BEFORE_REST);
  for (let i = 0; i < 100; i++) expect(boot(true).isSafe).toBe(false);
  expect(state).toEqual({ kept: BOOTS_BEFORE_REST, writes: 0 });
  expect(boot().isSafe).toBe(true);
});

it("begins anew once the count was forgotten", () => {
  const { state, boot } = flash();
  for (let i = 0; i < 4; i++) boot();
  state.kept = undefined;
  expect(Array.from({ length: 6 }, () => boot().isSafe).indexOf(true)).toBe(5);
});

it("writes the flash once a boot", () => {
  const { state, boot } = flash();
  for (let i = 0; i < 20; i++) boot();
  expect(state.writes).toBe(20);
});

it.each([null, "x", {}, NaN, [1, 2]])("takes %s in the flash for the first boot", (kept) => {
  const { state, boot } = flash(kept);
  expect(boot().isSafe).toBe(false);
  expect(state.kept).toBe(1);
});
