import { beforeEach, expect, it } from "vitest";
import { addPoints, clearPoints, seriesOf, showPoints, streamNames } from "../../../web/state/points.ts";

beforeEach(clearPoints);

it("a page, too, keeps so many data streams of a board, and those of others beside them", () => {
  for (let stream = 0; stream < 2000; stream++) addPoints([["loud", `l${stream}`, 1, 1]]);
  expect(streamNames.value).toHaveLength(100);
  for (let board = 0; board < 9; board++) {
    for (let stream = 0; stream < 100; stream++) addPoints([[`b${board}`, `${board} ${stream}`, 1, 1]]);
  }
  for (let stream = 0; stream < 20; stream++) addPoints([["late", `late ${stream}`, 1, 1]]);
  showPoints();
  expect(streamNames.value).toHaveLength(1000);
  expect(streamNames.value.filter((name) => name.startsWith("late"))).toHaveLength(20);
  expect(seriesOf("late 19").get("late")?.values).toEqual([1]);
  for (const name of streamNames.value) expect(seriesOf(name).size).toBe(1);
});
