import { expect, it } from "vitest";
import { announce, FIRST_WAIT, nextWait } from "../../../src/app/backoff.ts";

const steady = { longest: 10_000, random: () => 0 };

it("doubles from 1 s to its maximum", () => {
  const waits = [FIRST_WAIT];
  for (let i = 0; i < 5; i++) waits.push(nextWait(waits.at(-1) ?? 0, steady));
  expect(waits).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
});

it("randomly shortens the wait by up to half", () => {
  const chances = [0, 0.5, 0.999999];
  const backoff = { longest: 1000, random: () => chances.shift() ?? 0 };
  expect([1, 2, 3].map(() => announce("", 1000, backoff, () => undefined))).toEqual([1000, 750, 500]);
});

it("prints what went wrong, and the wait in whole seconds, rounded up", () => {
  const said: string[] = [];
  for (const wait of [500, 1000, 1001]) announce("no answer", wait, steady, (line) => said.push(line));
  expect(said).toEqual([1, 1, 2].map((s) => `no answer; next try in ${s} s`));
});
