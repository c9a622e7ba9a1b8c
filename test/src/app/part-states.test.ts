import { beforeEach, expect, it } from "vitest";
import { createPartStates, type PartStates } from "../../../src/app/part-states.ts";

let published: string[];
let values: string[];
let isReady: boolean;
/** How many messages find room. */
let space: number;
let states: PartStates;

beforeEach(() => {
  published = [];
  values = ["off", "17"];
  isReady = true;
  space = 100;
  states = createPartStates({
    count: 2,
    topic: (index) => ["pump", "soil"][index] ?? "",
    state: (index) => values[index] ?? "",
    period: (index) => (index === 0 ? 0 : 60),
    isReady: () => isReady,
    publish(topicField, state) {
      if (space-- <= 0) return -1;
      published.push(`${topicField.slice(2)} ${state}`);
      return 1;
    },
  });
});

function after(action: () => void): string[] {
  published = [];
  action();
  return published;
}

it("publishes all states at each log-in, and then what has changed", () => {
  expect(after(() => states.online())).toEqual(["pump off", "soil 17"]);
  expect(after(() => states.update(1000))).toEqual([]);
  values = ["on", "17"];
  expect(after(() => states.update(2000))).toEqual(["pump on"]);
  expect(after(() => states.online())).toEqual(["pump on", "soil 17"]);
});

it("looks at a measured value once a period, and after a command", () => {
  states.update(100_000);
  values = ["off", "18"];
  expect(after(() => states.update(159_000))).toEqual([]);
  expect(after(() => states.update(160_000))).toEqual(["soil 18"]);
  values = ["off", "19"];
  expect(after(() => states.update(0))).toEqual(["soil 19"]);
});

it("publishes nothing while the board cannot be reached", () => {
  isReady = false;
  expect(after(() => states.update(1000))).toEqual([]);
  isReady = true;
  expect(after(() => states.update(2000))).toEqual(["pump off", "soil 17"]);
});

it("tries again what found no room", () => {
  space = 1;
  expect(after(() => states.online())).toEqual(["pump off"]);
  space = 1;
  expect(after(() => states.update(1000))).toEqual(["soil 17"]);
});
