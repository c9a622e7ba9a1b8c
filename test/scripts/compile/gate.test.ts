import { readFileSync } from "node:fs";
import { rollup } from "rollup";
import { minify } from "terser";
import ts from "../../../scripts/compile/typescript.js";
import { describe, expect, test } from "vitest";
import { formatFault, gate, written } from "../../../scripts/compile/gate/index.ts";
import { NODE_RULES, REFERENCE_RULES, TEXT_RULES } from "../../../scripts/compile/gate/rules.ts";
import { ACCEPTED, REFUSED } from "../../interpreter/snippets.ts";

describe("refuses, at its place", () => {
  for (const { rule, refused } of REFUSED)
    test(`${rule}: ${refused}`, () => {
      const before = refused.slice(0, refused.indexOf("▸")).split("\n");
      const faults = gate(refused.replace("▸", ""));
      expect(faults.map(({ line, column, rule }) => ({ line, column, rule }))).toContainEqual({
        line: before.length,
        column: (before.at(-1)?.length ?? 0) + 1,
        rule,
      });
    });
});

describe("lets the rewrite pass", () => {
  for (const { rule, instead } of REFUSED)
    test(`${rule}: ${instead}`, () => expect(gate(instead).map(formatFault)).toEqual([]));
});

describe("lets pass", () => {
  for (const script of ACCEPTED) test(script, () => expect(gate(script).map(formatFault)).toEqual([]));
});

test("a fault is its author's if a source map leads to a source, and the program broke the rule before as well", () => {
  const fault = { source: "src/a.ts", line: 1, column: 1, rule: "spread", message: "" };
  const elsewhere = { ...fault, source: "bundle" };
  const other = { ...fault, rule: "rest" };
  expect(written([fault, elsewhere, other], [{ ...fault, line: 7 }])).toEqual([fault]);
  expect(written([fault], [])).toEqual([]);
});

test("every rule has an example", () => {
  const rules = [...NODE_RULES, ...REFERENCE_RULES].map(({ name }) => name).concat(Object.keys(TEXT_RULES));
  expect(new Set(REFUSED.map(({ rule }) => rule))).toEqual(new Set(rules));
});

test("docs/language.md says what the gate says", () => {
  const told = [...NODE_RULES, ...REFERENCE_RULES].map(({ name, message }) => [name, message] as const);
  const page = readFileSync("docs/language.md", "utf8").replaceAll("\\|", "|").replace(/ {2,}/g, " ");
  for (const [name, message] of [...told, ...Object.entries(TEXT_RULES)])
    expect(page).toContain(`| \`${name}\` | ${message} |`);
});

test("lists every fault, in order", () => {
  expect(gate("print(2**3);\nprint(o?.a);\nprint(1n)").map(({ line, rule }) => `${line} ${rule}`)).toEqual([
    "1 exponentiation",
    "2 optional-chaining",
    "2 missing-global",
    "3 bigint",
  ]);
});

test("says what to write instead", () => {
  expect(gate("f((a=1)=>a);").map(formatFault)).toContain(
    "bundle:1:4: default values are a syntax error on Espruino; test for undefined in the body",
  );
  expect(gate('/a?/.test("")').map(formatFault)).toEqual([
    "bundle:1:1: Espruino's regular expressions do not know the quantifier ?; write it another way",
  ]);
});

test("names the place in the TypeScript source of a minified bundle", async () => {
  const sources: Record<string, string> = {
    "src/main.ts": 'import { led } from "src/led.ts";\nled(3 as number);\n',
    "src/led.ts":
      "export function led(count: number): void {\n" +
      "  const all: (() => void)[] = [];\n" +
      "  for (let i = 0; i < count; i++) {\n" +
      "    all.push(() => print(i));\n" +
      "  }\n" +
      "  all.forEach((one) => one());\n" +
      "}\n",
  };
  const build = await rollup({
    input: "src/main.ts",
    plugins: [
      {
        name: "sources",
        resolveId: (id) => id,
        load: (id) => sources[id] ?? null,
        transform(code, id) {
          const compilerOptions = { target: ts.ScriptTarget.ES2015, sourceMap: true };
          const { outputText, sourceMapText } = ts.transpileModule(code, { fileName: id, compilerOptions });
          return { code: outputText.replace(/\/\/# sourceMappingURL.*/, ""), map: sourceMapText ?? null };
        },
        async renderChunk(code) {
          const result = await minify(code, { ecma: 2015, toplevel: true, sourceMap: { asObject: true } });
          return { code: result.code ?? "", map: JSON.stringify(result.map) };
        },
      },
    ],
  });
  const { output } = await build.generate({ format: "iife", sourcemap: true, file: "bundle.js" });
  const faults = gate(output[0].code, { map: output[0].map?.toString() ?? null });
  expect(faults.map(({ source, line, column, rule }) => ({ source, line, column, rule }))).toEqual([
    { source: "src/led.ts", line: 4, column: 26, rule: "loop-closure" },
  ]);
});
