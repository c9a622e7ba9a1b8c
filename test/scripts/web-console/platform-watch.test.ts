import { expect, it, onTestFinished, vi } from "vitest";
import type { LocalOneNet, TokenDevice } from "../../../scripts/local-onenet/index.ts";
import { createFeed, type Feed } from "../../../scripts/web-console/feed.ts";
import { causesOf } from "../../../scripts/web-console/page/state/causes.ts";
import { watchPlatform } from "../../../scripts/web-console/platform-watch.ts";
import {
  CHIC,
  connectPacket,
  LAMP,
  logIn,
  logInWithToken,
  openWire,
  publishPacket,
  settle,
  startPlatform,
  tokenOf,
} from "../local-onenet/wire.ts";

it("derives a real board's LED from its answers, and ignores other replies", async () => {
  const platform = await startPlatform();
  onTestFinished(() => platform.close());
  const feed = createFeed();
  onTestFinished(() => feed.close());
  watchPlatform(feed, platform, () => undefined);
  const lamp = await logIn(platform);

  async function lightAfter(answer: string) {
    const { uuid } = await platform.sendCommand(LAMP.device, "on");
    await lamp.read(48); // the command
    lamp.send(publishPacket(`$crsp/${uuid}`, answer));
    await settle(lamp);
    const board = feed.boardOf(LAMP.device);
    return board?.led && [board.led.kind, board.pixels];
  }

  expect(feed.boardOf(LAMP.device)).toMatchObject({ isVirtual: false, led: null });
  expect(await lightAfter("21.5")).toBeNull();
  // Its kind is still unknown: both a plain and a colour LED answer like this.
  expect(await lightAfter("on")).toEqual(["unknown", ["#ff0000"]]);
  expect(await lightAfter("off")).toEqual(["unknown", ["#000000"]]);
  expect(await lightAfter("#00ff00")).toEqual(["pwm", ["#00ff00"]]);
  expect(await lightAfter("error: unknown command")).toEqual(["pwm", ["#00ff00"]]);
  expect(await lightAfter("off")).toEqual(["pwm", ["#000000"]]);
});

/** A platform with a class of 30, each device with a key of its own, and what the page knows of it. */
async function setClass(): Promise<{ platform: LocalOneNet; feed: Feed; members: readonly TokenDevice[] }> {
  const platform = await startPlatform();
  onTestFinished(() => platform.close());
  const feed = createFeed();
  onTestFinished(() => feed.close());
  const members = Array.from({ length: 30 }, (_, index): TokenDevice => {
    const key = Buffer.from(`key ${index}`).toString("base64");
    return { ...CHIC, device: `class-${index + 1}`, key, title: `学生 ${index + 1}` };
  });
  for (const member of members) platform.registry.add(member);
  watchPlatform(feed, platform, () => undefined);
  return { platform, feed, members };
}

const causes = (feed: Feed) =>
  causesOf(feed.snapshot({ title: "", address: "", faults: [], isExportable: false }).alerts, new Map());

it("a class that cannot log in is one alert with names, which goes when they get in", async () => {
  const { platform, feed, members } = await setClass();
  await Promise.all(
    members.map(async (member) => {
      const wire = await openWire(platform.suitePort);
      const { product, device } = member;
      const password = tokenOf({ ...member, key: "d3Jvbmc=" });
      wire.send(connectPacket({ product, device, password }, { keepAlive: 120 }));
      expect(await wire.closed).toBe("20020004");
    }),
  );
  const [cause, ...others] = causes(feed);
  expect(others).toEqual([]);
  expect(cause).toMatchObject({ kind: "refused", count: 30 });
  expect(new Set(cause?.who.map(({ who }) => who))).toEqual(new Set(members.map(({ title }) => title)));
  for (const [index, member] of members.entries()) {
    const left = causes(feed)[0]?.who.length;
    expect(left).toBe(30 - index);
    await logInWithToken(platform, member);
  }
  expect(causes(feed)).toEqual([]);
});

it("a stranger's alert goes when nothing has been heard of strangers for five minutes", async () => {
  const { platform, feed, members } = await setClass();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const refuse = (clientId: string) =>
    platform.emit("login-refused", { clientId, why: "the product has no such device", returnCode: 4 });
  refuse("469948/kitchen");
  vi.advanceTimersByTime(299_000);
  refuse("469948/attic");
  refuse(`469948/${members[0]?.device ?? ""}`);
  expect(causes(feed)[0]?.who.map(({ who }) => who)).toEqual(["469948/kitchen", "469948/attic", "学生 1"]);
  vi.advanceTimersByTime(299_999);
  expect(causes(feed)[0]?.who).toHaveLength(3);
  vi.advanceTimersByTime(1);
  expect(causes(feed)[0]?.who.map(({ who }) => who)).toEqual(["学生 1"]);
});

it("boards of the same title are told apart, and alerts have titles", async () => {
  const { platform, feed, members } = await setClass();
  const [one, other] = members;
  for (const { product, device } of [one, other, one].flatMap((member) => member ?? []))
    platform.emit("violation", {
      device: `${product}/${device}`,
      rule: "qos",
      sentence: "",
      detail: "QoS 2",
    });
  for (const device of ["a", "b"]) {
    platform.registry.add({ ...CHIC, device, title: "twin" });
    platform.emit("notice", { device: `469948/${device}`, detail: "slow" });
  }
  expect(causes(feed).map(({ kind, count, who }) => [kind, count, who.map(({ who }) => who)])).toEqual(
    expect.arrayContaining([
      ["violation", 3, ["学生 2", "学生 1"]],
      ["notice", 2, ["twin", "twin"]],
    ]),
  );
});
