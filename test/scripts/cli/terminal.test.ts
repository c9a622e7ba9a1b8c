/** Output to a terminal, to anything else, and to no one. */

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, expect, it, vi } from "vitest";
import { createProgress } from "../../../scripts/cli/progress.ts";
import { hasColours } from "../../../scripts/cli/terminal.ts";

const TERMINAL = { isTTY: true };
const PIPE = {};

describe("colours", () => {
  it.each<[stream: object, env: Record<string, string>, expected: boolean]>([
    [TERMINAL, { TERM: "xterm" }, true],
    [TERMINAL, { TERM: "dumb" }, false],
    [TERMINAL, { NO_COLOR: "1" }, false],
    [TERMINAL, { NO_COLOR: "" }, true], // no-color.org: "not an empty string"
    [TERMINAL, { FORCE_COLOR: "0" }, false],
    [TERMINAL, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
    [PIPE, {}, false],
    [PIPE, { CI: "true" }, false],
    [PIPE, { FORCE_COLOR: "1" }, true],
  ])("%j with %j: %s", (stream, env, expected) => {
    expect(hasColours(stream, env)).toBe(expected);
  });

  it("are off in a pipe, even in CI", () => {
    const env = { PATH: process.env["PATH"], CI: "true" };
    const { stderr } = spawnSync(process.execPath, ["--import", "tsx", "scripts/ports.ts", "--nonsense"], {
      env,
    });
    expect(stderr.toString()).toMatch(/^error: unknown option/);
  });
});

it("ends the command silently when the reader has gone", async () => {
  const child = spawn(process.execPath, ["--import", "tsx", "scripts/ports.ts", "--help"]);
  child.stdout.destroy();
  const [closed, stderr] = await Promise.all([once(child, "close"), text(child.stderr)]);
  expect({ code: closed[0] as unknown, stderr }).toEqual({ code: 141, stderr: "" });
});

describe("progress", () => {
  function progressAt(columns: number, isTTY = true) {
    vi.stubEnv("TERM", "xterm");
    const write = vi.fn<(text: string) => boolean>(() => true);
    const progress = createProgress({ isTTY, columns, write });
    vi.unstubAllEnvs();
    return { ...progress, written: () => write.mock.calls.map(([text]) => text) };
  }

  it("is one line on a terminal, redrawn on change and removed at the end", () => {
    const { show, clear, written } = progressAt(80);
    show("upload", 0.5);
    show("upload", 0.5001);
    show("verifying");
    clear();
    clear();
    expect(written()).toEqual([
      `\rupload  50 % ${"█".repeat(15)}${"░".repeat(15)}\x1b[K`,
      "\rverifying\x1b[K",
      "\r\x1b[K",
    ]);
  });

  it("never fills the line of a narrow terminal", () => {
    const { show, written } = progressAt(40);
    show("upload", 1);
    show(`building ${"x".repeat(60)}`);
    // oxlint-disable-next-line no-control-regex -- the sequences that move the cursor
    expect(written().map((text) => text.replace(/\r|\x1b\[K/g, "").length)).toEqual([39, 39]);
  });

  it("prints nothing in a pipe", () => {
    const { show, clear, written } = progressAt(80, false);
    show("upload", 0.5);
    clear();
    expect(written()).toEqual([]);
  });
});
