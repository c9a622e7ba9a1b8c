import { describe, expect, it } from "vitest";
import type { Board } from "../../../scripts/boards/board.ts";
import type { Chip } from "../../../src/board.ts";
import { warningsOf } from "../../../scripts/boards/warnings.ts";
import { pinsCalled } from "../../../scripts/boards/chips.ts";
import { plain, suite } from "../../support/boards.ts";

function warnings(chip: Chip, tls: boolean): string[] {
  const board = plain();
  return warningsOf({ ...board, chip, onenet: { ...board.onenet, tls } });
}

it.each<[Chip, boolean]>([
  ["esp32", true],
  ["esp32c3", false],
  ["esp32s3", false],
])("about TLS on %s: %s [chip F10]", (chip, isWarned) => {
  expect(warnings(chip, true).some((line) => line.includes("TLS hardly fits"))).toBe(isWarned);
  expect(warnings(chip, true).some((line) => line.includes("set mqtt.tls to false"))).toBe(isWarned);
  expect(warnings(chip, false).some((line) => line.includes("TLS"))).toBe(false);
});

describe("about a server the board will not find", () => {
  const said = (server: string, chip: Chip = "esp32") => {
    const board = plain();
    return warningsOf({ ...board, chip, onenet: { ...board.onenet, server } }).filter((line) =>
      line.includes("mqtt.server is "),
    );
  };

  it.each(["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1", "[::1]", "0.0.0.0"])("%s", (server) => {
    expect(said(server)).toEqual([
      expect.stringContaining("means the board itself: use the network address") as string,
    ]);
  });

  it.each<[Chip, string]>([
    ["esp32", "cannot resolve such names, because it has no mDNS"],
    ["esp8266", "cannot resolve such names, because it has no mDNS"],
    ["esp32c3", "this is untested"],
    ["esp32s3", "this is untested"],
  ])("an mDNS name, on %s", (chip, text) => {
    expect(said("raspberrypi.local", chip)).toEqual([expect.stringContaining(text) as string]);
  });

  it.each(["broker.example", "10.0.0.1", "localhost.example", "local", "127.example"])(
    "not about %s",
    (server) => {
      expect(said(server)).toEqual([]);
    },
  );

  it("also for the time server", () => {
    const board = { ...plain(), time: { server: "127.0.0.1", zone: 8 } };
    expect(warningsOf(board).join()).toContain("time.server is 127.0.0.1");
  });
});

describe("about a server that does not answer devices of the generation", () => {
  const said = (...servers: string[]) => {
    const board = suite();
    const [server = "", ...others] = servers;
    const otherServers = others.map((host) => ({ host, port: 1883 }));
    const onenet = { ...board.onenet, server, ...(others.length > 0 && { otherServers }) };
    return warningsOf({ ...board, onenet }).filter((line) => line.includes("does not answer"));
  };

  it("multiprotocol's server", () => {
    expect(said("mqtt.heclouds.com")).toEqual([
      "suite-board: onenet.server is mqtt.heclouds.com, which does not answer suite: leave server out, or write mqtts.heclouds.com",
    ]);
  });

  it("the servers of the old studio, in a list", () => {
    expect(said("mqtts.heclouds.com", "studio-mqtt.heclouds.com", "Studio-MQTTS.heclouds.com")).toEqual([
      expect.stringContaining("onenet.server[1] is studio-mqtt.heclouds.com") as string,
      expect.stringContaining("onenet.server[2] is Studio-MQTTS.heclouds.com") as string,
    ]);
  });

  it("not about those of today", () => {
    expect(said("mqtts.heclouds.com", "469948.mqtts.acc.cmcconenet.cn", "183.230.40.96")).toEqual([]);
  });
});

it("about a key that looks truncated", () => {
  const board = suite();
  const short = { ...board.onenet, key: Buffer.alloc(15, 1).toString("base64") } as typeof board.onenet;
  const reported = (warnings: readonly string[]) =>
    warnings.filter((line) => line.includes("onenet.key is short"));
  expect(reported(warningsOf({ ...board, onenet: short }))).toEqual([
    expect.stringContaining("15 bytes") as string,
  ]);
  expect(reported(warningsOf(board))).toEqual([]);
});

it.each<[Chip, string, number[]]>([
  ["esp32", "D2", [2]],
  ["esp32", "GPIO4", [4]],
  ["esp32", "gpio 4", [4]],
  ["esp32", "LED1", [2]],
  ["esp32", "2", [2]],
  ["esp8266", "D4", [2, 4]],
  ["esp8266", "D0", [16, 0]],
  ["esp8266", "D14", [14]],
  ["esp8266", "GPIO4", [4]],
  ["esp8266", "A0", [0]],
  ["esp32c3", "left", []],
])("on %s a pin called %s may be %j", (chip, text, pins) => {
  expect(pinsCalled(chip, text).map(({ pin }) => pin)).toEqual(pins);
});

it("about a rule that waits longer than the board stays without the platform", () => {
  const said = (hold: number, withoutPlatform: number) =>
    warningsOf({
      ...plain(),
      reboot: { withoutPlatform },
      rules: [
        { when: { at: 60, days: [0] }, command: "lamp on" },
        { when: { condition: { kind: "state", part: "lamp", holds: true }, hold }, command: "lamp off" },
      ],
    }).filter((line) => line.includes("rules["));
  expect(said(7200, 3600)).toEqual([
    "plain-board: rules[1] waits for 7200 s, but after 3600 s without the platform the board restarts, and the wait begins anew: set reboot.withoutPlatform to more than 7200, or to 0 (docs/rules.md)",
  ]);
  expect([said(3600, 3600), said(3599, 3600), said(7200, 0)].map(({ length }) => length)).toEqual([1, 0, 0]);
});

describe("about sleep", () => {
  const said = (board: Board) => warningsOf(board).filter((line) => line.includes("the board sleeps"));

  it("outputs that are off, and reports without a time", () => {
    const board: Board = { ...plain(), sleep: { every: 600 } };
    delete (board as { time?: unknown }).time;
    expect(said(board)).toEqual([
      expect.stringContaining("meanwhile the LED is off") as string,
      expect.stringContaining('add "time": {}') as string,
    ]);
    expect(said({ ...board, time: { server: "time.example", zone: 8 } })).toHaveLength(1);
    expect(said(plain())).toEqual([]);
  });

  it("names the parts", () => {
    const board: Board = {
      ...plain(),
      sleep: { every: 600 },
      parts: [
        { name: "pump", kind: "switch", pin: 13, activeLow: false, report: 0 },
        { name: "fan", kind: "switch", pin: 14, activeLow: false, report: 0 },
      ] as unknown as Board["parts"] & object,
    };
    expect(said(board)[0]).toContain('meanwhile "pump", "fan" are off');
  });
});
