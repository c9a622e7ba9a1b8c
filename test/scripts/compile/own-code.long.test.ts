/** Code of one's own beside a board file: where the build reports each mistake, and what runs. */

import { expect, describe, it, onTestFinished } from "vitest";
import { loadBoard } from "../../../scripts/boards/index.ts";
import { createBuilder } from "../../../scripts/compile/builder.ts";
import { setStage } from "../../../scripts/stage/index.ts";
import { walkThrough } from "../../../scripts/stage/walkthrough.ts";
import { buildScript } from "../../support/bundles.ts";
import { watchConsole } from "../../support/console.ts";
import { foldersIn, IMPORT, stream } from "../../support/own-code-folder.ts";

const folder = foldersIn("own-code-builds");

/** What building it says. */
async function build(code: string, board: object = {}, more: Record<string, string> = {}): Promise<string> {
  const directory = await folder(code, board, more);
  return buildScript(loadBoard("kitchen", { directory })).catch((error: unknown) =>
    (error as Error).message.replaceAll(`${directory}/`, "boards/"),
  );
}

describe("a mistake that the build finds is told at its line", () => {
  /** Builds a board whose code imports these files, and returns the title and the lines about them, in order of the files. */
  async function complaints(files: Readonly<Record<string, string>>, board: object = {}): Promise<string[]> {
    const names = Object.keys(files);
    const imports = names.map((name) => `import ${name} from "./${name}";\n`);
    const members = names.map((name) => `${name}: () => ${name}()`);
    const code = `${IMPORT}${imports.join("")}export default { commands: { ${members.join(", ")} } } satisfies BoardCode;\n`;
    const more = Object.fromEntries(names.map((name) => [`${name}.ts`, files[name] ?? ""]));
    const [title = "", ...lines] = (await build(code, board, more)).split("\n");
    const file = (line: string) => names.indexOf(/^boards\/(\w+)\.ts/.exec(line)?.[1] ?? "");
    return [title, ...lines.sort((a, b) => file(a) - file(b))];
  }

  it("all that TypeScript finds, without a word of a tsconfig that nobody has", async () => {
    const types = `${IMPORT}export default () => "";
export const code = {
  start(board) {
    board.obay("toggle");
    setWatch(() => undefined, "D0");
  },
  commands: { list: () => [1] },
} satisfies BoardCode;
`;
    const library = `export default (): string => {
  console.log([1, [2]].flat().join());
  console.log(String([1].at(-1)));
  console.log(String(2n));
  return Buffer.from("a").toString();
};
`;
    // The JSON of a board has its key.
    const json = 'import kitchen from "./kitchen.json";\nexport default () => kitchen.extends;\n';
    expect(await complaints({ types, library, json })).toEqual([
      "TypeScript found mistakes:",
      "boards/types.ts:5:11: Property 'obay' does not exist on type 'OwnBoard'.",
      "boards/types.ts:6:31: Argument of type 'string' is not assignable to parameter of type 'number'.",
      expect.stringMatching(/^boards\/types\.ts:8:27: Type 'number\[\]' is not assignable/),
      "boards/library.ts:2:24: flat does not exist on Espruino; write what you need of it",
      "boards/library.ts:3:26: at does not exist on Espruino; write what you need of it",
      "boards/library.ts:4:22: BigInt is a syntax error on Espruino; use a number",
      "boards/library.ts:5:10: Buffer does not exist on Espruino; write what you need of it",
      "boards/json.ts:1:21: a JSON file cannot be imported; write what you need of it in TypeScript",
    ]);
  });

  it("in the language of the web console's page, which the command may not speak", async () => {
    const code = `${IMPORT}export default {
  commands: { list: () => [1, [2]].flat().join() + String(2n) },
} satisfies BoardCode;
`;
    const directory = await folder(code);
    const board = loadBoard("kitchen", { directory });
    const builder = createBuilder();
    onTestFinished(builder.close);
    const mistakes = {
      "zh-CN": [
        "TypeScript 发现了错误：",
        "flat Espruino 没有它；自己写出需要的部分",
        "BigInt 在 Espruino 上是语法错误；用普通的数",
      ],
      en: [
        "TypeScript found mistakes:",
        "flat does not exist on Espruino; write what you need of it",
        "BigInt is a syntax error on Espruino; use a number",
      ],
    };
    for (const language of ["zh-CN", "en"] as const) {
      const said = await builder.build(board, language).catch((error: unknown) => (error as Error).message);
      for (const line of mistakes[language]) expect(said).toContain(line);
    }
  });

  it("parts whose types are not those of the board file", async () => {
    const code = `${IMPORT}let state: "a" | "b" | undefined;
const level: number | undefined = undefined;
export default {
  parts: {
    blind: {
      read: () => state,
      set(value: string) {},
    },
    gate: { read: () => 1 as 0 | 1, set: (value: number) => undefined },
    label: { read: () => true, set(value: boolean) {} },
    depth: { read: () => level, set(value: number) {} },
  },
} satisfies BoardCode;
`;
    const parts = {
      blind: { kind: "own", type: "number" },
      gate: { kind: "own", type: "switch" },
      label: { kind: "own", type: "text" },
      depth: { kind: "own", type: "number" },
    };
    const blind = 'use number, or change the board file, which says "type": "number" for blind';
    const gate = 'use boolean, or change the board file, which says "type": "switch" for gate';
    const label = 'use string, or change the board file, which says "type": "text" for label';
    expect((await build(code, { parts })).split("\n")).toEqual([
      "TypeScript found mistakes:",
      `boards/kitchen.ts:7:7: read returns "a" | "b" | undefined; ${blind}`,
      `boards/kitchen.ts:8:7: set takes string; ${blind}`,
      `boards/kitchen.ts:10:13: read returns 0 | 1; ${gate}`,
      `boards/kitchen.ts:10:37: set takes number; ${gate}`,
      `boards/kitchen.ts:11:14: read returns true; ${label}`,
      `boards/kitchen.ts:11:32: set takes boolean; ${label}`,
    ]);
  });

  it("what TypeScript writes anew with helpers, once each", async () => {
    const ASYNC = "async and await do not work on Espruino; use callbacks or Promise.then";
    const HASH = "members with # do not work on Espruino; write private before the name";
    const functions = `async function f() {
  await Promise.resolve(1);
}
const g = async () => 1;
export default () => String(f()) + String(g());
`;
    const loop = `const f = async function () {
  for await (const x of [1]) void x;
};
export default () => String(f());
`;
    const rest = `export default () => {
  const all = { a: 1, b: 2 };
  const { a, ...rest } = all;
  return String(a + rest.b);
};
`;
    const members = `class A {
  #p = 1;
  @((_: unknown, __: unknown) => undefined) get p() {
    return this.#p;
  }
}
export default () => String(new A().p);
`;
    expect(await complaints({ functions, loop, rest, members })).toEqual([
      "Espruino cannot run this:",
      `boards/functions.ts:1:1: ${ASYNC}`,
      `boards/functions.ts:4:11: ${ASYNC}`,
      `boards/loop.ts:1:11: ${ASYNC}`,
      "boards/rest.ts:3:9: destructuring does not work on Espruino; read each member by name",
      `boards/members.ts:2:3: ${HASH}`,
      "boards/members.ts:3:3: decorators do not work on Espruino; call the function with what it is to change",
      `boards/members.ts:4:17: ${HASH}`,
    ]);
  });

  it("what Espruino cannot run, and what the chip's pins cannot do, with what else there is", async () => {
    const button = `import { KEY } from "./pins";
function play(note = 440) {
  digitalPulse(D45, 1, note);
}
export default () => {
  setWatch(() => console.log("pressed"), KEY, { edge: "rising" });
  play();
};
`;
    const pins =
      "export const KEY = D9;\nexport default function light(): void {\n  digitalWrite(D41, true);\n}\n";
    const dead = "supports only PWM and WS2812 in Espruino 2v29 on ESP32-S3; choose a pin below 40";
    expect(await complaints({ button, pins }, { chip: "esp32s3", streams: [] })).toEqual([
      "Espruino cannot run this:",
      `boards/button.ts:3:16: digitalWrite: D45 ${dead}`,
      "boards/button.ts:6:42: setWatch: D9 cannot be watched (Espruino reserves 6–12, though the flash chip is elsewhere) on ESP32-S3; choose another pin",
      "boards/button.ts:2:15: default values are a syntax error on Espruino; test for undefined in the body",
      `boards/pins.ts:3:16: digitalWrite: D41 ${dead}`,
    ]);
  });
});

it("loose types, imports in a circle, text and mistakes at run time: all goes on", async () => {
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
  const words =
    'import { END } from "./end";\nexport function shout(text: string): string { return text.toUpperCase() + END; }\n';
  const end =
    'import { shout } from "./words";\nexport const END = "!";\nexport const all = () => shout("");\n';
  const streams = ["level", "broken", "text"].map((source) => stream(source));
  const directory = await folder(code, { streams }, { "words.ts": words, "end.ts": end });
  const board = loadBoard("kitchen", { directory });
  const stage = await setStage(board, await buildScript(board));
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
    /^no data point "level" arrived within 10 s\n {4}board: Own code: source level failed: no probe \(\S+kitchen\.ts:2\)\n/,
    [stream("level", { period: 60 })],
  ],
])("npm start -- --once: a board whose code %s", async (_what, parts, failure, streams?: object[]) => {
  const directory = await folder(
    `${IMPORT}export default { ${parts} } satisfies BoardCode;\n`,
    streams ? { streams } : {},
  );
  const board = loadBoard("kitchen", { directory });
  const stage = await setStage(board, await buildScript(board));
  try {
    const walked = walkThrough(stage, () => undefined);
    if (failure) await expect(walked).rejects.toThrow(failure);
    else await walked;
  } finally {
    await stage.close();
  }
});
