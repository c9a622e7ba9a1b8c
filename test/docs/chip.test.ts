/** docs/chip.md has the same facts as the doctor, and the tests it names demonstrate them. */

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FACTS } from "../../scripts/flash/doctor/facts.ts";

const PAGES = ["docs/chip.md", "docs/zh-CN/chip.md"];

interface Section {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly known: string;
  readonly here: string;
  readonly test: string;
}

describe.each(PAGES)("%s", (path) => {
  const sections = read(path);

  it("has each fact once, in order, with all its parts", () => {
    expect(sections.map(({ id }) => id)).toEqual(FACTS.map(({ id }) => id));
    for (const { id, source, known, here, test } of sections) {
      for (const part of [source, known, here, test]) expect(part, id).not.toBe("");
    }
  });

  it("names the same sources and tests as the other language", () => {
    const names = (page: string) =>
      read(page).map(({ id, source, test }) => [id, codeOf(source), codeOf(test)]);
    expect(names(path)).toEqual(names("docs/chip.md"));
  });
});

it("the doctor calls each fact by its heading", () => {
  expect(read("docs/chip.md").map(({ id, title }) => ({ id, title }))).toEqual(FACTS);
});

const SHOWN = read("docs/chip.md").flatMap(({ id, test }) => codeOf(test).map((file) => ({ id, file })));

it.each(SHOWN)("$id is demonstrated by $file", ({ id, file }) => {
  expect(existsSync(file), `there is no ${file}`).toBe(true);
  expect(readFileSync(file, "utf8")).toContain(`[chip ${id}]`);
});

it("explains why a fact has no test", () => {
  const without = read("docs/chip.md").filter(({ test }) => codeOf(test).length === 0);
  for (const { id, test } of without) expect(test, id).toMatch(/^none: ./);
});

function read(path: string): Section[] {
  return readFileSync(path, "utf8")
    .split(/^### (?=F\d)/m)
    .slice(1)
    .map((text) => {
      const [, id = "", title = ""] = /^(F\d+)\. (.+)$/m.exec(text) ?? [];
      const [source = "", known = "", here = "", test = ""] = itemsOf(text.split(/^## /m)[0] ?? "");
      return { id, title, source, known, here, test };
    });
}

/** The items of a section's list, without their names. */
function itemsOf(text: string): string[] {
  return text
    .split(/^- /m)
    .slice(1)
    .map((item) =>
      item
        .replaceAll(/\s+/g, " ")
        .trim()
        .replace(/^(Source|Here|Test|来源|本项目|测试)[:：] ?/, ""),
    );
}

function codeOf(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}
