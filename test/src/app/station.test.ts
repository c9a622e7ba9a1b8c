import { beforeEach, expect, it } from "vitest";
import { createStation, JOIN_TIMEOUT, type Station, type WifiEvents } from "../../../src/app/station.ts";

/** What happened since the last look, one line each. */
let seen: string[];
let now: number;
let driver: WifiEvents;
let station: Station;

beforeEach(() => {
  seen = [];
  now = 0;
  station = createStation({
    ssid: "home",
    createDriver(events) {
      driver = events;
      return {
        start: () => seen.push("start"),
        join: () => seen.push("join"),
        leave: () => seen.push("leave"),
      };
    },
    backoff: { longest: 4000, random: () => 0 },
    now: () => now,
    up: () => seen.push("up"),
    down: () => seen.push("down"),
    say: (line) => seen.push(line),
  });
});

function after(action: () => void): string[] {
  seen = [];
  action();
  return seen;
}

function pass(ms: number): string[] {
  now += ms;
  return after(() => station.tick());
}

const JOINED = ["Wi-Fi: joining home", "join"];

it("joins, and is up once it has an address", () => {
  expect(after(() => station.start())).toEqual(["start", ...JOINED]);
  expect(station.isUp()).toBe(false);
  expect(after(() => driver.connected("192.168.1.7"))).toEqual([
    "Wi-Fi: connected, address 192.168.1.7",
    "up",
  ]);
  expect(station.isUp()).toBe(true);
  expect(pass(100_000)).toEqual([]);
});

it("reports the reason for a failure, and rejoins after waits that grow up to a limit", () => {
  station.start();
  for (const seconds of [1, 2, 4, 4]) {
    expect(after(() => driver.disconnected("no such network"))).toEqual([
      "down",
      `Wi-Fi: disconnected, no such network; next try in ${seconds} s`,
    ]);
    expect(pass(seconds * 1000 - 1)).toEqual([]);
    expect(pass(1)).toEqual(JOINED);
  }
});

it("prints nothing more if the driver repeats itself between two tries", () => {
  station.start();
  driver.disconnected("x");
  expect(after(() => driver.disconnected("x"))).toEqual(["down"]);
  expect(pass(1000)).toEqual(JOINED);
});

it("gives up a try without a result", () => {
  station.start();
  expect(pass(JOIN_TIMEOUT - 1)).toEqual([]);
  expect(pass(1)).toEqual(["leave", "Wi-Fi: no answer; next try in 1 s"]);
  expect(pass(1000)).toEqual(JOINED);
});

it("accepts an address that arrives between two tries", () => {
  station.start();
  driver.disconnected("x");
  driver.connected("192.168.1.7");
  expect(station.isUp()).toBe(true);
  expect(pass(100_000)).toEqual([]);
});

it("rejoins after a loss, starting with a short wait", () => {
  station.start();
  driver.disconnected("x");
  pass(1000);
  driver.connected("192.168.1.7");
  expect(after(() => driver.disconnected("beacon timeout"))).toEqual([
    "down",
    "Wi-Fi: disconnected, beacon timeout; next try in 1 s",
  ]);
  expect(station.isUp()).toBe(false);
  expect(pass(1000)).toEqual(JOINED);
});
