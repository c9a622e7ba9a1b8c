import { expect, test } from "vitest";
import { readJson } from "../../../scripts/local-onenet/json.ts";

const read = (text: string) => readJson(Buffer.from(text));

test.each([
  ['{"a":[1,],}', { a: [1] }],
  ['{"a":"x" , \n}', { a: "x" }],
  ['[[],{},",]",]', [[], {}, ",]"]],
  ['["\\",]",true,]', ['",]', true]],
])("commas before closing brackets are tolerated: %s", (text, value) => {
  expect(read(text)).toEqual({ value, hasTrailingCommas: true, hasSingleQuotes: false });
});

test.each([
  ["{'id':123,'dp':{'t':[{'v':30}]}}", { id: 123, dp: { t: [{ v: 30 }] } }, false],
  [`{'a':"it's"}`, { a: "it's" }, false],
  [`{'a':'say "no"'}`, { a: 'say "no"' }, false],
  [String.raw`{'a':'it\'s \"\\','b':'\u6e29'}`, { a: "it's \"\\", b: "温" }, false],
  ["{'a':'},[{',}", { a: "},[{" }, true],
  ["['']", [""], false],
])("single-quoted strings are tolerated: %s", (text, value, hasTrailingCommas) => {
  expect(read(text)).toEqual({ value, hasTrailingCommas, hasSingleQuotes: true });
});

test.each(["{'a:1}", "'", "{'a\":1}", "['a'b']", "[it's]", "{'a':1}'"])(
  "other mistakes are rejected even with single quotes: %s",
  (text) => {
    expect(read(text)).toBeUndefined();
  },
);

test.each(["[,]", "{,}", "[1,,]", '{"a":,}', '{"a",}', "1,", ",", "", "[1,", "[1 2,]", "// x\n[1,]", "[,1]"])(
  "other mistakes are rejected even with such commas: %s",
  (text) => {
    expect(read(text)).toBeUndefined();
  },
);

test("JavaScript's special names are ordinary names", () => {
  for (const text of ['{"__proto__":{"id":1},"constructor":2}', '{"__proto__":{"id":1},"constructor":2,}']) {
    const value = read(text)?.value as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(["__proto__", "constructor"]);
    expect(value["id"]).toBeUndefined();
  }
});

test.each([
  ["brackets that close nothing, before others that open", `[${"}".repeat(30_000)},${"[".repeat(30_000)}`],
  ["brackets that close one another", "[},".repeat(20_000)],
  ["deep nesting", "[".repeat(60_000)],
])("%s: rejected without harm", (_what, text) => {
  expect(read(text)).toBeUndefined();
});

// Quadratic work would take minutes for half a megabyte.
test.each([
  ["an open text of escapes", `"${'\\"'.repeat(250_000)}`],
  ["quotation marks", '"'.repeat(500_000)],
  ["commas", `[${",".repeat(500_000)}`],
  ["white space and commas", `[1${" ,".repeat(250_000)}]`],
  ["exponents", `[${"1e".repeat(250_000)}`],
  ["single quotes", "'".repeat(500_000)],
  ["single quotes and backslashes", `['${"\\'".repeat(250_000)}`],
  ["single quotes about double ones", `['${'"'.repeat(250_000)}`],
  ["empty names", `{${'"":'.repeat(160_000)}`],
])("%s: half a megabyte is read in time", (_what, text) => {
  expect(read(text)).toBeUndefined();
});
