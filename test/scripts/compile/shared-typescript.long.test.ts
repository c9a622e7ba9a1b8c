/** What one program of a process leaves to the next: all that is still true, and nothing else. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "../../../scripts/compile/typescript.js";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { handingOut, programOf } from "../../../scripts/compile/shared-typescript.ts";

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2015,
  lib: ["lib.es2015.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: [],
  strict: true,
};

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "program-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
});

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
}

/** What Rollup's plugin gets of a program: the files that it writes, by name, and all mistakes. */
function compile(names: readonly string[], makes = programOf, options = OPTIONS) {
  const mistakes: string[] = [];
  const written: Record<string, string> = {};
  const files = names.map((name) => join(directory, name));
  const compiler = handingOut(makes(files, options));
  const host = compiler.createWatchCompilerHost(
    files,
    options,
    ts.sys,
    ts.createEmitAndSemanticDiagnosticsBuilderProgram,
    ({ messageText }) => mistakes.push(ts.flattenDiagnosticMessageText(messageText, "\n")),
    () => undefined,
  );
  const after = host.afterProgramCreate?.bind(host);
  // As the plugin does.
  host.afterProgramCreate = (program) => {
    const emit = program.emit.bind(program);
    program.emit = (file, _write, ...more) =>
      emit(file, (name, text) => (written[name.slice(directory.length + 1)] = text), ...more);
    after?.(program);
  };
  const watch = compiler.createWatchProgram(host);
  const program = watch.getProgram().getProgram();
  watch.close();
  return { program, written, mistakes };
}

/** A program that shares nothing. */
const alone: typeof programOf = (files, options) =>
  ts.createEmitAndSemanticDiagnosticsBuilderProgram(
    files,
    options,
    ts.createIncrementalCompilerHost(options),
  );

const A = "export const enum Word { First = 1 }\nexport const word: string = String(Word.First);\n";
const B = 'import { word, Word } from "./a";\nexport const all = word.length + Word.First;\n';

it("is one program for builds of the same files, which get all that it writes", () => {
  write({ "a.ts": A, "b.ts": B });
  const first = compile(["a.ts", "b.ts"]);
  const second = compile(["a.ts", "b.ts"]);
  expect(first.mistakes).toEqual([]);
  expect(Object.keys(first.written).sort()).toEqual(["a.js", "b.js"]);
  expect(second.program).toBe(first.program);
  expect(second.written).toEqual(first.written);
});

it("writes what TypeScript alone writes, whatever was before", () => {
  write({ "a.ts": A, "b.ts": B, "c.ts": 'import { all } from "./b";\nexport default all;\n' });
  const steps: (readonly [names: readonly string[], change: Record<string, string>])[] = [
    [["a.ts", "b.ts"], {}],
    [["a.ts", "b.ts", "c.ts"], {}],
    [["c.ts"], { "a.ts": A.replace("1", "2") }], // a constant that is written into another file
    [["b.ts"], { "a.ts": A }],
    [["b.ts"], { "b.ts": B.replace("length", "size") }],
    [["a.ts", "b.ts"], { "b.ts": B }],
  ];
  for (const [names, change] of steps) {
    write(change);
    const { written, mistakes } = compile(names);
    const expected = compile(names, alone);
    expect(written).toMatchObject(expected.written);
    expect(mistakes).toEqual(expected.mistakes);
  }
});

it("tells a mistake in each build, also in a file that did not change itself", () => {
  write({ "a.ts": A, "b.ts": B });
  expect(compile(["b.ts"]).mistakes).toEqual([]);
  write({ "a.ts": A.replace("word: string", "word: number").replace("String(", "Number(") });
  const mistake = "Property 'length' does not exist on type 'number'.";
  expect(compile(["b.ts"]).mistakes).toEqual([mistake]);
  expect(compile(["b.ts"]).mistakes).toEqual([mistake]);
  write({ "a.ts": A });
  expect(compile(["b.ts"]).mistakes).toEqual([]);
});

it("finds a file that takes the place of another", () => {
  mkdirSync(join(directory, "a"));
  write({ "a/index.ts": A, "b.ts": B });
  expect(compile(["b.ts"]).mistakes).toEqual([]);
  write({ "a.ts": A.replace("word: string", "word: number").replace("String(", "Number(") });
  expect(compile(["b.ts"]).mistakes).toHaveLength(1);
});

it("keeps apart what settings make different", () => {
  write({ "a.ts": "export function f(a: number) { return 1; }\n" });
  expect(compile(["a.ts"]).mistakes).toEqual([]);
  const strict = { ...OPTIONS, noUnusedParameters: true };
  expect(compile(["a.ts"], programOf, strict).mistakes).toEqual([
    "'a' is declared but its value is never read.",
  ]);
  expect(compile(["a.ts"]).mistakes).toEqual([]);
});
