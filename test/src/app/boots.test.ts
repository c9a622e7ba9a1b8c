import { expect, it } from "vitest";
import { BOOTS_BEFORE_REST, createBoots } from "../../../src/app/boots.ts";

/** Flash with one file, and how often it was written. */
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

it("rests after five failed restarts in a row, then allows one try at a time", () => {
  const { boot } = flash();
  const rests = [true, ...Array.from({ length: 10 }, () => false)].map((isPowerOn) => boot(isPowerOn).isSafe);
  expect(BOOTS_BEFORE_REST).toBe(5);
  expect(rests).toEqual([false, false, false, false, false, false, true, false, true, false, true]);
});

it("neither counts, rests nor writes at a manual power-on", () => {
  const { state, boot } = flash(BOOTS_BEFORE_REST);
  for (let i = 0; i < 100; i++) expect(boot(true).isSafe).toBe(false);
  expect(state).toEqual({ kept: BOOTS_BEFORE_REST, writes: 0 });
  expect(boot().isSafe).toBe(true);
});

it("starts over once the count was deleted", () => {
  const { state, boot } = flash();
  for (let i = 0; i < 4; i++) boot();
  state.kept = undefined;
  expect(Array.from({ length: 6 }, () => boot().isSafe).indexOf(true)).toBe(5);
});

it("writes flash once per boot", () => {
  const { state, boot } = flash();
  for (let i = 0; i < 20; i++) boot();
  expect(state.writes).toBe(20);
});

it.each([null, "x", {}, NaN, [1, 2]])("treats %s in flash as the first boot", (kept) => {
  const { state, boot } = flash(kept);
  expect(boot().isSafe).toBe(false);
  expect(state.kept).toBe(1);
});
