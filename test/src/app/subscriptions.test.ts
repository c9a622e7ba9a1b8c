import { afterEach, describe, expect, it } from "vitest";
import { createSubscriptions, type Subscriptions } from "../../../src/app/subscriptions.ts";
import { hex } from "../../support/bytes.ts";
import { ALL_FEATURES, setFeatures } from "../../support/features.ts";

let seen: string[];

function create(filters: readonly string[]): Subscriptions {
  seen = [];
  return createSubscriptions({
    filters,
    session: {
      subscribe: (fields, qos) => seen.push(`subscribe ${fields.map(hex).join(", ")} at ${qos}`),
      fallBack: (why) => seen.push(`fall back: ${why}`),
    },
    advice: () => ": check the topics",
    ready: () => seen.push("ready"),
    say: (line) => seen.push(line),
  });
}

function after(action: () => void): string[] {
  seen = [];
  action();
  return seen;
}

afterEach(() => setFeatures(ALL_FEATURES));

it("is ready at once without topic filters", () => {
  const subscriptions = create([]);
  expect(subscriptions.isReady()).toBe(false);
  expect(after(() => subscriptions.online(false))).toEqual(["ready"]);
  expect(subscriptions.isReady()).toBe(true);
  subscriptions.offline();
  expect(subscriptions.isReady()).toBe(false);
});

it("is ready once the server has answered, at QoS 1 without QoS 2 support", () => {
  setFeatures({ ...ALL_FEATURES, exactlyOnce: false });
  const subscriptions = create(["a", "b"]);
  expect(after(() => subscriptions.online(false))).toEqual(["subscribe 00 01 61, 00 01 62 at 1"]);
  expect(subscriptions.isReady()).toBe(false);
  expect(after(() => subscriptions.subscribed("\x02\x02"))).toEqual(["ready"]);
  expect(subscriptions.isReady()).toBe(true);
});

it("says what to check after a refusal, and is still ready", () => {
  const subscriptions = create(["a", "b"]);
  subscriptions.online(false);
  expect(after(() => subscriptions.subscribed("\x02\x80"))).toEqual([
    "OneNET: subscription refused: check the topics",
    "ready",
  ]);
});

describe("with several servers, a refused subscription", () => {
  it("is tried again each minute, and nothing else begins anew", () => {
    const subscriptions = create(["a"]);
    subscriptions.online(false);
    subscriptions.subscribed("\x80");
    subscriptions.tick(0);
    expect(after(() => subscriptions.tick(59_000))).toEqual([]);
    expect(after(() => subscriptions.tick(60_000))).toEqual(["subscribe 00 01 61 at 2"]);
    expect(after(() => subscriptions.tick(61_000))).toEqual([]);
    expect(after(() => subscriptions.subscribed("\x80"))).toEqual([]);
    subscriptions.tick(62_000);
    expect(after(() => subscriptions.tick(122_000))).toEqual(["subscribe 00 01 61 at 2"]);
    expect(after(() => subscriptions.subscribed("\x02"))).toEqual(["OneNET: subscription granted"]);
    expect(after(() => subscriptions.tick(1_000_000))).toEqual([]);
  });

  it("is not tried again on a link that has ended", () => {
    const subscriptions = create(["a"]);
    subscriptions.online(false);
    subscriptions.subscribed("\x80");
    subscriptions.tick(0);
    subscriptions.offline();
    expect(after(() => subscriptions.tick(1_000_000))).toEqual([]);
    // Refused on the next link as well, it has its whole minute there.
    subscriptions.online(false);
    subscriptions.subscribed("\x80");
    expect(after(() => subscriptions.tick(1_001_000))).toEqual([]);
    expect(after(() => subscriptions.tick(1_060_000))).toEqual([]);
    expect(after(() => subscriptions.tick(1_061_000))).toEqual(["subscribe 00 01 61 at 2"]);
  });
});

it("is not ready if the link ends before the server answers", () => {
  const subscriptions = create(["a"]);
  subscriptions.online(false);
  expect(after(() => subscriptions.subscribed(""))).toEqual([]);
  expect(subscriptions.isReady()).toBe(false);
});

it("falls back if the server grants less than QoS 2", () => {
  const subscriptions = create(["a"]);
  expect(after(() => subscriptions.online(false))).toEqual(["subscribe 00 01 61 at 2"]);
  expect(after(() => subscriptions.subscribed("\x01"))).toEqual([
    "fall back: the server grants less than QoS 2",
    "ready",
  ]);
});

it("does not subscribe again if the session has the subscriptions", () => {
  const subscriptions = create(["a"]);
  subscriptions.online(true);
  subscriptions.subscribed("\x02");
  subscriptions.offline();
  expect(after(() => subscriptions.online(true))).toEqual(["ready"]);
  subscriptions.offline();
  expect(after(() => subscriptions.online(false))).toEqual(["subscribe 00 01 61 at 2"]);
});

it.each([
  ["the last ones were refused", true, "\x80"],
  ["sessions do not last", false, "\x02"],
])("subscribes again if %s", (_why, lastingSession, codes) => {
  setFeatures({ ...ALL_FEATURES, lastingSession });
  const subscriptions = create(["a"]);
  subscriptions.online(true);
  subscriptions.subscribed(codes);
  subscriptions.offline();
  expect(after(() => subscriptions.online(true))).toEqual(["subscribe 00 01 61 at 2"]);
});
