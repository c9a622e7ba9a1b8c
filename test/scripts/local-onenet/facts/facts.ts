/** What is known about the platform, fact by fact, and the tests that hold the local OneNET to it. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

export interface Fact {
  /** What the platform does, in short. */
  readonly quote: string;
  /**
   * `certain`: from its documents or measured more than once. `likely`: from one measurement or report. `not imitated`:
   * certain, but a local platform has nothing to hold to it.
   */
  readonly mark: "certain" | "likely" | "not imitated";
  /** The tests, as `<file>: <title>`; the file is in the folder above, or a path below `test/`. */
  readonly tests: readonly string[];
  /** Of what is not certain or not imitated: a text of the row in docs/local-onenet.md, and in its Chinese page. */
  readonly listed?: readonly [english: string, chinese: string];
}

export function certain(quote: string, ...tests: string[]): Fact {
  return { quote, mark: "certain", tests };
}

export function likely(quote: string, listed: Fact["listed"] & object, ...tests: string[]): Fact {
  return { quote, mark: "likely", tests, listed };
}

export function notImitated(quote: string, listed: Fact["listed"] & object): Fact {
  return { quote, mark: "not imitated", tests: [], listed };
}

const TESTS = new URL("../../../", import.meta.url);
const PAGES = new URL("../docs/", TESTS);

/** Titles of tests that are not skipped, and names of the rows of their tables. */
const TITLE = /(?:\b(?:test|it)\(|\)\(|\[)\s*"([^"\\\n]*)"/g;

/** Adds a test for each fact: the tests it names exist, and what is likely or not imitated is listed as such. */
export function checkFacts(facts: readonly Fact[]): void {
  const titles = new Map<string, ReadonlySet<string>>();

  function titlesOf(file: string): ReadonlySet<string> {
    const known = titles.get(file);
    if (known !== undefined) return known;
    const path = file.includes("/") ? file : `scripts/local-onenet/${file}`;
    const text = readFileSync(new URL(`${path}.test.ts`, TESTS), "utf8");
    const found = new Set([...text.matchAll(TITLE)].map(([, title = ""]) => title));
    titles.set(file, found);
    return found;
  }

  const rows = facts.map((fact) => [`${fact.mark}: ${fact.quote}`, fact] as const);
  test.each(rows)("%s", (_name, { mark, tests, listed }) => {
    expect(tests.length === 0).toBe(mark === "not imitated");
    for (const name of tests) {
      const [file = "", ...title] = name.split(": ");
      expect([...titlesOf(file)]).toContain(title.join(": "));
    }
    if (mark === "certain") return;
    const [english = "", chinese = ""] = listed ?? [];
    for (const [page, row] of [
      ["local-onenet.md", english],
      ["zh-CN/local-onenet.md", chinese],
    ] as const) {
      expect(row).not.toBe("");
      const text = readFileSync(new URL(page, PAGES), "utf8");
      expect({ page, row, isListed: text.includes(row) }).toMatchObject({ isListed: true });
    }
  });

  test("no fact stands twice", () => {
    const quotes = facts.map(({ quote }) => quote);
    expect(new Set(quotes).size).toBe(quotes.length);
  });
}
