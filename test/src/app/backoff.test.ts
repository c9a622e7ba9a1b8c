import { expect, it } from "vitest";
import { createBackoff } from "../../../src/app/backoff.ts";

it("doubles from 1 s to its maximum", () => {
  const backoff = createBackoff(10_000, () => 0);
  expect([1, 2, 3, 4, 5, 6].map(() => backoff.next())).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
});

it("takes up to a half away by chance", () => {
  const chances = [0, 0.5, 0.999999];
  const backoff = createBackoff(1000, () => chances.shift() ?? 0);
  expect([1, 2, 3].map(() => backoff.next())).toEqual([1000, 750, 500]);
});

it("begins anew after a success", () => {
  const backoff = createBackoff(60_000, () => 0);
  backoff.next();
  backoff.next();
  backoff.reset();
  expect(backoff.next()).toBe(1000);
});

it("waits long at once where it is told to, and from then on", () => {
  const backoff = createBackoff(60_000, () => 0);
  expect([backoff.next(true), backoff.next()]).toEqual([60_000, 60_000]);
  backoff.reset();
  expect(backoff.next()).toBe(1000);
});
