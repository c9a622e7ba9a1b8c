/**
 * The documentation of board files is correct: their schema, docs/boards.md in both languages, the examples on all
 * pages.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import schema from "../../../boards/board.schema.json" with { type: "json" };
import { BOARDS_DIRECTORY } from "../../../scripts/boards/index.ts";
import { CHIPS, listPins } from "../../../scripts/boards/chips.ts";
import { boardFolder, refusal, report } from "./board-folder.ts";

describe("the schema", () => {
  test("describes every field", () => {
    const bare: string[] = [];
    const visit = (part: unknown, path: string): void => {
      if (typeof part !== "object" || part === null) return;
      const { properties = {}, description } = whole(part);
      if (/properties\/[^/]+$/.test(path) && description === undefined) bare.push(path);
      for (const [name, property] of Object.entries(properties))
        visit(property, `${path}/properties/${name}`);
    };
    visit(schema, "");
    for (const [name, part] of Object.entries(schema.definitions)) if (name !== "complete") visit(part, name);
    expect(bare).toEqual([]);
  });
});

const ENGLISH = {
  page: "docs/boards.md",
  rules: "docs/rules.md",
  suiteAndStudio: "#### `suite` and `studio`",
  memory: "## Memory",
  pins: "## Pins",
  none: "none",
  atMost: (most: number) => `${most} at most`,
  and: " and ",
  pinsOf: (chip: string, pins: string) => `- GPIO${pins} of the ${chip} `,
};

const CHINESE: typeof ENGLISH = {
  page: "docs/zh-CN/boards.md",
  rules: "docs/zh-CN/rules.md",
  suiteAndStudio: "#### `suite` 和 `studio`",
  memory: "## 内存",
  pins: "## 引脚",
  none: "无",
  atMost: (most) => `最多 ${most}`,
  and: " 和 ",
  pinsOf: (chip, pins) => `- ${chip} 的 GPIO${pins} `,
};

describe.each([ENGLISH, CHINESE])("$page", (words) => {
  const text = readFileSync(words.page, "utf8");
  const blocks = blocksOf(words.page);

  test("has a row for each field, with its default and range", () => {
    const wrong: string[] = [];
    const visit = (part: JsonField, path: string, from: string): void => {
      const { properties = {}, items } = whole(part);
      for (const [name, property] of Object.entries(properties)) {
        const field = `${path}${name}`;
        const row = from.split("\n").find((line) => line.startsWith(`| \`${field}\` `)) ?? "";
        const { default: standard, minimum, maximum, enum: choices = [] } = whole(property);
        const facts = [
          ...(standard === undefined || field === "reconnect" || field === "reboot"
            ? []
            : [`\`${JSON.stringify(standard)}\``]),
        ];
        if (maximum !== undefined && !/^(pin|red|green|blue)$/.test(name))
          facts.push(`${String(minimum)}–${maximum}`);
        facts.push(...choices.map((choice) => `\`${choice}\``));
        if (row === "" && !["wifi", "reconnect", "reboot", "console", "pins", "kind"].includes(name))
          wrong.push(field);
        wrong.push(
          ...facts.filter((fact) => row !== "" && !row.includes(fact)).map((fact) => `${field}: ${fact}`),
        );
        visit(whole(property), `${field}.`, from);
      }
      if (items !== undefined) visit(items, path.replace(/\.$/, "[]."), from);
    };
    const { stream, rule, gpioLed, ws2812Led, pwmLed, led, onenet } = schema.definitions;
    const { properties } = schema.properties.wifi; // those of a list are the same
    visit(
      { properties: { ...schema.properties, wifi: { properties }, onenet: {}, mqtt: {}, rules: {} } },
      "",
      text,
    );
    visit(rule, "", readFileSync(words.rules, "utf8"));
    visit(stream, "streams[].", text);
    for (const part of [led, gpioLed, ws2812Led, pwmLed]) visit(part, "led.", text);
    const general = section("### `onenet`");
    visit({ properties: onenet.properties }, "onenet.", general);
    const { multiprotocol, suite, studio, mqtt } = schema.definitions;
    visit(multiprotocol, "onenet.", section("#### `multiprotocol`") + general);
    for (const part of [suite, ...branches(suite), studio, ...branches(studio)])
      visit(part, "onenet.", section(words.suiteAndStudio) + general);
    for (const part of [mqtt, ...branches(mqtt)]) visit(part, "mqtt.", section("### `mqtt`"));
    expect(wrong).toEqual([]);
  });

  /** From a heading to the next one. */
  function section(heading: string): string {
    const [, after = ""] = text.split(`\n${heading}\n`);
    return after.split(/^#/m)[0] ?? "";
  }

  test("lists the pins of each chip", () => {
    for (const { title, outputs, analog } of Object.values(CHIPS)) {
      const row =
        section(words.pins)
          .split("\n")
          .find((line) => line.startsWith(`| ${title} `))
          ?.split(/ *\| */) ?? [];
      expect(row.slice(1, 4)).toEqual([title, listPins(outputs), listPins(analog) || words.none]);
    }
  });

  test("lists the memory of each chip", () => {
    const rows = section(words.memory)
      .split("\n")
      .map((line) => line.split(/ *\| */).slice(1, 4));
    for (const { title, variables, charactersPerVariable } of Object.values(CHIPS)) {
      const { least, most } = variables;
      const range = least === undefined ? words.atMost(most) : `${least}–${most}`;
      expect(rows).toContainEqual([title, range, String(charactersPerVariable)]);
    }
  });

  test("lists the pins that do not work for some kind of LED", () => {
    const pinsText = section(words.pins);
    for (const { title, unfit } of Object.values(CHIPS))
      for (const { pins } of Object.values(unfit)) {
        const numbers = pins.length > 2 ? listPins(pins) : pins.join(words.and);
        expect(pinsText).toContain(words.pinsOf(title, numbers));
      }
  });

  test("shows valid boards, and the mistakes of an invalid one", () => {
    const base = readFileSync(join(BOARDS_DIRECTORY, "esp32-devkit.json"), "utf8");
    const [first, last] = [blocks[0], blocks.filter(({ language }) => language === "json").at(-1)];
    const printed = blocks
      .find(({ language }) => language === "text")
      ?.body.trimEnd()
      .split("\n");
    const load = (file = "") =>
      report("kitchen", boardFolder({ "esp32-devkit.json": base, "kitchen.local.json": file }));
    expect(load(first?.body)).toEqual([]);
    expect(load(last?.body)).toEqual(printed);
    const parts = blocks.filter(({ body }) => body.startsWith('{ "'));
    expect(parts.length).toBeGreaterThan(4);
    for (const { body } of parts) expect(load(extended(body))).toEqual([]);
  });
});

describe("the other pages", () => {
  const docs = readdirSync("docs", { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".md"),
  );
  const pages = ["README.md", "README.zh-CN.md", ...docs.map((file) => `docs/${file}`)];
  const examples = pages
    .filter((page) => page !== ENGLISH.page && page !== CHINESE.page)
    .flatMap((page) => blocksOf(page).map((block) => ({ page, ...block })))
    // The local OneNET's registry is the only other JSON.
    .filter(({ language, body }) => language === "json" && !body.includes('"products"'));
  const shipped = Object.fromEntries(
    readdirSync(BOARDS_DIRECTORY)
      .filter((file) => /^[a-z0-9-]+\.(json|ts)$/.test(file))
      .map((file) => [file, readFileSync(join(BOARDS_DIRECTORY, file), "utf8")]),
  );

  test("show boards", () => {
    const names = [
      "getting-started",
      "onenet-multiprotocol",
      "onenet-suite",
      "onenet-studio",
      "plain-broker",
    ];
    const expected = names.flatMap((name) => [`docs/${name}.md`, `docs/zh-CN/${name}.md`]);
    expect(examples.map(({ page }) => page)).toEqual(expect.arrayContaining(expected));
  });

  test.each(examples)("$page shows a valid board: $body", ({ page, body }) => {
    // Own parts need the code that stands below.
    const code = blocksOf(page).find((block) => block.language === "ts" && block.body.includes("parts: {"));
    const own = body.includes('"own"') ? { "kitchen.ts": code?.body } : {};
    const files = { ...shipped, ...own, "kitchen.local.json": extended(body) };
    expect(refusal("kitchen", boardFolder(files))).toEqual([]);
  });
});

test.each(["docs/own-code.md", "docs/zh-CN/own-code.md"])("%s shows the button's code unchanged", (page) => {
  const [code] = blocksOf(page).filter(({ language }) => language === "ts");
  expect(code?.body).not.toBe("");
  expect(readFileSync("boards/esp32-devkit-button.ts", "utf8")).toContain(code?.body);
});

function blocksOf(page: string): { readonly language: string; readonly body: string }[] {
  const blocks = readFileSync(page, "utf8").matchAll(/^ *```(json|text|ts)\n(.*?)^ *```$/gms);
  return [...blocks].map(([, language = "", body = ""]) => ({ language, body }));
}

/** A complete board file unchanged; a partial one as a change to a shipped board. */
function extended(body: string): string {
  return body.includes('"$schema"') ? body : body.replace("{", '{ "extends": "esp32-devkit",');
}

interface JsonField {
  readonly $ref?: string;
  readonly allOf?: readonly JsonField[];
  readonly properties?: Readonly<Record<string, JsonField | boolean>>;
  readonly items?: JsonField;
  readonly then?: JsonField;
  readonly else?: JsonField;
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly (string | number)[];
}

/** A part of the schema with its references resolved. */
function whole(part: JsonField | boolean): Omit<JsonField, "properties"> & {
  readonly properties?: Readonly<Record<string, JsonField>>;
} {
  if (typeof part === "boolean") return {};
  const own = [part, ...(part.allOf ?? [])].flatMap(({ $ref }) => ($ref === undefined ? [] : referred($ref)));
  return Object.assign({}, ...own, part) as JsonField & { properties?: Record<string, JsonField> };
}

/** Resolves a reference such as `#/definitions/pin`. */
function referred($ref: string): JsonField {
  const path = $ref.split("/").slice(1);
  return path.reduce<object>((part, key) => (part as Record<string, object>)[key] ?? {}, schema);
}

/** Values with and without TLS. */
function branches(part: JsonField): JsonField[] {
  return [part, ...(part.allOf ?? [])].flatMap(({ then: yes, else: no }) => [yes ?? {}, no ?? {}]);
}
