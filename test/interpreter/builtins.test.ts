/** Compares the gate's list of built-ins with the interpreter. */

import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { hasStatic, isAbsentMethod, isGlobal } from "../../scripts/compile/gate/builtins.ts";
import { ESPRUINO, WITHOUT, runOnEspruino } from "./espruino.ts";

/** An instance of each class whose methods are listed. */
const INSTANCES = ["[]", '"a"', "(1)", "({})", "(function(){})", "/a/", "Promise.resolve(1)", "new Date()"];

/** The interpreter has these, but programs must not use them. */
const NO_NAMES = new Set(["constructor", "caller", "arguments", "length", "name", "prototype", "Symbol"]);

const standard = (expression: string) =>
  names(runInNewContext(`Object.getOwnPropertyNames(${expression}).join()`));

test("globals", async ({ skip }) => {
  if (!ESPRUINO) return skip(WITHOUT);
  const globals = standard("globalThis");
  expect(await defined(ESPRUINO, globals)).toEqual(
    globals.filter((name) => name !== "undefined" && isGlobal(name)),
  );
});

for (const object of ["Array", "Date", "JSON", "Math", "Number", "Object", "Promise", "String"])
  test(`members of ${object}`, async ({ skip }) => {
    if (!ESPRUINO) return skip(WITHOUT);
    const members = standard(object);
    const paths = (list: readonly string[]) => list.map((member) => `${object}.${member}`);
    const allowed = members.filter((member) => hasStatic(object, member));
    expect(await defined(ESPRUINO, paths(members))).toEqual(paths(allowed));
  });

test("methods missing from all objects", async ({ skip }) => {
  if (!ESPRUINO) return skip(WITHOUT);
  const methods = [
    ...new Set(INSTANCES.flatMap((instance) => standard(`Object.getPrototypeOf(${instance})`))),
  ];
  const there = await defined(
    ESPRUINO,
    INSTANCES.flatMap((instance) => methods.map((method) => `${instance}.${method}`)),
  );
  const known = new Set(there.map((path) => path.slice(path.lastIndexOf(".") + 1)));
  expect(methods.filter((method) => known.has(method) && isAbsentMethod(method))).toEqual([]);
});

/** The expressions that are defined on Espruino. */
async function defined(binary: string, expressions: readonly string[]): Promise<string[]> {
  const script = expressions
    .map((e) => `if(typeof ${e}!="undefined")print(${JSON.stringify(e)});`)
    .join("\n");
  return runOnEspruino(binary, script);
}

function names(list: unknown): string[] {
  return String(list)
    .split(",")
    .filter((name) => /^[A-Za-z]\w*$/.test(name) && !NO_NAMES.has(name));
}
