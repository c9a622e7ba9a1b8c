import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { minify } from "terser";
import { describe, expect, test } from "vitest";
import { byteStrings, toByteString } from "../../../scripts/compile/byte-strings.ts";
import { anyText } from "../../support/any-text.ts";

const rewritten = (code: string) => byteStrings(code)?.code;

describe("text becomes the bytes of its UTF-8", () => {
  const cases: [name: string, code: string, expected: string][] = [
    ["a character", 'f("温")', 'f("\\xE6\\xB8\\xA9")'],
    ["among ASCII", "f('a温\\'b')", "f('a\\xE6\\xB8\\xA9\\'b')"],
    ["of two bytes", 'f("é")', 'f("\\xC3\\xA9")'],
    ["of four bytes", 'f("😀")', 'f("\\xF0\\x9F\\x98\\x80")'],
    ["an escape", 'f("\\u6e29\\u00e9")', 'f("\\xE6\\xB8\\xA9\\xC3\\xA9")'],
    ["a pair of escapes", 'f("\\ud83d\\ude00")', 'f("\\xF0\\x9F\\x98\\x80")'],
    ["an escape in braces", 'f("\\u{1F600}\\u{41}")', 'f("\\xF0\\x9F\\x98\\x80\\x41")'],
    ["behind a backslash", 'f("\\é\\\\é")', 'f("\\xC3\\xA9\\\\\\xC3\\xA9")'],
    ["a template's", "f(`温${a}é`)", "f(`\\xE6\\xB8\\xA9${a}\\xC3\\xA9`)"],
    ["a key", "f({温: 1, 'é': 2})", "f({\"\\xE6\\xB8\\xA9\": 1, '\\xC3\\xA9': 2})"],
    ["a member", "f(o.温.é)", 'f(o["\\xE6\\xB8\\xA9"]["\\xC3\\xA9"])'],
    ["an import's", 'import "./é";', 'import "./\\xC3\\xA9";'],
  ];
  test.each(cases)("%s", (_name, code, expected) => {
    expect(rewritten(code)).toBe(expected);
  });
});

test("bytes that the author wrote stay", () => {
  expect(byteStrings('f("\\xE9\\u0041\\n")')).toBeUndefined();
  expect(rewritten('f("\\xE9é")')).toBe('f("\\xE9\\xC3\\xA9")');
});

test("ASCII stays, and comments do", () => {
  expect(byteStrings('f("a", /a/, `b${c}`)')).toBeUndefined();
  expect(byteStrings("// 温\nf()")).toBeUndefined();
});

describe("an error names the place", () => {
  const cases: [code: string, message: string][] = [
    ["let a;\nlet é;", "2:5: text outside ASCII: a name"],
    ["f({é})", "1:4: text outside ASCII: a name"],
    ["class A { é() {} }", "1:11: text outside ASCII: a name"],
    ["f(a?.é)", "1:6: text outside ASCII: a name"],
    ["é: for (;;);", "1:1: text outside ASCII: a name"],
    ["f(/é/)", "1:3: text outside ASCII: a regular expression"],
    ["f`é`", "1:3: text outside ASCII: a tagged template"],
    ['f("a\\ud83d")', "1:5: text outside ASCII: half of a surrogate pair"],
    ['f("\ude00")', "1:4: text outside ASCII: half of a surrogate pair"],
  ];
  test.each(cases)("%j", (code, message) => {
    expect(() => byteStrings(code)).toThrow(message);
  });
});

test("any text comes out of a built script as its UTF-8", async () => {
  await fc.assert(
    fc.asyncProperty(anyText(), async (text) => {
      const code = `result = [${JSON.stringify(text)}, "" + x + ${JSON.stringify(text)}]`;
      const bytes = byteStrings(code)?.code ?? code;
      const { code: small = "" } = await minify(bytes, { ecma: 2015, format: { ascii_only: true } });
      expect(small).toMatch(/^[\0-\x7f]*$/);
      expect(small).not.toContain("\\u");
      const utf8 = Buffer.from(text).toString("latin1");
      expect([...(runInNewContext(small, { x: "" }) as string[])]).toEqual([utf8, utf8]);
    }),
    { numRuns: 60 },
  );
});

test("a source map leads back", () => {
  const map = byteStrings('f("温",\n"é");')?.map;
  expect(map?.mappings).toContain(";");
});

describe("toByteString", () => {
  test("gives one character a byte", () => {
    expect(toByteString("a温")).toBe("a\xe6\xb8\xa9");
  });

  test("throws on half of a surrogate pair", () => {
    expect(() => toByteString("a\ud83d")).toThrow("half of a surrogate pair");
  });
});
