import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadBoard } from "../../../scripts/boards/index.ts";
import { boardFolder, COMPLETE, MQTT, refusal, SUITE } from "./board-folder.ts";
import * as BROKER from "./board-mistakes-mqtt.ts";
import * as ONENET from "./board-mistakes-onenet.ts";
import * as PARTS from "./board-mistakes-parts.ts";
import * as RULES from "./board-mistakes-rules.ts";
import * as MISTAKES from "./board-mistakes.ts";

describe("mistakes", () => {
  const cases = [MISTAKES, ONENET, BROKER, PARTS, RULES].flatMap((page) => Object.values(page)).flat();
  test.each(cases)("$title", ({ files, lines }) => {
    expect(refusal("kitchen", boardFolder({ "base.json": COMPLETE, ...files }))).toEqual(lines);
  });

  test("include a folder in place of a file", () => {
    const directory = boardFolder({});
    mkdirSync(join(directory, "kitchen.json"));
    const line =
      "boards/kitchen.json: cannot be read (EISDIR); check that it is a file and that you may read it";
    expect(refusal("kitchen", directory)).toEqual([line]);
  });

  test.skipIf(process.platform === "win32")("include a link to a device, which would never end", () => {
    const remedy = "check that it is a file and that you may read it";
    const directory = boardFolder({});
    symlinkSync("/dev/null", join(directory, "kitchen.json"));
    expect(refusal("kitchen", directory)).toEqual([
      `boards/kitchen.json: cannot be read (ENOTSUP); ${remedy}`,
    ]);
    const withCode = boardFolder({ "kitchen.json": COMPLETE });
    symlinkSync("/dev/null", join(withCode, "kitchen.ts"));
    expect(refusal("kitchen", withCode)).toEqual([
      `boards/kitchen.ts:1:1: cannot be read (ENOTSUP); ${remedy}`,
    ]);
  });

  test("include a folder in place of its own code", () => {
    const directory = boardFolder({ "kitchen.json": COMPLETE });
    mkdirSync(join(directory, "kitchen.ts"));
    const line =
      "boards/kitchen.ts:1:1: cannot be read (EISDIR); check that it is a file and that you may read it";
    expect(refusal("kitchen", directory)).toEqual([line]);
  });

  test("are also available as data", () => {
    const directory = boardFolder({ "kitchen.json": '{ "wifi": 1,\n"wifi": [] }' });
    const mistakes = (): void => void loadBoard("kitchen", { directory });
    expect(mistakes).toThrow(
      expect.objectContaining({
        name: "BoardError",
        mistakes: expect.arrayContaining([
          {
            file: "boards/kitchen.json",
            position: { line: 2, column: 1 },
            field: "wifi",
            problem: "is a duplicate key",
            remedy: "keep one of them",
          },
        ]) as unknown,
      }),
    );
  });
});

describe("secrets", () => {
  const SECRET = "hunter2-hunter2";
  test.each([
    { wifi: SECRET },
    { wifi: { password: [SECRET] } },
    { wifi: { password: `${SECRET}\n` } },
    { wifi: { password: SECRET.repeat(5) } },
    { wifi: { Password: SECRET } },
    { wifi: { password: { hex: SECRET } } },
    { wifi: [{ ssid: "a", password: { hex: SECRET, text: SECRET } }, SECRET] },
    { console: SECRET },
    { console: { password: SECRET.repeat(2) } },
    { console: { password: [SECRET] } },
    { console: { password: `${SECRET}é` } },
    { console: { Password: SECRET } },
    { onenet: { authInfo: SECRET.repeat(20) } },
    { onenet: { authInfo: { key: SECRET } } },
    { onenet: [SECRET] },
    { onenet: { registration: { code: `${SECRET}!` } } },
    { onenet: { ...SUITE.onenet, key: SECRET } },
    { onenet: { ...SUITE.onenet, key: [SECRET] } },
    { onenet: { ...SUITE.onenet, key: undefined, token: SECRET } },
    { onenet: { ...SUITE.onenet, key: undefined, token: `version=2018-10-31&res=a&et=${SECRET}` } },
    { mqtt: { ...MQTT.mqtt, password: SECRET } },
    `{ "wifi": { "password": "${SECRET}" "ssid": 1 } }`,
    `{ "wifi": { "password": '${SECRET}' } }`,
    `{ "wifi": { "password": "${SECRET}", "password": "${SECRET}" }, "chip": 1 }`,
  ])("are not printed: %j", (fields) => {
    const kitchen = typeof fields === "string" ? fields : { extends: "base", ...fields };
    const lines = refusal("kitchen", boardFolder({ "base.json": COMPLETE, "kitchen.json": kitchen }));
    expect(lines).not.toEqual([]);
    expect(lines.join("\n")).not.toContain("hunter");
  });
});
