import fc from "fast-check";
import { expect, test } from "vitest";
import { createOldestFirst, type Place } from "../../scripts/lib/oldest-first.ts";
import { createRoom } from "../../scripts/local-onenet/room.ts";
import { createFeed, KEPT } from "../../scripts/web-console/feed.ts";
import { leastTime } from "../lib/processor-time.ts";

test("entries stand in the order in which they came, whichever go", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(20)), { maxLength: 60 }), (steps) => {
      const entries = createOldestFirst<number>();
      const places: Place<number>[] = [];
      let here: Place<number>[] = [];
      steps.forEach((step, index) => {
        const gone = step === null ? undefined : places[step];
        if (step !== null && gone) {
          expect(entries.remove(gone)).toBe(here.includes(gone));
          here = here.filter((place) => place !== gone);
        } else {
          const place = entries.add(index);
          places.push(place);
          here.push(place);
        }
        expect(entries.all()).toEqual(here.map(({ entry }) => entry));
        expect(entries.oldest).toBe(here[0]);
      });
    }),
  );
});

/** What is kept costs as much when all has been full for long as in the beginning; it was 20 to 50 times as much. */
const MOST = 5;
const STEP = 5000;

test("the platform's room costs the same when it is full", () => {
  const entries = 150_000;
  const room = createRoom(entries * 200, () => undefined);
  const keep = (count: number) => {
    for (let i = 0; i < count; i++) room.keep("d", 0, () => undefined);
  };
  keep(STEP); // V8 compiles it
  const first = leastTime(5, () => keep(STEP));
  keep(entries + entries / 3);
  expect(leastTime(5, () => keep(STEP))).toBeLessThan(MOST * Math.max(1, first));
});

test("the web console's data points cost the same when they are at their bound", () => {
  const feed = createFeed();
  let time = 0;
  const report = (count: number) => {
    for (let i = 0; i < count; i++, time++) feed.point(`board ${time % 1000}`, "uptime", time, time);
  };
  report(STEP);
  const first = leastTime(5, () => report(STEP));
  const bound = KEPT.pointSize / 50;
  report(bound + bound / 2);
  expect(leastTime(5, () => report(STEP))).toBeLessThan(MOST * Math.max(1, first));
  feed.close();
});
