/**
 * Code of one's own beside a board file: what it may look like, and where each mistake is told before anything is
 * flashed.
 */

import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { BoardError, loadBoard } from "../../../scripts/boards/index.ts";
import { buildBundle } from "../../../scripts/compile/bundle.ts";
import { setStage } from "../../../scripts/stage/index.ts";
import { walkThrough } from "../../../scripts/stage/walkthrough.ts";
import { watchConsole } from "../../support/console.ts";

const IMPORT = 'import type { BoardCode } from "onenet-espruino";\n';
const BASE = await readFile("boards/esp32-devkit.json", "utf8");

const HERE = join("dist", "own-code");
afterAll(() => rm(HERE, { recursive: true, force: true }));

/**
 * A folder with the files of a board `kitchen`; below the project, where TypeScript is told to look. Its name comes from
 * what is in it, so that the next run of the tests finds its script in the cache.
 */
async function folder(code: string, board: object = {}, more: Record<string, string> = {}): Promise<string> {
  const kitchen = JSON.stringify({ extends: "esp32-devkit", ...board });
  const files = { "esp32-devkit.json": BASE, "kitchen.json": kitchen, "kitchen.ts": code, ...more };
  const name = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 16);
  const directory = join(HERE, name);
  await mkdir(directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return directory;
}

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

/** What building it says. */
async function build(code: string, board: object = {}, more: Record<string, string> = {}): Promise<string> {
  const directory = await folder(code, board, more);
  try {
    return (await buildBundle(loadBoard("kitchen", { directory }), directory)).code;
  } catch (error) {
    return (error as Error).message.replaceAll(`${directory}/`, "boards/");
  }
}

const stream = (source: string, more = {}) => ({ id: source, source, period: 1, dpType: 1, ...more });

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

  it("a source that is nowhere leads to where it would be", async () => {
    const directory = await folder("", { streams: [stream("temperature")] });
    await rm(join(directory, "kitchen.ts"));
    expect(() => loadBoard("kitchen", { directory })).toThrow(
      /"temperature" is not a built-in source; choose one of .*; define your own in boards\/<name>\.ts/,
    );
  });
});

describe("a mistake that the build finds is told at its line", () => {
  it("types, all of them", async () => {
    const code = `${IMPORT}
export default {
  start(board) {
    board.obay("toggle");
    setWatch(() => undefined, "D0");
  },
  commands: { list: () => [1] },
} satisfies BoardCode;
`;
    const said = await build(code);
    expect(said.split("\n").filter((line) => line.startsWith("boards/"))).toEqual([
      "boards/kitchen.ts:5:11: Property 'obay' does not exist on type 'OwnBoard'.",
      "boards/kitchen.ts:6:31: Argument of type 'string' is not assignable to parameter of type 'number'.",
      expect.stringMatching(/^boards\/kitchen\.ts:8:27: Type 'number\[\]' is not assignable/),
    ]);
  });

  it("what Espruino cannot run", async () => {
    const code = `${IMPORT}
function play(note = 440) {
  digitalPulse(D4, 1, note);
}
export default { start: () => play(), commands: { play: (text) => play(Number(text)) } } satisfies BoardCode;
`;
    expect(await build(code)).toBe(
      "Espruino cannot run this:\nboards/kitchen.ts:3:15: default values are a syntax error on Espruino; test for undefined in the body",
    );
  });

  const ASYNC = "async and await do not work on Espruino; use callbacks or Promise.then";
  const HASH = "members with # do not work on Espruino; write private before the name";
  it.each<[what: string, code: string, lines: string[]]>([
    [
      "async functions, once each and at their line",
      "async function f() {\n  await Promise.resolve(1);\n}\nconst g = async () => 1;\nexport default { start() { void f(); void g(); } }",
      [`2:1: ${ASYNC}`, `5:11: ${ASYNC}`],
    ],
    [
      "for await, and a generator of promises",
      "const f = async function () {\n  for await (const x of [1]) void x;\n};\nexport default { start() { void f(); } }",
      [`2:11: ${ASYNC}`],
    ],
    [
      "the rest of an object",
      "export default {\n  start(board) {\n    const all = { a: 1, b: 2 };\n    const { a, ...rest } = all;\n    board.say(String(a + rest.b));\n  },\n}",
      ["5:11: destructuring does not work on Espruino; read each member by name"],
    ],
    [
      "decorators and members with #",
      "class A {\n  #p = 1;\n  @((_: unknown, __: unknown) => undefined) get p() {\n    return this.#p;\n  }\n}\nexport default { start(board) { board.say(String(new A().p)); } }",
      [
        `3:3: ${HASH}`,
        "4:3: decorators do not work on Espruino; call the function with what it is to change",
        `5:17: ${HASH}`,
      ],
    ],
  ])("what TypeScript writes anew with helpers: %s", async (_what, code, lines) => {
    expect(await build(`${IMPORT}${code} satisfies BoardCode;\n`)).toBe(
      ["Espruino cannot run this:", ...lines.map((line) => `boards/kitchen.ts:${line}`)].join("\n"),
    );
  });

  it("what Espruino lacks of later years' library, and no word of a tsconfig that nobody has", async () => {
    const code = `${IMPORT}
export default {
  start(board) {
    board.say([1, [2]].flat().join());
    board.say(String([1].at(-1)));
    board.say(String(2n));
    board.say(Buffer.from("a").toString());
  },
} satisfies BoardCode;
`;
    expect((await build(code)).split("\n")).toEqual([
      "TypeScript found mistakes:",
      "boards/kitchen.ts:5:24: flat does not exist on Espruino; write what you need of it",
      "boards/kitchen.ts:6:26: at does not exist on Espruino; write what you need of it",
      "boards/kitchen.ts:7:22: BigInt is a syntax error on Espruino; use a number",
      "boards/kitchen.ts:8:15: Buffer does not exist on Espruino; write what you need of it",
    ]);
  });

  it("other files' JSON: a board's file has its key", async () => {
    const code = `${IMPORT}
import kitchen from "./kitchen.json";
export default { commands: { title: () => kitchen.extends } } satisfies BoardCode;
`;
    expect(await build(code)).toBe(
      "TypeScript found mistakes:\nboards/kitchen.ts:3:21: a JSON file cannot be imported; write what you need of it in TypeScript",
    );
  });

  it("and what Espruino has of it, and of its own, is no mistake", async () => {
    const code = `${IMPORT}
export default {
  start(board) {
    const bus = new OneWire(D4);
    console.log(bus.search(), new OneWire(D5).search());
    Object.entries({ a: 1 }).forEach((entry) => board.say(entry[0].padStart(3) + entry[1]));
    board.say(Object.values({ a: "b" }).join() + String([1].includes(1)) + "x".padEnd(3).replaceAll("x", "y"));
    board.say(JSON.stringify(Object.fromEntries([["a", 1]])));
  },
} satisfies BoardCode;
`;
    const script = await build(code);
    for (const name of [
      "Object.entries(",
      ".padStart(",
      "Object.values(",
      ".includes(",
      ".padEnd(",
      ".replaceAll(",
      "Object.fromEntries(",
      ".search()",
    ])
      expect(script).toContain(name);
  });

  it("what the chip's pins cannot do, with what else there is", async () => {
    const code = `${IMPORT}import { KEY } from "./pins";
function play(note = 440) {
  digitalPulse(D45, 1, note);
}
export default {
  start(board) {
    setWatch(() => board.say("pressed"), KEY, { edge: "rising" });
  },
  commands: { play: (text) => play(Number(text)) },
} satisfies BoardCode;
`;
    const pins = "export const KEY = D9;\nexport function light(): void {\n  digitalWrite(D41, true);\n}\n";
    const said = await build(code, { chip: "esp32s3", streams: [] }, { "pins.ts": pins });
    const dead = "supports only PWM and WS2812 in Espruino 2v29 on ESP32-S3; choose a pin below 40";
    expect(said.split("\n").slice(1).sort()).toEqual([
      "boards/kitchen.ts:3:15: default values are a syntax error on Espruino; test for undefined in the body",
      `boards/kitchen.ts:4:16: digitalWrite: D45 ${dead}`,
      "boards/kitchen.ts:8:42: setWatch: D9 cannot be watched (Espruino reserves 6–12, though the flash chip is elsewhere) on ESP32-S3; choose another pin",
      `boards/pins.ts:3:16: digitalWrite: D41 ${dead}`,
    ]);
  });

  it("and what is hardly meant is a warning of a script that is built, whatever another board's file has", async () => {
    const code = `${IMPORT}
const BUTTON = D0;
export default {
  start(board) {
    setWatch(() => board.say("pressed"), BUTTON, { edge: "falling", repeat: true });
  },
} satisfies BoardCode;
`;
    const directory = await folder(code, {}, { "other.ts": "this is no TypeScript" });
    const { code: script, warnings } = await buildBundle(loadBoard("kitchen", { directory }), directory);
    expect(script).toContain("setWatch");
    expect(script).toContain("OneNET: online");
    expect(warnings).toEqual([
      expect.stringMatching(/kitchen\.ts:6:42: D0 is inverted on ESP32: a pressed button reads 1, /),
    ]);
  });
});

it("loose types, imports, text and mistakes at run time: all goes on", async () => {
  const code = `${IMPORT}import { shout } from "./words";
const TABLE: Record<string, number> = { low: 1, high: 2 };
const settings = JSON.parse('{"deep":{"value":7}}');
export default {
  start(board) {
    board.say("温度" + shout(""));
    Object.keys(TABLE).forEach((name) => board.say(name + "=" + TABLE[name]));
    board.say("deep " + settings.deep.value + (settings.none?.value ?? " nothing"));
    require("Nowhere").connect();
  },
  sources: {
    level: () => TABLE["low"],
    broken: () => { throw new Error("no bus"); },
    text: () => "a \\"b\\"",
  },
  commands: {
    "say-it": (text) => shout(text),
    fail() { throw new Error("not today"); },
    nothing: () => undefined,
  },
} satisfies BoardCode;
`;
  const words = "export function shout(text: string): string { return text.toUpperCase() + '!'; }\n";
  const streams = ["level", "broken", "text"].map((source) => stream(source));
  const directory = await folder(code, { streams }, { "words.ts": words });
  const board = loadBoard("kitchen", { directory });
  const stage = await setStage(board, (await buildBundle(board, directory)).code);
  try {
    const console = watchConsole(stage.device);
    await stage.device.start();
    await console.next(/^温度!$/);
    await console.next(/^low=1$/);
    await console.next(/^high=2$/);
    await console.next(/^deep 7 nothing$/);
    await console.next(/^Own code: start failed: Module "Nowhere" not found$/);
    await console.next(/^OneNET: online/);
    await console.next(/^Own code: source broken failed: no bus$/);
    const values = (id: string) => stage.platform.datapoints(board.onenet.device, id)[0]?.value;
    await expect.poll(() => values("text")).toBe('a "b"');
    expect([values("level"), values("broken")]).toEqual([1, undefined]);
    const answer = async (text: string) =>
      String((await stage.platform.sendCommand(board.onenet.device, text, 60_000)).response);
    expect(await answer("Say-It  good Morning ")).toBe("GOOD MORNING!");
    expect(await answer("fail")).toBe("error: not today");
    expect(await answer("nothing")).toBe("done");
    expect(await answer("on")).toBe("on");
  } finally {
    await stage.close();
  }
});

it.each([
  ["obeys a command at the boot goes the whole way", 'start(board) { board.obey("toggle"); }', undefined],
  [
    "fails at the boot does not",
    'start() { throw new Error("no wire"); }',
    /^Own code: start failed: no wire/,
  ],
  [
    "fails later, in a timer of its own, does not",
    'start() { setTimeout(() => { throw new Error("no bus"); }, 10); }',
    /no bus/,
  ],
  [
    "fails at all that it reports says why, however much is on the console since",
    'sources: { level() { throw new Error("no probe"); } }',
    /^no data point "level" arrived within 10 s\n {4}board: Own code: source level failed: no probe\n/,
    [stream("level", { period: 60 })],
  ],
])("npm start -- --once: a board whose code %s", async (_what, parts, failure, streams?: object[]) => {
  const directory = await folder(
    `${IMPORT}export default { ${parts} } satisfies BoardCode;\n`,
    streams ? { streams } : {},
  );
  const board = loadBoard("kitchen", { directory });
  const stage = await setStage(board, (await buildBundle(board, directory)).code);
  try {
    const walked = walkThrough(stage, () => undefined);
    if (failure) await expect(walked).rejects.toThrow(failure);
    else await walked;
  } finally {
    await stage.close();
  }
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
