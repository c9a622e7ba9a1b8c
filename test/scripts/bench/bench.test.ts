import { format } from "oxfmt";
import { afterEach, describe, expect, it, vi } from "vitest";
import { runBench } from "../../../scripts/bench/index.ts";
import { rowOf, type Row } from "../../../scripts/bench/rows.ts";
import { median, ratioOf } from "../../../scripts/bench/statistics.ts";
import { formatMarkdown, formatTable } from "../../../scripts/bench/table.ts";
import { runHere as run } from "../../support/run-here.ts";

/** Rows with a met target, a missed target, no target, and no comparison. */
const ROWS: readonly Row[] = [
  rowOf("node", "encode", "ns", ours(10, 20, 30), { name: "theirs", rounds: [100, 400, 150] }, 0.1),
  rowOf("node", "decode", "ns", ours(50), { name: "theirs", rounds: [100] }, 1 / 3),
  rowOf("boot", "to online", "ms", ours(1234), { name: "theirs", rounds: [617] }),
  rowOf("variables", "online", "variables", ours(563)),
];

function ours(...rounds: number[]) {
  return { name: "ours", rounds };
}

describe("figures", () => {
  it("use the middle value as the median", () => {
    expect(median([9, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 9])).toBe(3);
    expect(median([7])).toBe(7);
  });

  it("are compared round by round", () => {
    expect(ratioOf([1, 20, 3, 4, 50], [1, 10, 1, 1, 10])).toEqual({ median: 3, low: 2, high: 4 });
  });
});

it("the table shows which targets are met", () => {
  const lines = formatTable(ROWS)
    .replaceAll(/\x1b\[\d+m/g, "") // oxlint-disable-line no-control-regex -- colours
    .split("\n")
    .map((line) => line.replaceAll(/ {2,}/g, " | "));
  expect(lines).toContain("encode | 20 ns | theirs 150 ns | 0.10 | 0.075–0.15 | ≤ 0.10 | met");
  expect(lines).toContain("decode | 50 ns | theirs 100 ns | 0.50 | ≤ 0.33 | not met");
  expect(lines).toContain("to online | 1234 ms | theirs 617 ms | 2.00");
  expect(lines).toContain("online | 563");
});

it("the Markdown has a table for each part, formatted as `npm run format` does", async () => {
  const text = `${formatMarkdown(ROWS)}\n`;
  expect(await format("figures.md", text)).toEqual({ code: text, errors: [] });
  const parts = text.split(/^### /m).slice(1);
  expect(parts.map((part) => part.split("\n")[0])).toEqual([
    "Speed on Node",
    "From reset to online",
    "Variables",
  ]);
});

it("a stopped bench measures nothing more", async () => {
  const reason = new Error("stopped");
  const options = {
    parts: ["node"],
    rounds: 1,
    espruino: undefined,
    peers: undefined,
    show: () => undefined,
  } as const;
  await expect(runBench({ ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

describe("npm run bench", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("reports what is missing if nothing can be measured", async () => {
    vi.stubEnv("ESPRUINO", "");
    const { code, stderr } = await run("bench", ["--only", "speed"]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        "error: nothing to measure without the interpreter: set ESPRUINO to the path of Espruino's Linux binary\n",
    });
  });

  it("rejects an invalid number of rounds and a missing interpreter", async () => {
    expect(await run("bench", ["--rounds", "0"])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^error: option '--rounds <number>' argument '0' is invalid\. Must be a whole number from 1 to 9999\.\n/,
      ) as string,
    });
    vi.stubEnv("ESPRUINO", "/nowhere/espruino");
    expect(await run("bench")).toMatchObject({
      code: 1,
      stderr:
        "error: ESPRUINO is not a file: /nowhere/espruino; set it to the path of Espruino's Linux binary\n",
    });
  });
});
