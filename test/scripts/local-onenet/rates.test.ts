/** The platform's limits of how much a device may do in a time, which `npm run platform` keeps. */

import { expect, onTestFinished, test, vi } from "vitest";
import type { LocalOneNet } from "../../../scripts/local-onenet/index.ts";
import { createCallRate, createRates, type Act } from "../../../scripts/local-onenet/rates.ts";
import {
  CHIC,
  HEATER,
  LAMP,
  connectPacket,
  hex,
  logInWithToken,
  next,
  openWire,
  packet,
  publishPacket,
  settle,
  startPlatform,
  subscribePacket,
  tokenOf,
} from "./wire.ts";

async function platformWith(more: { strict?: boolean } = {}): Promise<LocalOneNet> {
  const platform = await startPlatform({}, { rateLimits: true, ...more });
  onTestFinished(() => platform.close());
  return platform;
}

/** Limits with a clock of their own; `doubts` are what would be refused only with `--strict`. */
function ratesAt(isStrict = false) {
  const clock = { now: 0 };
  const doubts: string[] = [];
  const doubt = (_device: string, what: string) => {
    doubts.push(what);
    return isStrict;
  };
  const isKnown = ({ device }: { device: string }) => device !== "deleted";
  return { rates: createRates({ doubt, backlog: 1000, isKnown, now: () => clock.now }), clock, doubts };
}

test.each<[act: Act, most: number]>([
  ["log-in", 10],
  ["QoS 0 message", 300],
  ["QoS 1 message", 100],
  ["ping", 10],
])("suite: more than so many within 5 s end the connection and ban the device: %s, %i", (act, most) => {
  const { rates, clock } = ratesAt();
  for (let count = 0; count < most; count++) expect(rates.check(CHIC, act)).toBeUndefined();
  clock.now = 4999;
  expect(rates.check(CHIC, act)).toEqual({
    rule: "rate",
    detail: `more than ${most} ${act}s in 5 s: refused for 5 min`,
    cuts: true,
  });
  clock.now = 304_998;
  expect(rates.ban(CHIC)).toBe("the device broke a rate limit: it is refused for another 1 s");
  clock.now = 304_999;
  expect(rates.ban(CHIC)).toBeUndefined();
});

test("a limit counts over any 5 s, not from a fixed time on", () => {
  const { rates, clock } = ratesAt();
  for (let count = 0; count < 10; count++) {
    clock.now = 500 * count;
    expect(rates.check(CHIC, "ping")).toBeUndefined();
  }
  clock.now = 5000;
  expect(rates.check(CHIC, "ping")).toBeUndefined();
  clock.now = 5400;
  expect(rates.check(CHIC, "ping")).toMatchObject({ rule: "rate" });
});

test.each<[act: Act, most: number, seconds: number]>([
  ["log-in", 3, 5],
  ["ping", 1, 1],
  ["subscribed topic", 10, 1],
  ["property/set", 1, 1],
])("studio: what more of them leads to is not known: %s, %i in %i s", (act, most, seconds) => {
  for (const isStrict of [false, true]) {
    const { rates, clock, doubts } = ratesAt(isStrict);
    for (let count = 0; count < most; count++) rates.check(HEATER, act);
    clock.now = seconds * 1000 - 1;
    expect(rates.check(HEATER, act)?.cuts).toBe(isStrict ? true : undefined);
    expect(doubts).toEqual([`more than ${most} ${act}${most === 1 ? "" : "s"} in ${seconds} s`]);
    clock.now += seconds * 1000;
    expect(rates.check(HEATER, act)).toBeUndefined();
    expect(rates.ban(HEATER)).toBeUndefined();
  }
});

test("suite: more than 15 subscribed topics in 5 s: what that leads to is not known", () => {
  const { rates, doubts } = ratesAt();
  for (let count = 0; count < 16; count++) rates.check(CHIC, "subscribed topic");
  expect(doubts).toEqual(["more than 15 subscribed topics in 5 s"]);
  expect(rates.ban(CHIC)).toBeUndefined();
});

test("multiprotocol has no such limit", () => {
  const { rates } = ratesAt(true);
  for (let count = 0; count < 1000; count++) expect(rates.check(LAMP, "QoS 0 message")).toBeUndefined();
  expect(rates.delays(LAMP)).toBe(false);
});

test("a studio device's second message within a second is handled late, and too many are lost", async () => {
  const { rates, clock } = ratesAt();
  const handled: string[] = [];
  expect(rates.delay(HEATER, 1, () => handled.push("first"))).toBeUndefined();
  expect(handled).toEqual(["first"]);
  clock.now = 990;
  const second = new Promise<void>((resolve) => {
    rates.delay(HEATER, 1, () => {
      handled.push("second");
      resolve();
    });
  });
  expect(handled).toEqual(["first"]);
  const full = [1, 2, 3].map(() => rates.delay(HEATER, 200, () => undefined)?.detail);
  expect(full).toEqual([undefined, "more than a message a second for too long: this one is lost", full[1]]);
  await second;
  expect(handled).toEqual(["first", "second"]);
  rates.close();
});

test("studio: more than 512 KB in a second: what that leads to is not known", () => {
  for (const isStrict of [false, true]) {
    const { rates, clock, doubts } = ratesAt(isStrict);
    const post = () => rates.delay(HEATER, 256 * 1024, () => undefined)?.detail;
    const tooLong = "more than a message a second for too long: this one is lost";
    expect([post(), post()]).toEqual([undefined, tooLong]);
    expect(doubts).toEqual([]);
    expect(post()).toBe(isStrict ? "more than 512 KB in 1 s: this message is lost" : tooLong);
    expect(doubts).toEqual(["more than 512 KB in 1 s"]);
    clock.now = 1000;
    expect(post()).toBeUndefined();
    expect(doubts).toHaveLength(1);
    rates.close();
  }
});

test("the HTTP API: more than 100 calls a second from an address: what that leads to is not known", () => {
  for (const isStrict of [false, true]) {
    const clock = { now: 0 };
    const doubts: string[] = [];
    const doubt = (address: string, what: string) => {
      doubts.push(`${address}: ${what}`);
      return isStrict;
    };
    const fault = createCallRate(doubt, () => clock.now);
    for (let count = 0; count < 100; count++) expect(fault("10.0.0.1")).toBeUndefined();
    expect(fault("10.0.0.2")).toBeUndefined();
    clock.now = 999;
    const why = "more than 100 calls of the HTTP API in 1 s";
    expect(fault("10.0.0.1")).toBe(isStrict ? why : undefined);
    expect(doubts).toEqual([`10.0.0.1: ${why}`]);
    clock.now = 2000;
    expect(fault("10.0.0.1")).toBeUndefined();
  }
});

test("with rate limits and --strict, the HTTP API refuses the call after the hundredth", async () => {
  const platform = await platformWith({ strict: true });
  const call = async (headers: Record<string, string>, path = "/devices/527521926") =>
    (await fetch(`http://127.0.0.1:${platform.httpPort}${path}`, { headers })).json();
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const key = { "api-key": platform.apiKey };
  for (let count = 0; count < 100; count++) expect(await call(key)).toMatchObject({ errno: 0 });
  const refused = "more than 100 calls of the HTTP API in 1 s";
  expect(await call(key)).toEqual({ errno: 1, error: refused });
  expect(await call({ authorization: "x" }, "/device/detail")).toMatchObject({ code: 500, msg: refused });
});

test("what a deleted device sent is forgotten", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const { rates } = ratesAt();
  const handled: string[] = [];
  for (const record of [HEATER, { ...HEATER, device: "deleted" }])
    for (const time of ["now", "later"])
      rates.delay(record, 1, () => handled.push(`${record.device} ${time}`));
  await vi.advanceTimersByTimeAsync(1000);
  expect(handled).toEqual(["heater now", "deleted now", "heater later"]);
});

test("a suite device that floods is cut, and refused when it comes back", async () => {
  const platform = await platformWith();
  const wire = await logInWithToken(platform, CHIC);
  const message = publishPacket("$sys/469948/Chic_D/dp/post/json", '{"id":1,"dp":{"a":[{"v":1}]}}');
  const offline = next(platform, "offline");
  wire.send(Buffer.concat(Array(301).fill(message) as Buffer[]));
  await wire.closed;
  expect((await offline).why).toMatch(/^cut for breaking a rule: /);
  expect(platform.violations).toMatchObject([
    { rule: "rate", detail: "more than 300 QoS 0 messages in 5 s: refused for 5 min" },
  ]);
  expect(platform.datapoints("469948/Chic_D", "a")).toHaveLength(300);
  const refused = next(platform, "login-refused");
  const again = await openWire(platform.suitePort);
  const { device, product } = CHIC;
  again.send(connectPacket({ device, product, password: tokenOf(CHIC) }, { keepAlive: 60 }));
  expect(await again.closed).toBe("20020005");
  expect((await refused).why).toMatch(/broke a rate limit: it is refused for another \d+ s/);
});

test("QoS 1 messages and pings count, too", async () => {
  const platform = await platformWith();
  const topic = Buffer.from("$sys/469948/Chic_D/dp/post/json");
  const message = packet(0x32, Buffer.from([0, topic.length]), topic, hex("0007"), Buffer.from("{}"));
  const wire = await logInWithToken(platform, CHIC);
  wire.send(Buffer.concat(Array(101).fill(message) as Buffer[]));
  await wire.closed;
  expect(platform.violations.at(-1)).toMatchObject({
    rule: "rate",
    detail: expect.stringMatching(/^more than 100 QoS 1/) as string,
  });
});

test("studio: the platform delays what comes too soon, and strictness decides about pings", async () => {
  for (const strict of [false, true]) {
    const platform = await platformWith({ strict });
    const wire = await logInWithToken(platform, HEATER);
    wire.send(subscribePacket("$sys/9MaNe52pNO/heater/thing/property/post/reply"));
    await wire.read(5);
    const post = (id: number) =>
      publishPacket(
        "$sys/9MaNe52pNO/heater/thing/property/post",
        `{"id":"${id}","params":{"led":{"value":true}}}`,
      );
    const reported: string[] = [];
    platform.on("notice", ({ detail }) => reported.push(detail));
    wire.send(Buffer.concat([post(1), post(2)]));
    await settle(wire);
    expect(platform.datapoints("heater", "led")).toHaveLength(1);
    wire.send("c000");
    if (strict) {
      await wire.closed;
      expect(platform.violations).toMatchObject([{ rule: "rate", detail: "more than 1 ping in 1 s" }]);
    } else {
      await expect
        .poll(() => reported)
        .toEqual([expect.stringMatching(/^more than 1 ping in 1 s: accepted, but/)]);
    }
  }
});
