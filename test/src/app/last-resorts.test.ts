import { beforeEach, expect, it } from "vitest";
import {
  createLastResorts,
  FAILURES_BEFORE_REBOOT,
  type LastResorts,
} from "../../../src/app/last-resorts.ts";

let reboots: string[];
let resorts: LastResorts;

function start(withoutPlatform = 0): void {
  reboots = [];
  resorts = createLastResorts(withoutPlatform, (why) => reboots.push(why));
}

beforeEach(() => start());

/** A link on which publishes do so, one after the other. */
function link(...succeeded: boolean[]): void {
  resorts.online();
  for (const each of succeeded) resorts.published(each);
  resorts.offline();
}

it("reboots when a publish failed on three links in a row", () => {
  for (let i = 1; i < FAILURES_BEFORE_REBOOT; i++) link(false);
  expect(reboots).toEqual([]);
  link(false);
  expect(reboots).toEqual(["Three publishes failed in a row"]);
});

it("counts what fails together, with one link, once", () => {
  link(false, false, false);
  link(false, false);
  expect(reboots).toEqual([]);
});

it("begins anew after a success", () => {
  link(false);
  link(false);
  link(true, false);
  link(false);
  expect(reboots).toEqual([]);
  link(false);
  expect(reboots).toHaveLength(1);
});

it("reboots after its time without a platform, from the boot or from when it was there last", () => {
  start(60_000);
  resorts.tick(59_999);
  resorts.online();
  resorts.tick(200_000);
  resorts.offline();
  resorts.tick(259_999);
  expect(reboots).toEqual([]);
  resorts.tick(260_000);
  expect(reboots).toEqual(["No platform for 60 s"]);
});

it("never does where that time is 0", () => {
  resorts.tick(1e12);
  expect(reboots).toEqual([]);
});
