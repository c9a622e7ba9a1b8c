import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonString, jsonValue, member, parseJson } from "../../../src/onenet/json.ts";
import { anyText } from "../../support/any-text.ts";
import { utf8 } from "../../support/bytes.ts";

/** How a server reads UTF-8 bytes. */
function parse(bytes: string): unknown {
  return JSON.parse(Buffer.from(bytes, "latin1").toString("utf8"));
}

it("keeps the bytes of non-ASCII text", () => {
  expect(jsonString(utf8("温度"))).toBe(utf8('"温度"'));
});

it("escapes what JSON requires", () => {
  expect(jsonString('say "\\hi"\n\0\x1f')).toBe('"say \\"\\\\hi\\"\\u000a\\u0000\\u001f"');
});

it("round-trips any text", () => {
  fc.assert(
    fc.property(anyText(), (text) => {
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

describe("JSON from a server", () => {
  it("is read with its text as UTF-8, however it was escaped", () => {
    expect(parseJson(utf8('{"温":"度"}'))).toEqual({ [utf8("温")]: utf8("度") });
    expect(parseJson('{"a":"\\u6e29\\u5ea6 \\u00e9 \\ud83d\\ude00"}')).toEqual({ a: utf8("温度 é 😀") });
    expect(parseJson('["\\\\u6e29"]')).toEqual(["\\u6e29"]);
    expect(parseJson('["\\u0041\\u0022\\n"]')).toEqual(['A"\n']);
    expect(parseJson('["\\udc00 \\ud800"]')).toEqual([utf8("\ufffd ")]);
  });

  it("is read like any JSON", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), fc.boolean(), (value, escaped) => {
        const text = ` [${value}]`;
        const wire = escaped ? text.replace(/[^\x20-\x7e]/g, escape) : utf8(text);
        const parsed = parseJson(wire);
        if (parsed !== undefined) expect(toText(parsed)).toEqual(JSON.parse(text));
        else expect(text.match(/[{[,]/g)?.length).toBeGreaterThan(64);
      }),
    );
  });

  it.each(["", " ", "1", '"text"', "null", "{", "hello", '{"id":"1","par', "[1,", '"\\u12'])(
    "is rejected if it is %j",
    (text) => {
      expect(parseJson(text)).toBeUndefined();
    },
  );

  it.each(["[", '{"a":', "1,"])(
    "is rejected if it would not fit in the chip's memory: 5000 times %j",
    (part) => {
      expect(parseJson(part.repeat(5000))).toBeUndefined();
      expect(parseJson(`[${"1,".repeat(5000)}1]`)).toBeUndefined();
    },
  );

  it.each([
    '{"led":1e-999999999}',
    "[1e2147483647]",
    '{"a": -1.5E+0001000}',
    "[1,\n2e99999]",
    "[.5e9999]",
    " [0,1e1000]",
  ])("is rejected if the interpreter would multiply endlessly: %s [chip F51]", (text) => {
    expect(parseJson(text)).toBeUndefined();
  });

  it.each(['{"a":1e308,"b":-1.5E-300}', '{"id":"3e45678","b":["x1e99999"," e1e9"],"1e9999":1}'])(
    "may have exponents, and strings that look similar: %s",
    (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text));
    },
  );

  it("has members if it is an object", () => {
    expect(member({ a: 1 }, "a")).toBe(1);
    expect([{}, [1], "text", 1, true, null, undefined].map((json) => member(json, "a"))).toEqual(
      Array(7).fill(undefined),
    );
  });

  function escape(char: string): string {
    return "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0");
  }

  /** The chip's values, with byte strings as text. */
  function toText(json: unknown): unknown {
    return JSON.parse(Buffer.from(JSON.stringify(json), "latin1").toString("utf8")) as unknown;
  }
});
