/** Every shipped board completes every step, also with another kind of server: a file that extends it needs only that. */

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { loadBoard } from "../../scripts/boards/index.ts";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { walkThrough } from "../../scripts/stage/walkthrough.ts";
import { KEY, LATER, RGBW } from "../support/boards.ts";
import { buildScript, shipped } from "../support/bundles.ts";
import { equipped, PARTS } from "../support/equipped.ts";
import { EVERYDAY, SHIPPED } from "../support/shipped-boards.ts";
import { testEachStep } from "../support/walked-boards.ts";

/** OneNET has no QoS 2, which a board file for another broker may ask for. */
const QOS = { qos: 1 };
const TOKEN = { product: "469948", device: "Chic_D", key: KEY, ...QOS };
const SERVERS = {
  multiprotocol: {
    onenet: {
      ...{ generation: "multiprotocol", product: "200100", device: "600700800", authInfo: "secret-1" },
      ...QOS,
    },
  },
  suite: { onenet: { generation: "suite", ...TOKEN } },
  studio: { onenet: { generation: "studio", ...TOKEN } },
  plain: { mqtt: { server: "broker.example", topic: "home/board" } },
};

/** Below the project, where TypeScript is told to look for own code. */
const DIRECTORY = join("dist", "any-server");
beforeAll(() => {
  mkdirSync(DIRECTORY, { recursive: true });
  cpSync("boards", DIRECTORY, { recursive: true, filter: (file) => !file.includes(".local.") });
});
afterAll(() => rmSync(DIRECTORY, { recursive: true }));

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

testEachStep(SHIPPED.filter((name) => !EVERYDAY.includes(name)));

describe.each(Object.entries(SERVERS))("%s", (kind, server) => {
  const others = SHIPPED.filter((name, index) => otherKind(name, index) === kind);
  it.each(others)("%s", async (name) => {
    const { streams } = JSON.parse(readFileSync(join("boards", `${name}.json`), "utf8")) as {
      streams?: { source: string }[];
    };
    // Suite takes no booleans.
    const isLit = ({ source }: { source: string }) => source === "lit";
    const fields =
      kind === "suite" && streams?.some(isLit) ? { streams: streams.filter((each) => !isLit(each)) } : {};
    writeFileSync(join(DIRECTORY, "mine.json"), JSON.stringify({ extends: name, ...server, ...fields }));
    // With one title, what differs only in it is one script.
    await complete({ ...loadBoard("mine", { directory: DIRECTORY, now: LATER }), title: "mine" });
  });
});

/** Of the kinds of server that a shipped board is not for, one: neighbours get different ones. */
function otherKind(name: string, index: number): string | undefined {
  const kinds = Object.keys(SERVERS).filter((kind) => kind !== shipped(name).onenet.generation);
  return kinds[index % kinds.length];
}

/** What each step saw. */
async function walk(board: Board): Promise<Map<string, string>> {
  stage = await setStage(board, await buildScript(board));
  const steps = new Map<string, string>();
  await walkThrough(stage, ({ step, seen }) => steps.set(step, seen));
  return steps;
}

async function complete(board: Board): Promise<void> {
  const steps = [...(await walk(board)).keys()];
  expect(steps).toEqual(expect.arrayContaining(["log-in", "ping"]));
  expect(stage?.server.violation()).toBeUndefined();
}

it("a board whose rule gives a command of its own completes every step", async () => {
  const rules = [{ when: "pump is off", do: "pump on" }];
  const board = equipped("plain", { parts: { pump: PARTS.pump }, words: {}, rules });
  expect([...(await walk(board)).keys()]).toEqual([
    "Wi-Fi",
    "log-in",
    "data point",
    "pump on, pump off",
    "ping",
  ]);
});

it("an RGBW strip shows in white what the colours have in common", async () => {
  const board = { ...shipped("esp32-devkit"), name: "rgbw", led: RGBW };
  expect((await walk(board)).get("on")).toMatch(/^pin 17: 5 LEDs #ff8040;/);
  expect(await stage?.server.command("#ff8040", 10_000)).toBe("#ff8040");
  const [green, red, blue, white] = [64, 191, 0, 64];
  const pixels = Array.from({ length: 5 }, () => [green, red, blue, white]).flat();
  expect([...(stage?.device.pixels(17) ?? [])]).toEqual([...pixels, 0]);
});

it("a board that sends something all the time need not ping", async () => {
  const board = equipped("multiprotocol", {
    parts: { pump: PARTS.pump },
    words: {},
    rules: [
      { when: "pump is on for 6", do: "pump off" },
      { when: "pump is off for 6", do: "pump on" },
    ],
    streams: [],
  });
  expect((await walk(board)).get("ping")).toMatch(
    /^not needed: never more than \d\d? s without another packet$/,
  );
});

it("a board that does not ping fails at that step", async () => {
  const board = shipped("esp32-devkit");
  const late = { ...board, onenet: { ...board.onenet, pingPeriod: 3000 } };
  stage = await setStage(board, await buildScript(late));
  await expect(walkThrough(stage, () => undefined, 2000)).rejects.toMatchObject({
    step: "ping",
    message: expect.stringMatching(/no ping within \d+ s of the board's time/) as string,
  });
});
