/** The language of a command, and the table of its texts. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import schema from "../../../boards/board.schema.json" with { type: "json" };
import { cutToWidth, padEnd, widthOf } from "../../../scripts/cli/columns.ts";
import {
  listOr,
  english as reason,
  inBoth,
  inLanguage,
  languageOf,
  speaking,
  t,
} from "../../../scripts/cli/language.ts";
import { english, templatesIn, untaggedIn } from "../../support/templates.ts";

describe("the language", () => {
  it.each([
    [["--lang", "zh-CN"], { LANG: "en_GB.UTF-8" }, "en-US", "zh-CN"],
    [["--lang=zh-CN"], {}, "en-US", "zh-CN"],
    [["--lang", "en"], { LC_ALL: "zh_CN.UTF-8" }, "zh-CN", "en"],
    [[], { LC_ALL: "en_GB.UTF-8", LC_MESSAGES: "zh_CN", LANG: "zh_CN.UTF-8" }, "zh-CN", "en"],
    [[], { LC_ALL: "", LC_MESSAGES: "zh_CN", LANG: "en_GB.UTF-8" }, "en-US", "zh-CN"],
    [[], { LANG: "zh_TW.UTF-8" }, "en-US", "zh-CN"],
    [[], { LANG: "C" }, "zh-CN", "en"],
    [[], {}, "zh-CN", "zh-CN"],
    [[], {}, "de-DE", "en"],
    [["--", "--lang", "zh-CN"], {}, "en-US", "en"],
    [["--json", "--lang", "zh-CN"], { LANG: "zh_CN.UTF-8" }, "zh-CN", "en"],
  ] as const)("of %j with %j, on a system in %s: %s", (args, env, system, language) => {
    expect(languageOf(args, env, system)).toBe(language);
  });
});

describe("a text for a page, which may have another language than the command,", () => {
  it("is made in both", () => {
    expect(inBoth(() => t`version ${"v2"}`)).toEqual({ en: "version v2", zh: "版本 v2" });
    const why = reason`device not online: ${"lamp"}`;
    expect(inBoth(() => t`offline: ${inLanguage(why)}`)).toEqual({
      en: "offline: device not online: lamp",
      zh: "离线：设备不在线：lamp",
    });
    const method = reason`the token's method is not one of ${"md5, sha1"}`;
    expect(inBoth(() => inLanguage(method))).toEqual({
      en: method,
      zh: "token 的 method 不是 md5、sha1 之一",
    });
    expect(inBoth(() => "lamp")).toBe("lamp");
  });

  it("contains others that a module made when it was loaded", () => {
    const failed = t`failed`;
    expect(speaking("zh-CN", () => t`update to ${"v2"}: ${failed}`)).toBe("升级到 v2：失败");
  });

  it("leaves the command its language, whatever happens", () => {
    const fail = () => {
      throw new Error(t`failed`);
    };
    expect(() => speaking("zh-CN", fail)).toThrow("失败");
    expect(t`failed`).toBe("failed");
  });
});

it.each([
  [["on", "off", "toggle"], "on、off 或 toggle"],
  [["数字", "文本"], "数字或文本"],
  [["stop", "0 到 100 之间的数"], "stop 或 0 到 100 之间的数"],
  [["on"], "on"],
  [[], ""],
])("a Chinese list of %j", (items, list) => {
  expect(speaking("zh-CN", () => listOr(items))).toBe(list);
});

it("Chinese takes two columns a character", () => {
  expect(widthOf("登录 ok，")).toBe(9);
  expect(padEnd("登录", 6)).toBe("登录  ");
  expect(padEnd("log-in", 3)).toBe("log-in");
  expect(cutToWidth("登录 ok", 3)).toBe("登");
  expect(cutToWidth("ok", 3)).toBe("ok");
});

/** For those who work on the project, who read its code in English. */
const ENGLISH_ONLY =
  /^scripts\/(bench\/|bench\.ts|measure-|screenshots\.ts|fleet\.ts|cli\/browser\.ts|web-console\/page\/|local-onenet\/wire\/)/;
const FILES = readdirSync("scripts", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
  .map((name) => join("scripts", name));

const TABLES = [
  {
    file: "scripts/cli/zh-CN.json",
    used: new Set([...FILES.flatMap((file) => templatesIn(file, "t")), ...schemaTexts()]),
  },
  {
    file: "scripts/cli/zh-CN.reasons.json",
    used: new Set(FILES.flatMap((file) => templatesIn(file, "english"))),
  },
];

/** The schema's texts that are shown: in errors, and as the choices of new-board. */
function schemaTexts(): string[] {
  const { part, partLight } = schema.definitions;
  const found = [...part.properties.kind.enumDescriptions, ...partLight.properties.driver.enumDescriptions];
  JSON.stringify(schema, (key, value: unknown) => {
    if (key === "patternErrorMessage") found.push(String(value));
    return value;
  });
  return found;
}

describe.each(TABLES)("the texts of $file", ({ file, used }) => {
  const text = readFileSync(file, "utf8");
  const table = JSON.parse(text) as Record<string, string>;

  it("has a translation for each text, and no other", () => {
    const known = Object.keys(table);
    expect(
      [...used].filter((each) => !Object.hasOwn(table, each)),
      `texts that ${file} lacks`,
    ).toEqual([]);
    expect(
      known.filter((each) => !used.has(each)),
      `texts in ${file} that nothing uses`,
    ).toEqual([]);
  });

  it("is sorted and has no text twice: branches merge", () => {
    const keys = [...text.matchAll(/^ {2}("(?:[^"\\]|\\.)*"): "/gm)].map(
      ([, key = ""]) => JSON.parse(key) as string,
    );
    expect(keys).toEqual([...new Set(keys)].sort());
    expect(keys).toHaveLength(Object.keys(table).length);
  });

  it("uses each value of the English", () => {
    const holes = (template: string) => [...new Set(template.match(/\{\d+\}/g))].sort();
    for (const [key, chinese] of Object.entries(table)) expect(holes(chinese), key).toEqual(holes(key));
  });

  it("is in Chinese, apart from names", () => {
    for (const [key, chinese] of Object.entries(table)) {
      if (/[a-z]{3} /.test(english(key))) expect(chinese, key).toMatch(/\p{Script=Han}/u);
      expect(english(chinese), key).not.toMatch(/\b(the|an|is|are)\b/);
    }
  });

  it("names pages in Chinese, where there are", () => {
    const named = Object.values(table).flatMap((chinese) => chinese.match(/\bdocs\/[\w-]+\.md/g) ?? []);
    expect(named.filter((page) => existsSync(page.replace("docs/", "docs/zh-CN/")))).toEqual([]);
    const pages = Object.values(table).flatMap((chinese) => chinese.match(/\bdocs\/[\w/-]+\.md/g) ?? []);
    expect(pages.filter((page) => !existsSync(page))).toEqual([]);
  });

  it("has the punctuation of Chinese", () => {
    for (const [key, chinese] of Object.entries(table)) {
      expect(chinese, key).not.toMatch(/\p{Script=Han}[,;:!?()]|[,;!?]\p{Script=Han}/u);
      expect(chinese, key).not.toMatch(/[，。；：！？（）、] |[^\s：] [，。；：！？）、]/u);
    }
  });
});

it.each(FILES.filter((file) => !ENGLISH_ONLY.test(file)))(
  "%s has no sentence for users outside the table",
  (file) => {
    expect(untaggedIn(file)).toEqual([]);
  },
);
