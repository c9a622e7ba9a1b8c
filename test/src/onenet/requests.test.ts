import { beforeEach, expect, it } from "vitest";
import { createRequests, type Requests } from "../../../src/onenet/requests.ts";

let answered: boolean[];
let requests: Requests;
beforeEach(() => {
  answered = [];
  requests = createRequests((isAccepted) => answered.push(isAccepted));
});

it("counts from 1", () => {
  expect([requests.next(), requests.next()]).toEqual([1, 2]);
});

it("settles each request once, by number or by text", () => {
  requests.next();
  requests.next();
  expect([2, 2, "1", "1", 3].map((id) => requests.settle(id, true))).toEqual([
    true,
    false,
    true,
    false,
    false,
  ]);
});

it.each([undefined, null, "", "x", NaN, {}, [], true])("settles nothing by %j", (id) => {
  requests.next();
  expect(requests.settle(id, true)).toBe(false);
});

it("waits only for the last eight", () => {
  for (let i = 0; i < 9; i++) requests.next();
  expect([1, 2, 9].map((id) => requests.settle(id, true))).toEqual([false, true, true]);
});

it.each([true, false])("tells whether the latest request was accepted, and of no other: %s", (isAccepted) => {
  for (let i = 0; i < 3; i++) requests.next();
  for (const id of [2, 4, 1]) requests.settle(id, !isAccepted);
  expect(answered).toEqual([]);
  requests.settle("3", isAccepted);
  requests.settle("3", !isAccepted);
  expect(answered).toEqual([isAccepted]);
});
