/** Chinese pages and tables of texts use the words of the glossary in CONTRIBUTING.md. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const TEXTS = [
  "README.zh-CN.md",
  ...readdirSync("docs/zh-CN").map((name) => join("docs/zh-CN", name)),
  "scripts/cli/zh-CN.json",
  "scripts/cli/zh-CN.reasons.json",
  "scripts/local-onenet/wire/words.zh.ts",
  "scripts/web-console/page/words/zh.ts",
];

/** The words of the glossary's last column. */
const WRONG = readFileSync("CONTRIBUTING.md", "utf8")
  .split("\n")
  .filter((line) => line.startsWith("|") && /\p{Script=Han}/u.test(line))
  .flatMap((line) => line.split("|").at(-2)?.trim().split("、") ?? [])
  .filter((word) => word !== "");

/** An English word is wrong beside Chinese; commands and names may have it. */
const PATTERN = new RegExp(
  WRONG.map((word) =>
    /^\w+$/.test(word) ? `(?<=\\p{Script=Han} ?)${word}\\b|(?<!run )\\b${word}(?= ?\\p{Script=Han})` : word,
  ).join("|"),
  "gu",
);

it("the glossary is read", () => {
  expect(WRONG).toContain("板子");
  expect("存进 flash。写入flash 里 npm run flash 烧录".match(PATTERN)).toHaveLength(2);
});

it.each(TEXTS)("%s", (file) => {
  const text = readFileSync(file, "utf8").replaceAll(/```[^]*?```|`[^`\n]*`/g, "``");
  expect(text.match(PATTERN) ?? []).toEqual([]);
});
