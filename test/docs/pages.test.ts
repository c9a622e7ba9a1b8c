/** Links work, and pages in two languages have the same structure. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import project from "../../package.json" with { type: "json" };
import { RIGHT_FOR } from "../../scripts/flash/serial-ports.ts";
import { SHIPPED } from "../support/shipped-boards.ts";

const PAGES = ["README.md", "README.zh-CN.md", ...markdownIn("docs")];

/** The Chinese page of each page that has one. */
const PAIRS = PAGES.flatMap((english): [string, string][] => {
  const chinese = chineseOf(english);
  return existsSync(chinese) && chinese !== english ? [[english, chinese]] : [];
});

interface Page {
  readonly headings: readonly { readonly level: number; readonly text: string }[];
  /** With the language of each. */
  readonly codeBlocks: readonly string[];
  readonly links: readonly Link[];
  readonly pictures: readonly { readonly alt: string; readonly file: string }[];
}

/** A link within the repository. */
interface Link {
  readonly written: string;
  /** From the repository's root. */
  readonly file: string;
  readonly anchor: string | undefined;
}

describe.each(PAGES)("%s", (path) => {
  const { links, pictures } = read(path);

  it("has no broken links", () => {
    expect(links.filter((link) => !isThere(link)).map(({ written }) => written)).toEqual([]);
  });

  it("has pictures that exist and have a description", () => {
    expect(pictures.filter(({ alt, file }) => alt === "" || !existsSync(file))).toEqual([]);
  });
});

it.each(["docs", "docs/zh-CN"])("%s lists every shipped board in boards.md or own-code.md", (folder) => {
  const pages = ["boards.md", "own-code.md"].map((name) => readFileSync(join(folder, name), "utf8")).join();
  const isNamed = (board: string) => new RegExp(`(?<![\\w-])${board}(?![\\w-])`).test(pages);
  expect(SHIPPED.filter((board) => !isNamed(board))).toEqual([]);
});

it.each(["flashing.md", "getting-started.md"])("%s shows what `npm run ports` prints", (name) => {
  const line = `\n${" ".repeat(25)}${RIGHT_FOR.bridge}\n`;
  for (const folder of ["docs", "docs/zh-CN"])
    expect(read(join(folder, name)).codeBlocks.join("")).toContain(line);
});

describe("npm's commands", () => {
  const pages = [...PAGES, "CONTRIBUTING.md"];

  it.each(pages)("in %s exist", (path) => {
    expect(commandsIn(path).filter((name) => !Object.hasOwn(project.scripts, name))).toEqual([]);
  });

  it("are on a page, except for the steps of `npm run check`", () => {
    const named = [...pages.flatMap(commandsIn), ...runBy(project.scripts.check)];
    expect(Object.keys(project.scripts).filter((name) => !named.includes(name))).toEqual([]);
  });

  it("are listed alike in both languages", () => {
    const listed = (path: string) =>
      readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => /^\| `.*npm /.test(line))
        .flatMap(runBy);
    expect(listed("README.md")).toContain("flash");
    expect(listed("README.zh-CN.md")).toEqual(listed("README.md"));
  });
});

describe("pages in two languages", () => {
  it("are found", () => {
    expect(PAIRS).toContainEqual(["README.md", "README.zh-CN.md"]);
    const chinese = PAGES.filter((path) => path === chineseOf(path));
    expect(PAIRS.map((pair) => pair[1]).sort()).toEqual(chinese.sort());
  });

  it.each(PAIRS)("%s and %s have the same structure", (english, chinese) => {
    expect(structureOf(chinese)).toEqual(structureOf(english));
  });

  it.each(PAIRS)("except for %s, %s links to Chinese pages", (english, chinese) => {
    const away = read(chinese).links.filter(
      ({ file }) => file !== english && PAIRS.some(([other]) => other === file),
    );
    expect(away.map(({ written }) => written)).toEqual([]);
  });
});

function commandsIn(path: string): string[] {
  return runBy(readFileSync(path, "utf8"));
}

/** The names of the commands that a text calls. */
function runBy(text: string): string[] {
  return [...text.matchAll(/\bnpm (?:run (?:-s )?([\w:-]+)|(start|test)\b)/g)].map(
    ([, script, short = ""]) => script ?? short,
  );
}

/** What is the same in both languages. */
function structureOf(path: string): object {
  const { headings, codeBlocks, links, pictures } = read(path);
  return {
    levels: headings.map(({ level }) => level),
    codeBlocks,
    links: links.map(toEnglish).sort(),
    pictures: pictures.map(({ file }) => file.replace(/-zh[^.]*/, "")),
  };
}

/** A link in terms of the English page, with its heading identified by position. */
function toEnglish({ file, anchor }: Link): string {
  const english = PAIRS.find((pair) => pair.includes(file))?.[0] ?? file;
  return anchor === undefined ? english : `${english}#${anchorsOf(file).indexOf(anchor)}`;
}

function isThere({ file, anchor }: Link): boolean {
  return existsSync(file) && (anchor === undefined || anchorsOf(file).includes(anchor));
}

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(path: string): string[] {
  const seen = new Map<string, number>();
  return read(path).headings.map(({ text }) => {
    const anchor = text
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "")
      .replaceAll(" ", "-");
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count > 0 ? `${anchor}-${count}` : anchor;
  });
}

function read(path: string): Page {
  const text = readFileSync(path, "utf8");
  const fence = /^ *```(.*)\n([^]*?)^ *```$/gm;
  const prose = text.replaceAll(fence, "").replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]]/g, ""));
  const targets = [...prose.matchAll(/(!?)\[([^\]]*)\]\(([^)\s]+)\)/g)].map(
    ([, mark, label = "", to = ""]) => ({
      isPicture: mark === "!",
      label,
      to,
    }),
  );
  return {
    headings: [...prose.matchAll(/^(#+) (.+)$/gm)].map(([, marks = "", words = ""]) => ({
      level: marks.length,
      text: words.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1"),
    })),
    codeBlocks: [...text.matchAll(fence)].map(([, language = "", body = ""]) => `${language}\n${body}`),
    links: targets
      .filter(({ isPicture, to }) => !isPicture && !/^[a-z]+:/.test(to))
      .map(({ to }) => {
        const [file = "", anchor] = to.split("#");
        return {
          written: to,
          file: file === "" ? path : normalize(join(dirname(path), file)),
          anchor: anchor === undefined ? undefined : decodeURIComponent(anchor),
        };
      }),
    pictures: targets
      .filter(({ isPicture }) => isPicture)
      .map(({ label, to }) => ({ alt: label, file: normalize(join(dirname(path), to)) })),
  };
}

function chineseOf(path: string): string {
  if (path.startsWith("README")) return "README.zh-CN.md";
  return join("docs/zh-CN", basename(path));
}

function markdownIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join(directory, file));
}
