/** What is written about board files is true: their schema, and docs/boards.md. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import schema from "../../boards/board.schema.json" with { type: "json" };
import { BOARDS_DIRECTORY } from "../../scripts/lib/boards.ts";
import { CHIPS, listPins } from "../../scripts/lib/chips.ts";
import { boardFolder, refusal } from "./board-folder.ts";

describe("the schema", () => {
  test("describes every field", () => {
    const bare: string[] = [];
    const visit = (part: unknown, path: string): void => {
      if (typeof part !== "object" || part === null || "$ref" in part) return;
      const { properties = {}, description } = part as {
        properties?: Record<string, unknown>;
        description?: string;
      };
      if (/properties\/[^/]+$/.test(path) && description === undefined) bare.push(path);
      for (const [name, property] of Object.entries(properties))
        visit(property, `${path}/properties/${name}`);
    };
    visit(schema, "");
    for (const [name, part] of Object.entries(schema.definitions)) if (name !== "complete") visit(part, name);
    expect(bare).toEqual([]);
  });
});

describe("docs/boards.md", () => {
  const text = readFileSync(new URL("../../docs/boards.md", import.meta.url), "utf8");
  const blocks = [...text.matchAll(/^ *```(json|text)\n([^`]*)^ *```$/gm)].map(([, language, body = ""]) => ({
    language,
    body,
  }));

  test("has a row for each field, with its default and its range", () => {
    const wrong: string[] = [];
    const visit = (part: object, path: string): void => {
      const { properties = {}, items } = part as { properties?: Record<string, object>; items?: object };
      for (const [name, property] of Object.entries(properties)) {
        const field = `${path}${name}`;
        const row = text.split("\n").find((line) => line.startsWith(`| \`${field}\` `)) ?? "";
        const { default: standard, minimum, maximum, enum: choices = [] } = property as JsonField;
        const facts = [
          ...(standard === undefined || field === "reconnect" ? [] : [`\`${JSON.stringify(standard)}\``]),
        ];
        if (maximum !== undefined && !/\bpin$/.test(name)) facts.push(`${String(minimum)}–${maximum}`);
        facts.push(...choices.map((choice) => `\`${choice}\``));
        if (row === "" && !["wifi", "onenet", "reconnect", "pins", "kind"].includes(name)) wrong.push(field);
        wrong.push(
          ...facts.filter((fact) => row !== "" && !row.includes(fact)).map((fact) => `${field}: ${fact}`),
        );
        visit(property, `${field}.`);
      }
      if (items !== undefined) visit(items, path.replace(/\.$/, "[]."));
    };
    const { stream, gpioLed, ws2812Led, pwmLed, led } = schema.definitions;
    visit(schema, "");
    visit(stream, "streams[].");
    for (const part of [led, gpioLed, ws2812Led]) visit(part, "led.");
    visit(pwmLed, "led.");
    expect(wrong).toEqual([]);
  });

  test("has the pins of each chip", () => {
    for (const { title, outputs, analog } of Object.values(CHIPS)) {
      const row =
        text
          .split("\n")
          .find((line) => line.startsWith(`| ${title} `))
          ?.split(/ *\| */) ?? [];
      expect(row.slice(1, 4)).toEqual([title, listPins(outputs), listPins(analog) || "none"]);
    }
  });

  test("shows a board that loads, and the mistakes of one that does not", () => {
    const base = readFileSync(join(BOARDS_DIRECTORY, "esp32-devkit.json"), "utf8");
    const [first, last] = [blocks[0], blocks.filter(({ language }) => language === "json").at(-1)];
    const report = blocks
      .find(({ language }) => language === "text")
      ?.body.trimEnd()
      .split("\n");
    const load = (file = ""): string[] =>
      refusal("kitchen", boardFolder({ "esp32-devkit.json": base, "kitchen.local.json": file }));
    expect(load(first?.body)).toEqual([]);
    expect(load(last?.body)).toEqual(report);
  });
});

interface JsonField {
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly (string | number)[];
}
