import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runHere } from "../support/run-here.ts";

const BOARD = "esp32-s3-devkitc-studio";
const folder = mkdtempSync(join(tmpdir(), "thing-model-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("npm run thing-model", () => {
  it("writes a file", async () => {
    const file = join(folder, "new", "model.json");
    const { code, stdout, stderr } = await runHere("thing-model", [BOARD, "--out", file]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${file}: 5 properties, 0 services, 0 events\n` });
    expect(stderr).toMatch(/^warning: .*onenet\.product is still an example value/);
  });

  it("writes dist/<board>-thing-model.json by default, and prints JSON for programs", async () => {
    const { code, stdout } = await runHere("thing-model", [BOARD, "--json"]);
    const file = `dist/${BOARD}-thing-model.json`;
    expect(JSON.parse(stdout)).toEqual({
      ...{ ok: true, board: BOARD, file, properties: 5, services: 0, events: 0 },
      warnings: [expect.stringContaining("onenet.product")],
    });
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ profile: { productId: "your-product" } });
  });

  it("refuses a board without a thing model", async () => {
    const { code, stderr } = await runHere("thing-model", ["lolin32"]);
    expect(stderr).toBe(
      "error: lolin32 is multiprotocol: only studio has a thing model (docs/onenet-studio.md)\n",
    );
    expect(code).toBe(1);
  });

  it("says why it cannot write", async () => {
    const { code, stderr } = await runHere("thing-model", [BOARD, "--out", folder]);
    expect(stderr).toMatch(/^error: cannot write .*: a folder has that name/);
    expect(code).toBe(1);
  });
});

describe("npm start -- --thing-model", () => {
  function write(name: string, properties: readonly object[]): string {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify({ properties }));
    return file;
  }

  it("names what does not fit, at its place in the board file", async () => {
    const file = write("other.json", [
      { identifier: "led", accessMode: "r", dataType: { type: "bool" } },
      { identifier: "Uptime", accessMode: "r", dataType: { type: "int32" } },
      { identifier: "memory", accessMode: "r", dataType: { type: "string" } },
      { identifier: "rssi", accessMode: "r", dataType: { type: "int32" } },
    ]);
    const { code, stdout, stderr } = await runHere("start", [BOARD, "--once", "--thing-model", file]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    const at = (place: string) => `error: boards/${BOARD}.json:${place}: `;
    expect(stderr.split("\n")).toEqual([
      `${at("10:21")}onenet.properties.led: "led" is read-only in the thing model, so nothing can set it; make it read-write (读写) in the model`,
      `${at("14:7")}streams[1].id: the thing model has no property "uptime"; add it to the model: int32, read-only (只读); or write another of its identifiers here: Uptime`,
      `${at("15:7")}streams[2].id: "memory" is string in the thing model, and the board sends int32; make it int32 in the model`,
      `${at("10:35")}onenet.properties.colour: the thing model has no property "colour"; add it to the model: string, read-write (读写)`,
      "",
    ]);
  });

  it("names what is wrong with the file", async () => {
    const file = write("wrong.json", [{ identifier: "led", accessMode: "r", dataType: { type: "text" } }]);
    const { code, stderr } = await runHere("start", [BOARD, "--once", "--thing-model", file]);
    expect(stderr).toMatch(/^error: wrong\.json: properties\[0\]\.dataType\.type: "text" is unknown; /);
    expect(code).toBe(1);
  });

  it("is for studio only", async () => {
    const { code, stderr } = await runHere("start", ["lolin32", "--once", "--thing-model", "model.json"]);
    expect(stderr).toMatch(/^error: --thing-model is for studio: lolin32 is multiprotocol\n/);
    expect(code).toBe(2);
  });
});
