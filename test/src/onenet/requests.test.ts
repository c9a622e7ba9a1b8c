import { expect, it } from "vitest";
import { createRequests } from "../../../src/onenet/requests.ts";

it("counts from 1", () => {
  const requests = createRequests();
  expect([requests.next(), requests.next()]).toEqual([1, 2]);
});

it("settles each request once, by number or by text", () => {
  const requests = createRequests();
  requests.next();
  requests.next();
  expect([2, 2, "1", "1", 3].map((id) => requests.settle(id))).toEqual([true, false, true, false, false]);
});

it.each([undefined, null, "", "x", NaN, {}, [], true])("settles nothing by %j", (id) => {
  const requests = createRequests();
  requests.next();
  expect(requests.settle(id)).toBe(false);
});

it("waits only for the last eight", () => {
  const requests = createRequests();
  for (let i = 0; i < 9; i++) requests.next();
  expect([requests.settle(1), requests.settle(2), requests.settle(9)]).toEqual([false, true, true]);
});
