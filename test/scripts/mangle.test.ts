import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { firmwareSource } from "../../scripts/lib/firmware-source.ts";

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
  const compilerOptions = { target: "es2015", lib: ["es2015"], types: [], strict: true };
  await writeFile(join(directory, "tsconfig.json"), JSON.stringify({ compilerOptions }));
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
    const all = firmwareSource(join(directory, "tsconfig.json")).kept;
    expect(names.filter((name) => all.has(name) !== kept)).toEqual([]);
  });
});

describe("a mistake in the TypeScript", () => {
  it("is told with its place", async () => {
    await writeFile(join(directory, "wrong.ts"), 'export const n: number = "";\n');
    const project = join(directory, "wrong.json");
    await writeFile(project, JSON.stringify({ files: ["wrong.ts"], compilerOptions: { types: [] } }));
    expect(() => firmwareSource(project)).toThrow(/wrong\.ts\(1,14\): error TS2322: .*number/);
  });
});
