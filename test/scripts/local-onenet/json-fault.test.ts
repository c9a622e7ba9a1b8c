import { expect, test } from "vitest";
import { jsonFault } from "../../../scripts/local-onenet/json-fault.ts";
import { readStrictJson } from "../../../scripts/local-onenet/json.ts";

const GBK = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xce, 0xc2, 0xb6, 0xc8]), Buffer.from('"}')]);

test.each<[what: string, payload: string | Buffer, fault: string]>([
  ["nothing", "", "it is empty"],
  ["white space", "  ", "byte 2: it ends too early: is it cut off?"],
  [
    "NUL at the end",
    '{"a":1}\0',
    "byte 7 is NUL: send the text without C's terminating NUL (use strlen, not sizeof)",
  ],
  [
    "a buffer of NULs at the end",
    '{"a":1}\0\0\0',
    "byte 7 is NUL: send the text without C's terminating NUL (use strlen, not sizeof)",
  ],
  ["NUL inside", '{"a\0":1}', "byte 3 is NUL"],
  ["UTF-16", Buffer.from('{"a":1}', "utf16le"), "byte 1 is NUL: is it UTF-16? send UTF-8"],
  ["GBK", GBK, "byte 6 is not UTF-8 but may be GBK: save the program's source as UTF-8"],
  ["bytes of no text", Buffer.from([0x7b, 0xff, 0x7d]), "byte 1 is not UTF-8"],
  ["BOM", '\ufeff{"a":1}', "it begins with a byte order mark (EF BB BF): save the text as UTF-8 without BOM"],
  ["single quotes", "{'a':1}", "byte 1: single quotes: JSON needs double quotes"],
  ["single quotes behind Chinese", "{\"温\":'x'}", "byte 7: single quotes: JSON needs double quotes"],
  ["a comma before }", '{"a":1, }', "byte 8: a comma before }"],
  ["a comma before ]", "[1,]", "byte 3: a comma before ]"],
  ["cut off", '{"a":[1', "byte 7: it ends too early: is it cut off?"],
  ["cut off in a text", '{"a":"b', "byte 5: a string does not end: is it cut off?"],
  ["full-width quotes", "{“a”:1}", 'byte 1: "“" is a full-width character: use the ASCII one'],
  ["a full-width colon", '{"a"：1}', 'byte 4: "：" is a full-width character: use the ASCII one'],
  ["a comment", '{"a":1/**/}', "byte 6: a comment: JSON does not allow comments"],
  ["NaN", '{"a":nan}', "byte 5: JSON does not allow NaN or infinity"],
  ["a value of Python", '{"a":True}', "byte 5: JSON spells them true, false and null"],
  ["a name without quotes", "{a:1}", "byte 1: a name without double quotes"],
  ["two in one", '{"a":1}{"a":2}', "byte 7: extra text after the end of the JSON"],
  ["a word", "on", "invalid from byte 0"],
  ["a wrong bracket", '{"a":1]', "invalid from byte 6"],
  ["deep nesting", "[".repeat(40), "byte 32: it nests deeper than 32 levels"],
  [
    "deep nesting behind another fault",
    `{'a':${"[".repeat(40)}`,
    "byte 1: single quotes: JSON needs double quotes",
  ],
])("%s is reported with its position", (_what, payload, fault) => {
  const bytes = Buffer.from(payload);
  expect(readStrictJson(bytes)).toBeUndefined();
  expect(jsonFault(bytes)).toBe(`the payload is not JSON: ${fault}`);
});

// Quadratic work would take minutes for half a megabyte.
test.each([
  ["an open text of escapes", `"${'\\"'.repeat(250_000)}`],
  ["quotation marks", '"'.repeat(500_000)],
  ["brackets", "[}".repeat(250_000)],
  ["nothing but white space", " ".repeat(500_000)],
  ["NULs", "\0a".repeat(250_000)],
  ["replacement characters", "\ufffd".repeat(150_000)],
])("%s: half a megabyte is checked in time", (_what, text) => {
  expect(jsonFault(Buffer.from(text))).toMatch(/^the payload is not JSON: /);
});
