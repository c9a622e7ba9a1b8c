/** The command, with a local OneNET as a process of its own. */

import { describe, expect, it } from "vitest";
import { runHere, startHere } from "../support/run-here.ts";

const SMALL = ["--local", "--boards", "3", "--rate", "10"];

interface Printed {
  readonly ok: boolean;
  readonly results: readonly Readonly<Record<string, unknown>>[];
  readonly samples: readonly Readonly<Record<string, unknown>>[];
}

describe("npm run fleet", () => {
  it.each(["esp32-devkit", "esp32-devkit-suite", "esp32-s3-devkitc-studio"])(
    "measures a local OneNET that it starts for %s",
    async (board) => {
      const { code, stdout, stderr } = await runHere("fleet", [board, ...SMALL, "--seconds", "1", "--json"]);
      expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: "" });
      const { results, samples } = JSON.parse(stdout) as Printed;
      expect(samples).toHaveLength(10);
      const [result] = results;
      expect(result?.["sent"]).toBeGreaterThanOrEqual(30);
      expect(result).toMatchObject({
        server: "local OneNET",
        online: 3,
        received: result?.["sent"],
        lost: 0,
      });
    },
  );

  it("ends with its summary at Ctrl-C, whatever the language", async () => {
    const surroundings = { env: { LC_ALL: "zh_CN.UTF-8" } };
    const { printed, interrupt, finished } = startHere("fleet", [...SMALL, "--seconds", "20"], surroundings);
    await printed(/^local OneNET +2 /m);
    interrupt();
    const { code, stdout, stderr } = await finished;
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^boards online +3 of 3$/m);
    expect(stdout).toMatch(/^lost +0$/m);
    expect(stdout).not.toMatch(/^local OneNET +20 /m);
  });
});
