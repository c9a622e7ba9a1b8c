import { expect, it } from "vitest";
import { RULES } from "../../../scripts/local-onenet/events.ts";
import { en } from "../../../scripts/web-console/page/words/en.ts";
import { zh } from "../../../scripts/web-console/page/words/zh.ts";

it("has advice for every rule of the platform, in both languages", () => {
  for (const { rules } of [en, zh])
    expect(Object.keys(rules).toSorted()).toEqual(Object.keys(RULES).toSorted());
});

it("has every entry in both languages, of the same kind", () => {
  const entries = (table: object, path = ""): string[] =>
    Object.entries(table).flatMap(([key, entry]: [string, unknown]) =>
      typeof entry === "object" && entry !== null
        ? entries(entry, `${path}${key}.`)
        : `${path}${key}: ${typeof entry}`,
    );
  expect(entries(en).length).toBeGreaterThan(200);
  expect(entries(zh).toSorted()).toEqual(entries(en).toSorted());
});

it("translates every text into Chinese", () => {
  const texts = (table: object): string[] =>
    Object.values(table).flatMap((entry: unknown) =>
      typeof entry === "string" ? [entry] : typeof entry === "object" && entry !== null ? texts(entry) : [],
    );
  const english = new Set(texts(en));
  expect(texts(zh).filter((text) => text !== "" && english.has(text))).toEqual([]);
});
