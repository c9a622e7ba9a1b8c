/** The editor settings in .vscode/ work: tasks, and the schema for board files. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "../../../scripts/compile/typescript.js";
import { expect, test } from "vitest";
import packageFile from "../../../package.json" with { type: "json" };
import { DEFAULT_BOARD } from "../../../scripts/boards/index.ts";
import { SHIPPED } from "../../support/shipped-boards.ts";

interface Tasks {
  readonly tasks: readonly {
    readonly label: string;
    readonly command: string;
    readonly args: readonly string[];
  }[];
  readonly inputs: readonly {
    readonly id: string;
    readonly options?: readonly string[];
    readonly default: string;
  }[];
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../.vscode/${file}`, import.meta.url), "utf8"));
}

test("each task runs a script of package.json, with existing inputs", () => {
  const { tasks, inputs } = read("tasks.json") as Tasks;
  expect(tasks.map(({ label }) => label)).toEqual(
    expect.arrayContaining(["Build", "Flash", "Start", "Test"]),
  );
  for (const { label, command, args } of tasks) {
    expect(command, label).toBe("npm");
    const [verb = "", script = ""] = args;
    expect(Object.keys(packageFile.scripts), label).toContain(verb === "run" ? script : verb);
    const named = args.flatMap((arg) => /^\$\{input:(.*)\}$/.exec(arg)?.[1] ?? []);
    expect(
      inputs.map(({ id }) => id),
      label,
    ).toEqual(expect.arrayContaining(named));
  }
});

test("the board is picked from all shipped ones", () => {
  const { inputs } = read("tasks.json") as Tasks;
  const board = inputs.find(({ id }) => id === "board");
  expect(board).toMatchObject({ options: SHIPPED, default: DEFAULT_BOARD });
});

test("board files are checked by their schema, the schema itself is not", () => {
  const { "json.schemas": schemas } = read("settings.json") as { "json.schemas": unknown };
  const url = "./boards/board.schema.json";
  expect(schemas).toEqual([
    { fileMatch: ["/boards/*.json", "!/boards/board.schema.json", "!/boards/tsconfig.json"], url },
  ]);
  expect(() => readFileSync(new URL(`../../../${url}`, import.meta.url))).not.toThrow();
});

test("a board's own code gets completion with descriptions, and is checked while typing", () => {
  const config = fileURLToPath(new URL("../../../boards/tsconfig.json", import.meta.url));
  const { options, fileNames } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, (file) => ts.sys.readFile(file)).config,
    ts.sys,
    dirname(config),
  );
  const file = join(dirname(config), "unwritten.ts");
  const text = `import type { BoardCode } from "onenet-espruino";
export default {
  start(board) { board.; },
  sources: { level: () => "" },
  
} satisfies BoardCode;
`;
  const service = ts.createLanguageService({
    fileExists: (name) => ts.sys.fileExists(name),
    readFile: (name) => ts.sys.readFile(name),
    getCurrentDirectory: () => dirname(config),
    getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...fileNames, file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) =>
      ts.ScriptSnapshot.fromString(name === file ? text : (ts.sys.readFile(name) ?? "")),
  });
  const offered = (at: number) =>
    service.getCompletionsAtPosition(file, at, {})?.entries.map(({ name }) => name);
  expect(offered(text.indexOf("board.;") + 6)).toEqual(["isLit", "obey", "say"]);
  expect(offered(text.lastIndexOf("\n}") - 1)).toContain("commands");
  expect(offered(text.lastIndexOf("\n}") - 1)).not.toContain("start");
  const at = text.indexOf("start(");
  const [about] = service.getQuickInfoAtPosition(file, at)?.documentation ?? [];
  expect(about?.text).toMatch(/^Called once at each boot/);
});
