/** Calls for all devices of a product. */

import { expect, it } from "vitest";
import { forAll } from "../../../scripts/devices/group.ts";

it("makes ten calls at once, and those that wait keep out no others", async () => {
  const begun: number[] = [];
  const silent: (() => void)[] = [];
  const answers = forAll([...Array(12).keys()], (one) => {
    begun.push(one);
    if (one >= 10) for (const answer of silent.splice(0)) answer();
    return one >= 10
      ? Promise.resolve(one)
      : new Promise<number>((resolve) => silent.push(() => resolve(one)));
  });
  expect(begun).toHaveLength(10);
  expect(await answers).toEqual([...Array(12).keys()]);
});

it("fails with the first that fails", async () => {
  const fails = forAll([1, 2, 3], (one) =>
    one === 2 ? Promise.reject(new Error("no")) : Promise.resolve(one),
  );
  await expect(fails).rejects.toThrow("no");
});
