import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import budgets from "../../budgets.json" with { type: "json" };
import { byteBudget } from "../../scripts/compile/budgets.ts";
import { gate } from "../../scripts/compile/gate/index.ts";
import { shippedScript } from "../support/bundles.ts";
import { runHere } from "../support/run-here.ts";
import { EVERYDAY, SHIPPED } from "../support/shipped-boards.ts";

for (const name of EVERYDAY) await shippedScript(name); // no test has the time to build it

describe("the script of a shipped board", () => {
  it.each(EVERYDAY)("%s is ASCII, passes the gate and keeps to its budget", async (name) => {
    const script = await shippedScript(name);
    expect(script).toMatch(/^[\n\x20-\x7e]*$/);
    expect(gate(script, { map: null })).toEqual([]);
    expect(script.length).toBeLessThanOrEqual(byteBudget({ name }));
  });

  it("has a budget of bytes, and of variables on each chip", () => {
    const { linux, esp32, esp8266 } = budgets.variables;
    for (const each of [budgets.bytes, linux.peak, esp32.peak, esp8266.peak])
      expect(Object.keys(each)).toEqual(SHIPPED);
  });
});

describe("npm run build", () => {
  it("writes the script, prints its size, and warns about example values", async () => {
    const { code, stdout, stderr } = await runHere("build", ["esp32-c3-devkitm"]);
    const script = await readFile("dist/esp32-c3-devkitm.js", "utf8");
    expect(stdout).toMatch(
      new RegExp(
        `^dist/esp32-c3-devkitm\\.js +multiprotocol, ws2812 +${script.length} bytes, 1 % of the flash on ESP32-C3$`,
        "m",
      ),
    );
    expect(stderr).toMatch(
      /^warning: esp32-c3-devkitm: still example values: wifi\.ssid.*esp32-c3-devkitm\.local\.json/,
    );
    expect(code).toBe(0);
  });

  it("prints the same as JSON, and nothing else", async () => {
    const { code, stdout, stderr } = await runHere("build", ["esp32-c3-devkitm", "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      boards: [
        {
          board: "esp32-c3-devkitm",
          file: "dist/esp32-c3-devkitm.js",
          bytes: (await readFile("dist/esp32-c3-devkitm.js")).length,
          budget: byteBudget({ name: "esp32-c3-devkitm" }),
          modules: [],
          warnings: [expect.stringMatching(/^esp32-c3-devkitm: still example values: wifi\.ssid/)],
        },
      ],
    });
  });

  it("reports a missing board, also to programs", async () => {
    const message = expect.stringMatching(/^boards: there is no board "kitchen"; there are /) as string;
    const { code, stdout, stderr } = await runHere("build", ["esp32-c3-devkitm", "kitchen"]);
    expect({ code, stdout, stderr: stderr.replace(/^error: /, "") }).toEqual({
      code: 1,
      stdout: "",
      stderr: message,
    });
    const json = await runHere("build", ["kitchen", "--json"]);
    expect({ ...json, stdout: JSON.parse(json.stdout) as unknown }).toEqual({
      code: 1,
      stderr: "",
      stdout: {
        ok: false,
        error: {
          message,
          mistakes: [
            {
              file: "boards",
              field: "",
              problem: 'there is no board "kitchen"',
              remedy: expect.stringMatching(/^there are /) as string,
            },
          ],
        },
      },
    });
  });
});
