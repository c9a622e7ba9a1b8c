import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createStation,
  JOIN_TIMEOUT,
  LEAVE_AFTER,
  type Station,
  type WifiEvents,
} from "../../../src/app/station.ts";
import { ALL_FEATURES, setFeatures } from "../../support/features.ts";

/** What happened since the last look, one line each. */
let seen: string[];
let now: number;
let driver: WifiEvents;
let station: Station;
let isOnline: boolean;
let isHeld: boolean;
/** Why a try failed, as the setup by phone learns it. */
let failure: string | undefined;

function make(names: readonly string[]): void {
  seen = [];
  now = 0;
  isOnline = true;
  isHeld = false;
  failure = undefined;
  station = createStation({
    ssid: (network) => names[network] ?? "none",
    networkCount: names.length,
    isOnline: () => isOnline,
    createDriver(events) {
      driver = events;
      return {
        start: () => seen.push("start"),
        join: (network) => seen.push(network ? "join " + network : "join"),
        leave: () => seen.push("leave"),
      };
    },
    backoff: { longest: 4000, random: () => 0 },
    now: () => now,
    up: () => seen.push("up"),
    down: () => seen.push("down"),
    isHeld: () => isHeld,
    failed: (why) => (failure = why),
    say: (line) => seen.push(line),
  });
}

beforeEach(() => make(["home"]));
afterEach(() => setFeatures(ALL_FEATURES));

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

/** A failure of the network that is being tried. */
function fails(seconds: number): void {
  expect(after(() => driver.disconnected("x"))).toEqual([
    "down",
    `Wi-Fi: disconnected, x; next try in ${seconds} s`,
  ]);
  expect(pass(seconds * 1000 - 1)).toEqual([]);
  pass(1);
}

describe("with several networks", () => {
  beforeEach(() => {
    make(["home", "shed", "phone"]);
    station.start();
  });

  it("goes to the next after each failure, and waits longer once all had a try", () => {
    for (const round of [1, 2, 4, 4]) {
      expect(seen.at(-1)).toBe("join");
      fails(1);
      expect(seen).toEqual(["Wi-Fi: joining shed", "join 1"]);
      fails(1);
      expect(seen).toEqual(["Wi-Fi: joining phone", "join 2"]);
      fails(round);
      expect(seen).toEqual(JOINED);
    }
  });

  it("begins with the first when one is lost", () => {
    fails(1);
    driver.connected("192.168.1.7");
    fails(1);
    expect(seen).toEqual(JOINED);
    driver.connected("192.168.1.7");
    fails(1);
    expect(seen).toEqual(JOINED);
    fails(1);
    expect(seen.at(-1)).toBe("join 1");
  });

  it("leaves one that has been without the platform for too long", () => {
    driver.connected("192.168.1.7");
    pass(1_000_000);
    isOnline = false;
    expect(pass(LEAVE_AFTER - 1)).toEqual([]);
    expect(pass(1)).toEqual(["down", "leave", "Wi-Fi: no platform in this network; next try in 1 s"]);
    expect(station.isUp()).toBe(false);
    expect(after(() => driver.disconnected("left"))).toEqual(["down"]);
    expect(pass(1000)).toEqual(["Wi-Fi: joining shed", "join 1"]);
    driver.connected("192.168.1.7");
    expect(pass(LEAVE_AFTER - 1)).toEqual([]);
  });

  it("does not leave the only one", () => {
    setFeatures({ ...ALL_FEATURES, severalNetworks: false });
    make(["home"]);
    station.start();
    driver.connected("192.168.1.7");
    isOnline = false;
    pass(LEAVE_AFTER);
    expect(pass(1000)).toEqual([]);
  });
});

describe("while it is set up by phone", () => {
  it("waits with its tries as long as it is held", () => {
    station.start();
    driver.disconnected("x");
    expect(failure).toBe("disconnected, x");
    isHeld = true;
    expect(pass(60_000)).toEqual([]);
    isHeld = false;
    expect(pass(0)).toEqual(JOINED);
  });

  it("leaves a network and joins anew on request", () => {
    station.start();
    driver.connected("192.168.1.7");
    expect(after(() => station.again())).toEqual(["down", "leave"]);
    expect([station.isUp(), station.isJoining()]).toEqual([false, false]);
    expect(after(() => driver.disconnected("left"))).toEqual(["down"]);
    expect([failure, pass(1999)]).toEqual([undefined, []]);
    expect(pass(1)).toEqual(JOINED);
    expect(station.isJoining()).toBe(true);
  });
});
