import { beforeEach, expect, it } from "vitest";
import { createStateReport, type StateReport } from "../../../src/app/state-report.ts";

let published: string[];
let state: string;
let isReady: boolean;
/** What `publish` returns. */
let result: number;
let report: StateReport;

beforeEach(() => {
  published = [];
  state = "off";
  isReady = true;
  result = 1;
  report = createStateReport({
    state: () => state,
    isReady: () => isReady,
    publish(text) {
      published.push(text);
      return result;
    },
  });
});

it("publishes the state only at each log-in and after a change", () => {
  report.online();
  report.update();
  expect(published).toEqual(["off"]);
  state = "on";
  report.update();
  report.update();
  expect(published).toEqual(["off", "on"]);
  report.online();
  expect(published).toEqual(["off", "on", "on"]);
});

it("publishes nothing while the board cannot be reached", () => {
  isReady = false;
  report.update();
  expect(published).toEqual([]);
});

it.each([-1, 0])("retries after a publish that returns a negative number: %i", (returned) => {
  result = returned;
  report.online();
  report.update();
  expect(published).toHaveLength(returned < 0 ? 2 : 1);
});
