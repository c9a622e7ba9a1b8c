/** Code of one's own beside a board file: what it may look like, and which board gets it. */

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BoardError, loadBoard } from "../../../scripts/boards/index.ts";
import { foldersIn, IMPORT, stream } from "../../support/own-code-folder.ts";

const folder = foldersIn("own-code");

/** What loading the board says, `kitchen.ts:1:1: …` without the folder. */
async function refusal(code: string, board: object = {}): Promise<string[]> {
  const directory = await folder(code, board);
  try {
    loadBoard("kitchen", { directory });
    return [];
  } catch (error) {
    if (!(error instanceof BoardError)) throw error;
    return error.message.split("\n").map((line) => line.replace(/^[0-9a-f]{16}\//, ""));
  }
}

it("mistakes of the board file are reported with those of its code", async () => {
  const code = `${IMPORT}export default { sources: { a: ( } } satisfies BoardCode;\n`;
  expect(await refusal(code, { chips: 1 })).toEqual([
    expect.stringMatching(/^kitchen\.ts:2:\d+: is not valid TypeScript/),
    expect.stringMatching(/^kitchen\.json: chips: is an unknown field/),
  ]);
});

describe("a file that the board cannot use is refused when the board is loaded", () => {
  const END = "end the file with export default { … } satisfies BoardCode;";
  it.each<[what: string, code: string, lines: string[]]>([
    ["exports nothing", "let a = 1;\n", [`kitchen.ts:2:1: exports nothing for the board; ${END}`]],
    [
      "is no TypeScript",
      `${IMPORT}export default {\n  sources: { level: () => 1\n} satisfies BoardCode;\n`,
      ["kitchen.ts:4:22: is not valid TypeScript; ',' expected."],
    ],
    [
      "is not checked",
      "export default { sources: {} };\n",
      [`kitchen.ts:1:1: is not type-checked as board code; ${END}`],
    ],
    [
      "exports a thing that is made elsewhere",
      `${IMPORT}const all = {};\nexport default all satisfies BoardCode;\n`,
      [`kitchen.ts:3:16: the default export is not an object literal; ${END}`],
    ],
    [
      "has names that are taken, or are none",
      `${IMPORT}export default {\n  sources: { uptime: () => 1, "two words": () => 2 },\n  commands: { On: () => 1, toggle: () => 2 },\n} satisfies BoardCode;\n`,
      [
        'kitchen.ts:3:14: "uptime" is not a valid name; a built-in source has that name: choose another',
        'kitchen.ts:3:31: "two words" is not a valid name; start with a letter, followed by letters, digits and _',
        'kitchen.ts:4:15: "On" is not a valid name; start with a lower-case letter, followed by lower-case letters, digits, _ and -, at most 40 bytes; letters without case, such as Chinese, count as lower-case',
        'kitchen.ts:4:28: "toggle" is not a valid name; a built-in command has that name: choose another',
      ],
    ],
    [
      "hides its names",
      `${IMPORT}const more = {};\nexport default { sources: more, commands: { ...more } } satisfies BoardCode;\n`,
      [
        "kitchen.ts:3:27: is not an object literal; write { name: () => … }",
        "kitchen.ts:3:45: only named members are supported; write each one as name: value",
      ],
    ],
  ])("it %s", async (_what, code, lines) => {
    expect(await refusal(code)).toEqual(lines);
  });

  it("and what the board file takes of code that cannot be read is not called a mistake", async () => {
    const code = `${IMPORT}export default { sources: { level: () => 1 } };\n`;
    expect(await refusal(code, { streams: [stream("level")] })).toEqual([
      `kitchen.ts:2:1: is not type-checked as board code; ${END}`,
    ]);
  });

  it("all mistakes of both files come together", async () => {
    const code = `${IMPORT}export default { sources: { level: () => 1, rssi: () => 2 } } satisfies BoardCode;\n`;
    const streams = [stream("levl"), stream("level", { pin: 34 })];
    expect(await refusal(code, { streams, led: { pin: 36 } })).toEqual([
      'kitchen.ts:2:45: "rssi" is not a valid name; a built-in source has that name: choose another',
      expect.stringMatching(/^kitchen\.json: led\.pin: 36 is an input-only pin/),
      'kitchen.json: streams[0].source: "levl" is neither a built-in source nor defined in kitchen.ts; did you mean "level"?',
      'kitchen.json: streams[1].pin: is only for a stream with "source": "analog"; remove it',
    ]);
  });

  const own = { parts: { blind: { kind: "own", type: "number" }, pump: { kind: "switch", pin: 26 } } };
  it.each<[what: string, parts: string, lines: string[], board: object]>([
    [
      "leaves out a part",
      "{}",
      [
        "kitchen.json: parts.blind: is not among the parts of kitchen.ts; define it in kitchen.ts: parts: { blind: { read: () => … } } (docs/own-code.md)",
      ],
      { ...own, words: { 停: "blind stop" } },
    ],
    [
      "has parts that the board file has not, or of another kind",
      "{ blind: { read: () => 0 }, pump: { read: () => 0 }, gate: { read: () => 0 } }",
      ["pump", "gate"].map(
        (name) =>
          `kitchen.ts:3:${name === "pump" ? 38 : 63}: "${name}" is not a part of kind "own" in the board file; add "${name}": { "kind": "own", … } to its parts, or remove it here`,
      ),
      own,
    ],
    [
      "has a part without a value",
      "{ blind: { set(value: number) {} } }",
      ['kitchen.ts:3:12: "blind" has no value; add read: () => its value'],
      own,
    ],
    [
      "hides a part, or its commands",
      "{ blind, ...{} }",
      [
        "kitchen.ts:3:19: only named members are supported; write each one as name: value",
        "kitchen.ts:3:12: is not an object literal; write { name: { read: () => … } }",
      ],
      own,
    ],
    [
      "names commands that are taken, or are none",
      "{ blind: { read: () => 0, commands: { on() {}, 停() {} } } }",
      [
        'kitchen.ts:3:48: "on" is not a valid name; commands set a part of type switch with it: choose another',
        'kitchen.ts:3:57: "停" is not a valid name; start with a lower-case letter, followed by lower-case letters, digits, _ and -, at most 30 in all; use words for others',
      ],
      own,
    ],
    [
      "has a command of the same name",
      "{ blind: { read: () => 0 } },\n  commands: { blind: () => 0 }",
      [
        'kitchen.json: parts.blind: "blind" is a command of the board\'s own code; give the part another name',
      ],
      own,
    ],
    [
      "cannot set what a word or a rule would",
      "{ blind: { read: () => 0 } }",
      [
        'kitchen.json: words."停": "blind" does not take "stop"; write "blind …" with nothing',
        'kitchen.json: rules[0].do: "blind" does not take "5"; write "blind …" with nothing',
      ],
      { ...own, words: { 停: "blind stop" }, rules: [{ when: "blind < 3", do: "blind 5" }] },
    ],
    [
      "fits, but the numbers of the board file do not",
      "{ blind: { read: () => 0 } }",
      ["kitchen.json: parts.blind.to: 5 is not more than from, 5; write a larger number"],
      { parts: { blind: { kind: "own", type: "number", from: 5, to: 5 } } },
    ],
  ])("it %s", async (_what, parts, lines, board) => {
    const code = `${IMPORT}export default {\n  parts: ${parts},\n} satisfies BoardCode;\n`;
    expect(await refusal(code, board)).toEqual(lines);
  });

  it("a source that is nowhere leads to where it would be", async () => {
    const directory = await folder("", { streams: [stream("temperature")] });
    await rm(join(directory, "kitchen.ts"));
    expect(() => loadBoard("kitchen", { directory })).toThrow(
      /"temperature" is not a built-in source; choose one of .*; define your own in boards\/<name>\.ts/,
    );
  });
});

describe("whose code a board gets", () => {
  const code = (name: string) =>
    `${IMPORT}export default { sources: { ${name}: () => 1 } } satisfies BoardCode;\n`;

  it("its own, also as a local file, or that of the file that it extends", async () => {
    const directory = await folder(
      code("mine"),
      {},
      {
        "kitchen.local.json": "{}",
        "attic.json": '{ "extends": "kitchen" }',
        "cellar.json": '{ "extends": "kitchen" }',
        "cellar.ts": code("other"),
      },
    );
    const sources = (name: string) => loadBoard(name, { directory }).code?.sources;
    expect([sources("kitchen"), sources("attic"), sources("cellar"), sources("esp32-devkit")]).toEqual([
      ["mine"],
      ["mine"],
      ["other"],
      undefined,
    ]);
  });
});
