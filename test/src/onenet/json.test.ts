import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonString, jsonValue } from "../../../src/onenet/json.ts";
import { utf8 } from "../../lib/bytes.ts";

/** What a server reads in UTF-8 bytes. */
function parse(bytes: string): unknown {
  return JSON.parse(Buffer.from(bytes, "latin1").toString("utf8"));
}

it("keeps the bytes of text beyond ASCII", () => {
  expect(jsonString(utf8("温度"))).toBe(utf8('"温度"'));
});

it("escapes what JSON wants escaped", () => {
  expect(jsonString('say "\\hi"\n\0\x1f')).toBe('"say \\"\\\\hi\\"\\u000a\\u0000\\u001f"');
});

it("gives any text as it was written", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(parse(jsonString(utf8(text)))).toBe(text);
    }),
  );
});

it.each([
  [3, "3"],
  [-20.3, "-20.3"],
  [true, "true"],
  [false, "false"],
  ["on", '"on"'],
  [NaN, "null"],
  [Infinity, "null"],
  [-Infinity, "null"],
])("writes the value %s as %s", (value, text) => expect(jsonValue(value)).toBe(text));
