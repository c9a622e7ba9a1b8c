import { expect, it } from "vitest";
import { FIRST_WAIT, nextTry, nextWait, scattered } from "../../../src/app/backoff.ts";

const steady = { longest: 10_000, random: () => 0 };

it("doubles from 1 s to its maximum", () => {
  const waits = [FIRST_WAIT];
  for (let i = 0; i < 5; i++) waits.push(nextWait(waits.at(-1) ?? 0, steady));
  expect(waits).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
});

it("takes up to a half away by chance", () => {
  const chances = [0, 0.5, 0.999999];
  const backoff = { longest: 1000, random: () => chances.shift() ?? 0 };
  expect([1, 2, 3].map(() => scattered(1000, backoff))).toEqual([1000, 750, 500]);
});

it("tells the wait in whole seconds, and not too few", () => {
  expect([500, 1000, 1001].map(nextTry)).toEqual([1, 1, 2].map((s) => `; next try in ${s} s`));
});
