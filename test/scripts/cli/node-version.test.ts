import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { languageOf } from "../../../scripts/cli/language.ts";
import { faultOfNode, isChinese } from "../../../scripts/cli/node-version.js";

const { engines, scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
  engines: { node: string };
  scripts: Record<string, string>;
};

it.each(["16.20.2", "18.20.8", "20.18.3"])("refuses Node.js %s in a sentence", (version) => {
  expect(faultOfNode(version, false)).toBe(
    `Node.js 20.19 or later is needed, and this is ${version}: install a newer one from https://nodejs.org`,
  );
});

it("refuses it in Chinese too", () => {
  expect(faultOfNode("18.20.8", true)).toBe(
    "需要 Node.js 20.19 或更新的版本，而现在是 18.20.8：从 https://nodejs.org 安装新版本",
  );
});

it.each([
  [["--lang", "zh-CN"], {}],
  [["--lang=zh-CN"], { LANG: "en_GB.UTF-8" }],
  [["--lang", "en"], { LC_ALL: "zh_CN.UTF-8" }],
  [["--once"], { LC_ALL: "en_GB.UTF-8", LANG: "zh_CN.UTF-8" }],
  [[], { LC_ALL: "", LC_MESSAGES: "zh_CN", LANG: "en_GB.UTF-8" }],
  [[], { LANG: "zh_TW.UTF-8" }],
  [["--json", "--lang", "zh-CN"], {}],
  [[], {}],
])("speaks to %j with %j in the language that the commands choose", (args, env) => {
  expect(isChinese(args, env)).toBe(languageOf(args, env, "en-US") === "zh-CN");
});

it.each(["20.19.0", "22.0.0", "24.1.0", process.versions.node])("accepts %s", (version) => {
  expect(faultOfNode(version, false)).toBeUndefined();
});

it("asks for what package.json asks for", () => {
  expect(engines.node).toBe(">=20.19");
});

it("is asked before each command of the project, by what any Node.js can read", () => {
  const commands = Object.entries(scripts).filter(([, line]) => line.startsWith("node "));
  expect(commands.length).toBeGreaterThan(15);
  for (const [name, line] of commands)
    expect(line).toMatch(new RegExp(`^node scripts/cli/launch\\.js ${name.replace(":", "-")}$`));
  for (const file of ["launch", "node-version"])
    expect(readFileSync(`scripts/cli/${file}.js`, "utf8")).not.toMatch(
      /\?\.|\?\?|^(import .*"node:|await)|#/m,
    );
});
