import { afterAll, beforeEach, expect, it } from "vitest";
import { REST } from "../../../src/app/boots.ts";
import { createLastResorts, EARLIEST, type LastResorts } from "../../../src/app/last-resorts.ts";
import { ALL_FEATURES, setFeatures } from "../../support/features.ts";

let seen: string[];
let isOnline: boolean;
let resorts: LastResorts;

function start(withoutPlatform = 0): void {
  seen = [];
  isOnline = false;
  resorts = createLastResorts(
    withoutPlatform,
    () => isOnline,
    (why) => seen.push(why),
    () => seen.push("held"),
  );
}

beforeEach(() => {
  setFeatures({ ...ALL_FEATURES, rules: false });
  start();
});
afterAll(() => setFeatures(ALL_FEATURES));

it("does not count a reboot for want of a platform as a failed boot of a board with rules", () => {
  setFeatures(ALL_FEATURES);
  start(EARLIEST);
  resorts.tick(EARLIEST);
  expect(seen).toEqual(["held", `No platform for ${EARLIEST / 1000} s`]);
});

it("reboots after the time limit without a platform, counted from boot or from the last contact", () => {
  start(EARLIEST);
  resorts.tick(EARLIEST - 1000);
  isOnline = true;
  resorts.tick(EARLIEST + 200_000);
  isOnline = false;
  resorts.tick(2 * EARLIEST + 199_000);
  expect(seen).toEqual([]);
  resorts.tick(2 * EARLIEST + 200_000);
  expect(seen).toEqual(["No platform for 1800 s"]);
});

it("never reboots if that time is 0", () => {
  resorts.tick(1e12 + 1);
  expect(seen).toEqual([]);
});

it("reports each full hour at which the board is online", () => {
  isOnline = true;
  for (let now = 1000; now <= 3 * REST; now += 1000) {
    isOnline = now !== 2 * REST;
    resorts.tick(now);
  }
  expect(seen).toEqual(["held", "held"]);
});
