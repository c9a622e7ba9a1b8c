import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "../../../scripts/compile/typescript.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keptProperties } from "../../../scripts/compile/mangle.ts";

const ESPRUINO = `
declare const storage: { readJSON(file: string): unknown; writeJSON(file: string, value: object): void };
`;
const FIRMWARE = `
interface Written { readonly written: number; readonly inside: readonly { readonly deep: string }[] }
interface Read { readonly read: number; readonly or?: { readonly absent: true } }
interface Own { readonly own: number; readonly length: number }
export function run(own: Own, save: Written): number {
  storage.writeJSON("a", save);
  const found = storage.readJSON("b") as Read | undefined;
  const given: object = save;
  return own.own + own.length + (found ? found.read : 0) + Object.keys(given).length;
}
`;

let directory = "";
beforeAll(async () => {
  await mkdir("dist", { recursive: true });
  directory = await mkdtemp(join("dist", "mangle-"));
  await writeFile(join(directory, "espruino.d.ts"), ESPRUINO);
  await writeFile(join(directory, "main.ts"), FIRMWARE);
});
afterAll(() => rm(directory, { recursive: true }));

describe("names of properties", () => {
  const cases: [what: string, names: string[], kept: boolean][] = [
    ["of the language stay", ["length", "charCodeAt", "fromCharCode"], true],
    ["of Espruino stay", ["readJSON", "writeJSON"], true],
    ["of what leaves the program stay, however deep", ["written", "inside", "deep"], true],
    ["of what enters it stay", ["read", "or", "absent"], true],
    ["that only the program knows become short", ["own"], false],
  ];
  it.each(cases)("%s", (_what, names, kept) => {
    const files = ["main.ts", "espruino.d.ts"].map((name) => join(directory, name));
    const options = { target: ts.ScriptTarget.ES2015, lib: ["lib.es2015.d.ts"], types: [], strict: true };
    const all = keptProperties(ts.createProgram(files, options));
    expect(names.filter((name) => all.has(name) !== kept)).toEqual([]);
  });
});
