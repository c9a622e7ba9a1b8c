import { beforeEach, expect, it } from "vitest";
import {
  addPoints,
  addSeries,
  clearPoints,
  seriesOf,
  showPoints,
  streamNames,
  thin,
} from "../../../scripts/web-console/page/state/points.ts";

beforeEach(clearPoints);

it("limits a board's data streams on the page, and keeps room for other boards", () => {
  for (let stream = 0; stream < 2000; stream++) addPoints([["loud", `l${stream}`, 1, 1]]);
  showPoints();
  expect(streamNames.value).toHaveLength(100);
  for (let board = 0; board < 19; board++) {
    for (let stream = 0; stream < 100; stream++) addPoints([[`b${board}`, `${board} ${stream}`, 1, 1]]);
  }
  for (let stream = 0; stream < 20; stream++) addPoints([["late", `late ${stream}`, 1, 1]]);
  showPoints();
  expect(streamNames.value).toHaveLength(2000);
  expect(streamNames.value.filter((name) => name.startsWith("late"))).toHaveLength(20);
  expect(seriesOf("late 19").get("late")?.values).toEqual([1]);
  for (const name of streamNames.value) expect(seriesOf(name).size).toBe(1);
});

it("decodes series", () => {
  addSeries([["b1", "t", [1_000_000, 10, -5, 20], [1, 2, 3, true]]]);
  addPoints([["b1", "t", 1_000_030, "a text"]]);
  showPoints();
  const series = seriesOf("t").get("b1");
  expect(series?.times).toEqual([1_000_000, 1_000_005, 1_000_010, 1_000_025, 1_000_030]);
  expect(series?.values).toEqual([1, 3, 2, 1, NaN]);
  expect(series?.last).toBe("a text");
});

it("thins series to a row per step with data points, keeping the last of each", () => {
  const first = { board: "b1", times: [90, 100, 104, 119, 151], values: [0, 1, 2, NaN, 5], last: 5 };
  const second = { board: "b2", times: [95, 131], values: [7, 8], last: 8 };
  expect(thin([first, second], 100, 10)).toEqual([
    [0.1, 0.13, 0.15],
    [2, null, 5],
    [null, 8, null],
  ]);
  expect(thin([first], 200, 10)).toEqual([[], []]);
  expect(thin([], 200, 10)).toEqual([[]]);
});
