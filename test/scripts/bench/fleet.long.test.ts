/** Fleets of simulated boards, over real sockets. */

import { afterEach, describe, expect, it } from "vitest";
import { runFleet, type FleetOptions, type Sample } from "../../../scripts/bench/fleet/index.ts";
import { registryOf, settingsOf, simulated } from "../../../scripts/bench/fleet/settings.ts";
import { readLine, runningServer, type Target, type Watch } from "../../../scripts/bench/fleet/targets.ts";
import { createTally } from "../../../scripts/bench/fleet/tally.ts";
import type { Board } from "../../../scripts/boards/board.ts";
import { loadBoard } from "../../../scripts/boards/index.ts";
import { openFileFault } from "../../../scripts/cli/open-files.ts";
import { startLocalOneNet, type LocalOneNet } from "../../../scripts/local-onenet/index.ts";
import { logPlatform } from "../../../scripts/local-onenet/log.ts";
import { startPlainBroker } from "../../../scripts/local-onenet/plain.ts";

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

/** Shipped boards of each generation. */
const BOARDS = {
  multiprotocol: "esp32-devkit",
  suite: "esp32-devkit-suite",
  studio: "esp32-s3-devkitc-studio",
  plain: "esp32-devkit-plain",
} as const;

function board(generation: keyof typeof BOARDS, qos: 0 | 1 | 2 = 1): Board {
  return simulated(loadBoard(BOARDS[generation], { local: false }), qos);
}

/** A local OneNET that knows the boards, in this process. */
async function local(
  of: Board,
  count: number,
  watch = (platform: LocalOneNet): Watch =>
    (received) => {
      logPlatform(platform, (line) => {
        readLine(typeof line === "string" ? line : line(), received);
      });
    },
): Promise<Target & { readonly platform: LocalOneNet }> {
  const platform = await startLocalOneNet(registryOf(of, settingsOf(of, count)));
  opened.push(platform);
  const port = of.onenet.generation === "multiprotocol" ? platform.mqttPort : platform.suitePort;
  const place = { host: "127.0.0.1", port, tls: false };
  return {
    name: "local OneNET",
    place,
    board: of,
    watch: watch(platform),
    platform,
    close: () => Promise.resolve(),
  };
}

/** A plain broker in this process. */
async function plain(of: Board): Promise<Target> {
  const broker = await startPlainBroker();
  opened.push(broker);
  return runningServer(of, "127.0.0.1", broker.port);
}

const OPTIONS: FleetOptions = {
  boards: 5,
  rate: 20,
  seconds: 1,
  rampUp: 10_000,
  signal: new AbortController().signal,
  show: () => undefined,
  sample: () => undefined,
};

it("50 boards at a local OneNET and as many at a plain broker lose nothing in 5 s", async () => {
  const samples: Sample[] = [];
  const name = { device: "板子é🌱", topic: "教室/🌡" };
  const chinese = board("plain");
  const targets = [
    await local(board("multiprotocol"), 50),
    await plain({ ...chinese, onenet: { ...chinese.onenet, ...name } }),
  ];
  const results = await runFleet(targets, {
    ...OPTIONS,
    boards: 50,
    rate: 2,
    seconds: 5,
    sample: (sample) => samples.push(sample),
  });
  for (const { sent, ...result } of results) {
    expect(sent).toBeGreaterThanOrEqual(500);
    expect(result).toMatchObject({
      online: 50,
      unsent: 0,
      acknowledged: sent,
      received: sent,
      lost: 0,
      failures: {},
    });
  }
  expect(samples.map(({ server, online }) => `${server}: ${online}`)).toHaveLength(20);
  expect(new Set(samples.map(({ online }) => online))).toEqual(new Set([50]));
});

describe("a fleet", () => {
  it("of any generation, at any QoS, loses nothing and breaks no rule", async () => {
    const oneNets = [await local(board("suite", 0), 5), await local(board("studio"), 5)];
    const targets = [...oneNets, await plain(board("plain", 0)), await plain(board("plain", 2))];
    const results = await runFleet(targets, OPTIONS);
    for (const [i, { sent, unsent, received, acknowledged, lost, failures }] of results.entries()) {
      expect(sent + unsent).toBeGreaterThanOrEqual(100);
      expect({ received, lost, failures }).toEqual({ received: sent, lost: 0, failures: {} });
      expect(acknowledged).toBe(targets[i]?.board.onenet.qos === 0 ? undefined : sent);
    }
    expect(oneNets.flatMap(({ platform }) => platform.violations)).toEqual([]);
  });

  it("counts messages that the server does not pass on", async () => {
    let dropped = 0;
    const target = await local(board("multiprotocol"), 5, (platform) => (received) => {
      platform.on("datapoint", ({ device, value }) => {
        if (Number(value) === 7) dropped++;
        else received(device, Number(value));
      });
    });
    const [result] = await runFleet([target], OPTIONS);
    expect(dropped).toBeGreaterThan(0);
    expect(result).toMatchObject({ acknowledged: result?.sent, lost: dropped });
  });

  it("connects again after the server was away, and counts what could not be sent", async () => {
    const target = await local(board("multiprotocol"), 5);
    const stop = new AbortController();
    const online: number[] = [];
    const back = new Set<string>();
    let outage: Promise<void> | undefined;
    const [result] = await runFleet([target], {
      ...OPTIONS,
      seconds: 60,
      rate: 10,
      signal: stop.signal,
      show(what) {
        if (what !== "publishing") return;
        outage ??= target.platform.stop().then(async () => {
          await target.platform.start();
          target.platform.on("datapoint", ({ device }) => {
            if (back.add(device).size === 5) stop.abort();
          });
        });
      },
      sample: (sample) => online.push(sample.online),
    });
    await outage;
    expect(online).toEqual([5]);
    expect(result?.failures).toEqual({
      "link lost: closed by the server soon after the log-in: is another board using this device?": 5,
    });
    expect(result?.unsent).toBeGreaterThan(0);
  });

  it("ends early, with its results", async () => {
    const target = await local(board("multiprotocol"), 5);
    const stop = new AbortController();
    const show = (what: string) => {
      if (what === "publishing") stop.abort();
    };
    const [result] = await runFleet([target], { ...OPTIONS, seconds: 60, signal: stop.signal, show });
    expect(result).toMatchObject({ online: 5, lost: 0 });
    expect(result?.seconds).toBeLessThan(10);
  });

  it("says why the first board cannot connect", async () => {
    const target = await local(board("multiprotocol"), 5);
    const of = { ...target.board, onenet: { ...target.board.onenet, authInfo: "wrong" } } as Board;
    await expect(runFleet([{ ...target, board: of }], OPTIONS)).rejects.toThrow(
      "local OneNET: the first board cannot connect: log-in refused, code 4",
    );
    await target.platform.close();
    await expect(runFleet([target], OPTIONS)).rejects.toThrow(
      "local OneNET: the first board cannot connect: no connection: ECONNREFUSED",
    );
  });

  it("leaves nothing behind on a plain broker", async () => {
    const broker = await startPlainBroker();
    opened.push(broker);
    let topics: string[] = [];
    const sample = () => (topics = [...broker.retained.keys()].sort());
    const target = runningServer(board("plain"), "127.0.0.1", broker.port);
    await runFleet([target], { ...OPTIONS, boards: 2, sample });
    expect(topics).toEqual(["esp32/lamp/1/status", "esp32/lamp/2/status"]);
    await expect.poll(() => broker.retained.size).toBe(0);
  });
});

describe("the boards of a fleet", () => {
  it("have names of their own", () => {
    const devices = (generation: keyof typeof BOARDS) =>
      settingsOf(board(generation), 2).map(({ device }) => device);
    expect(devices("multiprotocol")).toEqual(["1234567890", "1234567891"]);
    expect(devices("suite")).toEqual(["your-device-1", "your-device-2"]);
  });

  it("do not go to OneNET", () => {
    expect(() => runningServer(board("multiprotocol"), undefined, 6002)).toThrow(
      "esp32-devkit is for OneNET, which is not to be loaded with a simulated fleet: give --local, or --host and --port of your own server",
    );
    expect(() => board("studio", 2)).toThrow(
      "esp32-s3-devkitc-studio is studio: OneNET has no QoS 2, give --qos 0 or 1",
    );
    expect(() => registryOf(board("plain"), [])).toThrow(
      "esp32-devkit-plain is for a plain broker: --local needs a board of a generation of OneNET",
    );
  });
});

describe("the tally", () => {
  it("counts each message once, whatever comes twice", () => {
    const tally = createTally(2);
    tally.sent(0, 1, 0);
    tally.sent(1, 1, 0);
    for (let turn = 0; turn < 2; turn++) {
      tally.settled(0, 1, true);
      tally.received(0, 0);
    }
    tally.settled(1, 1, false);
    tally.settled(1, 2, true); // not of a data point
    tally.received(-1, 0); // of another device
    expect(tally.counts).toEqual({ sent: 2, unsent: 0, acknowledged: 1, received: 1 });
    expect(tally.awaited()).toBe(0);
  });

  it("has no delays without a message, and forgets those it has given", () => {
    const tally = createTally(1);
    expect(tally.delays()).toEqual({ acknowledged: undefined, received: undefined });
    tally.sent(0, 1, 0);
    tally.received(0, 0);
    const first = tally.delays().received;
    expect(first?.p50).toBeGreaterThan(0);
    expect(tally.delays().received).toBeUndefined();
    expect(tally.allDelays().received).toEqual(first);
  });
});

it("more connections than files may be open are refused", () => {
  expect(openFileFault(924, 1024)).toBeUndefined();
  expect(openFileFault(2000, 1024)).toBe(
    '2000 connections need 2100 open files, and the limit is 1024: raise it with "ulimit -n 2100" in this shell',
  );
});
