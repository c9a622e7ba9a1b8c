/** Commands of a board with parts: names, words, JSON, and what is unknown. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPartCommands } from "../../../src/parts/commands.ts";
import { bytesOf } from "../../support/texts.ts";

const WORDS: Readonly<Record<string, string>> = {
  [bytesOf("开灯")]: "lamp on",
  "1": "lamp on",
  '{"led":1}': "lamp off",
};

function create() {
  const obeyed: [string, string][] = [];
  const commands = createPartCommands(
    (name, argument) => {
      if (!["lamp", "pump", "fan"].includes(name)) return undefined;
      obeyed.push([name, argument]);
      return argument === "bad" ? `error: ${name} takes on, off or toggle` : argument || "off";
    },
    (text) => WORDS[text] ?? "",
    () => "lamp, pump, fan",
  );
  return { commands, obeyed };
}

describe("a command", () => {
  it.each([
    ["pump on", "pump", "on"],
    ["  PUMP \t on  \r\n", "pump", "on"],
    ["pump", "pump", ""],
    ["pump on\0", "pump", "on"],
    ["pump  a b ", "pump", "a b"],
    [bytesOf("开灯"), "lamp", "on"],
    [bytesOf("\n开灯 "), "lamp", "on"],
    [" 1 ", "lamp", "on"],
    ['{"LED":1}', "lamp", "off"],
  ])("%j", (text, name, argument) => {
    const { commands, obeyed } = create();
    commands.obey(text);
    expect(obeyed).toEqual([[name, argument]]);
    expect(commands.count()).toBe(1);
  });

  it("that fails is not counted", () => {
    const { commands } = create();
    expect(commands.obey("pump bad")).toBe("error: pump takes on, off or toggle");
    expect(commands.count()).toBe(0);
  });
});

describe("a JSON object", () => {
  it("is obeyed member by member", () => {
    const { commands, obeyed } = create();
    expect(commands.obey('{"lamp":"on","fan":40,"pump":true,"door":false}')).toBe(
      'lamp: on, fan: 40, pump: on, door: error: unknown command "door off"; try lamp, pump, fan',
    );
    expect(obeyed).toEqual([
      ["lamp", "on"],
      ["fan", "40"],
      ["pump", "on"],
    ]);
    expect(commands.count()).toBe(3);
  });

  it.each(["{}", "{", '{"lamp":', "[1]", '{"lamp":1e9999}'])("%s obeys nothing", (text) => {
    const { commands, obeyed } = create();
    commands.obey(text);
    expect(obeyed).toEqual([]);
  });

  it.each(['{"toString":1}', '{"valueOf":1,"toString":null}', '[{"toString":{}}]', "[40]", "null"])(
    "takes no %s for text",
    (value) => {
      const { commands, obeyed } = create();
      commands.obey(`{"fan":${value},"pump":true}`);
      expect(obeyed).toEqual([
        ["fan", "\0"], // which no part takes, not even one for text
        ["pump", "on"],
      ]);
    },
  );

  it("is obeyed to its end, and its answer is cut between two characters", () => {
    const { commands, obeyed } = create();
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}舞`.repeat(3), true]));
    const answer = commands.obey(bytesOf(JSON.stringify({ ...many, pump: true })));
    expect(answer.length).toBeGreaterThan(252);
    expect(() =>
      new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(answer, "latin1")),
    ).not.toThrow();
    expect(obeyed).toEqual([["pump", "on"]]);
  });

  it("has a bounded answer, whatever it holds", () => {
    const { commands } = create();
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`part${i}`, "x".repeat(20)]));
    expect(commands.obey(JSON.stringify(many)).length).toBeLessThanOrEqual(256);
    expect(commands.obey('{"a":{"b":[null]}}')).toContain("error: unknown command");
  });
});

describe("an unknown command is answered with what arrived, and what there is", () => {
  it.each([
    ["dance", 'error: unknown command "dance"; try lamp, pump, fan'],
    ["dance now", 'error: unknown command "dance now"; try lamp, pump, fan'],
    ["lomp\0", 'error: unknown command "lomp\\x00"; try lamp, pump, fan'],
    ["\x01\x7f\x1b[2J", 'error: unknown command "\\x01\\x7f\\x1b[2J"; try lamp, pump, fan'],
    ["", 'error: unknown command ""; try lamp, pump, fan'],
    [bytesOf("跳舞"), bytesOf('error: unknown command "跳舞"; try lamp, pump, fan')],
    [bytesOf("💡é"), bytesOf('error: unknown command "💡é"; try lamp, pump, fan')],
    ["\xff\xfe", 'error: unknown command "\\xff\\xfe"; try lamp, pump, fan'],
    ["x".repeat(33), `error: unknown command "${"x".repeat(32)}..."; try lamp, pump, fan`],
    [
      bytesOf("舞".repeat(11)),
      bytesOf(`error: unknown command "${"舞".repeat(10)}..."; try lamp, pump, fan`),
    ],
  ])("%j", (text, answer) => {
    const { commands } = create();
    expect([commands.obey(text), commands.count()]).toEqual([answer, 0]);
  });

  it("whatever it is: nothing throws, and every answer is bounded", () => {
    const { commands } = create();
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString("latin1"));
    const json = fc.json().map(bytesOf);
    const near = fc
      .constantFrom("pump", "{", '{"pump":', "lamp\0", "1", "}", "e9999")
      .chain((text) => bytes.map((more) => text + more));
    const check = (text: string) => {
      const answer = commands.obey(text);
      expect(answer.length).toBeLessThanOrEqual(256);
      const isSeen = (char: string) => char >= " " && char !== "\x7f";
      if (answer.startsWith("error: unknown")) expect(Array.from(answer).every(isSeen)).toBe(true);
    };
    fc.assert(fc.property(fc.oneof(bytes, json, near), check), { seed: 42, numRuns: 500 });
  });

  it("in at most 256 bytes", () => {
    const commands = createPartCommands(
      () => undefined,
      () => "",
      () => "x".repeat(93),
    );
    expect(commands.obey("\xff".repeat(1000)).length).toBeLessThanOrEqual(256);
  });
});
