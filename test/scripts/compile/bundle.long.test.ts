/** What is built twice: it comes out the same, and never of what a file held before. And what a build warns of. */

import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { loadBoard } from "../../../scripts/boards/index.ts";
import { kindOf } from "../../../scripts/boards/update/identity.ts";
import { buildBundle } from "../../../scripts/compile/bundle.ts";
import { SCRIPTS } from "../../../scripts/compile/cache.ts";
import { readFirmware } from "../../../scripts/compile/firmware.ts";
import { ingredientsOf } from "../../../scripts/compile/ingredients.ts";
import { shipped } from "../../support/bundles.ts";

const HEAD = 'import type { BoardCode } from "onenet-espruino";\n';
/** Says a word that another file has, and watches a pin that is hardly meant. */
const CODE = `${HEAD}import { WORD } from "./words";
export default {
  start(board) {
    setWatch(() => board.say(WORD), D0, { edge: "falling" });
  },
} satisfies BoardCode;
`;

let directory: string;
beforeEach(async () => {
  await mkdir("dist", { recursive: true });
  directory = await mkdtemp(join("dist", "bundle-"));
  target = await mkdtemp(join("dist", "built-"));
  onTestFinished(async () => {
    for (const folder of [directory, target]) await rm(folder, { recursive: true });
  });
  await write("esp32-devkit.json", await readFile("boards/esp32-devkit.json", "utf8"));
  await write("pantry.json", JSON.stringify({ extends: "esp32-devkit" }));
});

async function write(name: string, text: string): Promise<void> {
  await mkdir(join(directory, name, ".."), { recursive: true });
  await writeFile(join(directory, name), text);
}

const word = (text: string) => `export const WORD = ${JSON.stringify(text)};\n`;
/** Where scripts go: one that stood beside the board file would be one of its sources. */
let target: string;
const build = () => buildBundle(loadBoard("pantry", { directory }), target);

it("comes out the same with the same warnings, and follows what own code imports", async () => {
  await write("pantry.ts", CODE);
  await write("words.ts", word("first"));
  const first = await build();
  expect(first.code).toContain("first");
  expect(first.warnings).toEqual([expect.stringMatching(/pantry\.ts:5:37: D0 is inverted/)]);
  const { key = "" } = ingredientsOf(kindOf(loadBoard("pantry", { directory }))) ?? {};
  expect(await SCRIPTS.get(key)).toEqual({ code: first.code, warnings: first.warnings });
  await rm(first.file);
  expect(await build()).toEqual(first);
  expect(await readFile(first.file, "utf8")).toBe(first.code);
  await write("words.ts", word("other"));
  expect((await build()).code).toContain("other");
});

it("is of one TypeScript program, whatever the board", () => {
  const [one, other] = ["esp32-devkit", "mpython"].map((name) =>
    readFirmware(shipped(name)).builder.getProgram(),
  );
  expect(one).toBe(other);
});

it("is kept when a key covers all that it was made from", async () => {
  await write("pantry.ts", CODE);
  await write("words.ts", word("first"));
  const ingredients = ingredientsOf(loadBoard("pantry", { directory }));
  expect(ingredients?.covers(join(directory, "words.ts"))).toBe(true);
  expect(ingredients?.covers("src/main.ts")).toBe(true);
  expect(ingredients?.covers(await realpath("node_modules/tslib/tslib.d.ts"))).toBe(true);
  expect(ingredients?.covers("dist/elsewhere/words.ts")).toBe(false);
});

it("follows a file beyond the boards' folder, and one that takes the place of another", async () => {
  const elsewhere = await mkdtemp(join("dist", "elsewhere-"));
  onTestFinished(() => rm(elsewhere, { recursive: true }));
  await write("pantry.ts", CODE.replace("./words", `../${elsewhere.slice("dist/".length)}/words`));
  for (const [name, text] of [
    ["words/index.ts", "first"],
    ["words.ts", "second"],
  ] as const) {
    await mkdir(join(elsewhere, "words"), { recursive: true });
    await writeFile(join(elsewhere, name), word(text));
    expect((await build()).code).toContain(text);
  }
});

it("says mistakes each time, and no longer when they are gone", async () => {
  await write("pantry.ts", CODE);
  await write("words.ts", "export const WORD = 1;\n");
  for (let time = 1; time <= 2; time++)
    await expect(build()).rejects.toThrow(
      /^TypeScript found mistakes:\n.*pantry\.ts:5:30: Argument of type 'number'/,
    );
  await write("words.ts", `export const WORD = String(((a = "x") => a)());\n`);
  await expect(build()).rejects.toThrow(/^Espruino cannot run this:\n.*words\.ts:1:\d+: default values/);
  await write("words.ts", word("first"));
  expect((await build()).code).toContain("first");
});

it("what Espruino has is no mistake, and what is hardly meant a warning, whatever another board's file has", async () => {
  const code = `${HEAD}
const BUTTON = D0;
export default {
  start(board) {
    setWatch(() => board.say("pressed"), BUTTON, { edge: "falling", repeat: true });
    const bus = new OneWire(D4);
    console.log(bus.search(), new OneWire(D5).search());
    Object.entries({ a: 1 }).forEach((entry) => board.say(entry[0].padStart(3) + entry[1]));
    board.say(Object.values({ a: "b" }).join() + String([1].includes(1)) + "x".padEnd(3).replaceAll("x", "y"));
    board.say(JSON.stringify(Object.fromEntries([["a", 1]])));
  },
} satisfies BoardCode;
`;
  await write("pantry.ts", code);
  await write("other.ts", "this is no TypeScript");
  const { code: script, warnings } = await build();
  for (const name of [
    "OneNET: online",
    "setWatch(",
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
  expect(warnings).toEqual([
    expect.stringMatching(/pantry\.ts:6:42: D0 is inverted on ESP32: a pressed button reads 1, /),
  ]);
});
