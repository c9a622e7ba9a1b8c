/** docs/parts.md describes every kind of part, in both languages: with an example, and a picture of its wiring. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import schema from "../../boards/board.schema.json" with { type: "json" };
import { discoveryOf } from "../../scripts/boards/home-assistant.ts";
import {
  commandsOf,
  PART_KINDS,
  pinsOf,
  valuesOf,
  type Part,
  type PartValue,
} from "../../scripts/boards/parts.ts";
import { equipped } from "../support/equipped.ts";

interface Words {
  readonly page: string;
  /** Names of the items that each kind has, in order. */
  readonly items: readonly string[];
  readonly canBeSet: string;
  /** What Home Assistant's platforms are called. */
  readonly platforms: Readonly<Record<string, string>>;
}

const ENGLISH: Words = {
  page: "docs/parts.md",
  items: ["Wiring", "Fields", "Commands", "Property", "Home Assistant"],
  canBeSet: "It can be set.",
  platforms: {
    light: "a light",
    switch: "a switch",
    number: "a number",
    text: "a text",
    sensor: "a sensor",
    button: "a button",
    binary_sensor: "a binary sensor",
  },
};

const CHINESE: Words = {
  page: "docs/zh-CN/parts.md",
  items: ["接线", "字段", "命令", "属性", "Home Assistant"],
  canBeSet: "可以设置。",
  platforms: {
    light: "灯",
    switch: "开关",
    number: "数值",
    text: "文本",
    sensor: "传感器",
    button: "按钮",
    binary_sensor: "二元传感器",
  },
};

/** Types of the thing model. */
const TYPES = {
  bool: "bool",
  int: "int32",
  float: "float",
  colour: "string",
  text: "string",
} satisfies Record<PartValue["type"], string>;

describe.each([ENGLISH, CHINESE])("$page", ({ page, items, canBeSet, platforms }) => {
  const sections = readFileSync(page, "utf8")
    .split(/^### (?=`)/m)
    .slice(1)
    .map((text) => ({ heading: text.split("\n")[0] ?? "", text: text.split(/^## /m)[0] ?? "" }));

  it("has a section for each kind but those of own code, which have a page", () => {
    const described = sections.flatMap(({ heading }) => codeOf(heading));
    expect(described).toEqual(PART_KINDS.filter((kind) => described.includes(kind)));
    expect([...described, "own"].sort()).toEqual([...PART_KINDS].sort());
  });

  describe.each(sections)("$heading", ({ heading, text }) => {
    const kinds = codeOf(heading);
    const { parts, entities } = exampleOf(text);
    const [, fields = "", commands = "", property = "", entity = ""] = itemsOf(text, items);

    it("has an example of one of its kinds, and each item", () => {
      expect(parts.length).toBeGreaterThan(0);
      for (const { kind } of parts) expect(kinds).toContain(kind);
      expect(itemsOf(text, items)).not.toContain("");
    });

    it("has a picture of its wiring, with the pins of the example", () => {
      const pictures = [...text.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, file = ""]) =>
        readFileSync(join(dirname(page), file), "utf8"),
      );
      const wired = parts
        .map((part) => pinsOf(part).map(({ pin }) => `GPIO${pin}`))
        .filter(({ length }) => length > 0);
      expect(pictures).toHaveLength(wired.length);
      pictures.forEach((picture, index) => {
        const drawn = [...picture.matchAll(/>(GPIO\d+)</g)].map(([, name = ""]) => name);
        expect(drawn.sort()).toEqual(wired[index]?.sort());
        expect(picture).toMatch(/<title>[^<]+<\/title>/);
      });
    });

    it("names each field", () => {
      const names = kinds.flatMap(fieldsOf).filter((name) => name !== "kind" && name !== "report");
      const said = codeOf(fields).flatMap((code) => code.match(/\w+/g) ?? []);
      expect(names.filter((name) => !said.includes(name))).toEqual([]);
    });

    it("names each command", () => {
      const said = codeOf(commands);
      for (const part of parts) {
        const { words, number, isColour } = commandsOf(part);
        const isNamed = (word: string) => said.includes(word) || said.includes(`${part.name} ${word}`);
        expect(words.filter((word) => !isNamed(word))).toEqual([]);
        if (number) expect(commands).toContain(`${number.least}–${number.most}`);
        if (isColour) expect(said.join()).toMatch(/#[0-9a-f]{6}/);
      }
    });

    it("names each property, its type, and whether it can be set", () => {
      for (const { id, type, isWritable } of parts.flatMap(valuesOf)) {
        expect(codeOf(property)).toContain(id);
        expect(property).toContain(TYPES[type]);
        expect(property.includes(canBeSet)).toBe(isWritable);
      }
    });

    it("names each entity of Home Assistant", () => {
      expect(entities.size).toBeGreaterThan(0);
      for (const platform of entities) expect(entity).toContain(platforms[platform]);
    });
  });
});

function codeOf(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

/** The items of a section's list, by their names; empty without one. */
function itemsOf(text: string, names: readonly string[]): string[] {
  const list = text.split(/^- /m).slice(1);
  return names.map((name, index) => {
    const [, item = ""] = new RegExp(`^${name}(?:: |：)([^]*?)(?:\n\n|$)`).exec(list[index] ?? "") ?? [];
    return item.replaceAll(/\s+/g, " ");
  });
}

/** The parts of a section's examples, on one board, and the platforms of their entities. */
function exampleOf(text: string): {
  readonly parts: readonly Part[];
  readonly entities: ReadonlySet<string>;
} {
  const blocks = [...text.matchAll(/^```json\n([^]*?)^```$/gm)].map(
    ([, body = ""]) => (JSON.parse(body) as { readonly parts: object }).parts,
  );
  // With an LED for the commands of the button, whose pin no example uses.
  const board = equipped("plain", {
    led: { kind: "gpio", pin: 2 },
    parts: Object.assign({}, ...blocks) as object,
    words: {},
    streams: [],
  });
  const { cmps } = JSON.parse(discoveryOf(board)?.payload ?? "{}") as {
    readonly cmps: Record<string, { p: string }>;
  };
  const platforms = Object.entries(cmps).flatMap(([name, { p }]) => (name === "led" ? [] : [p]));
  return { parts: (board.parts ?? []).filter(({ name }) => name !== "led"), entities: new Set(platforms) };
}

/** The fields of a kind in the schema. */
function fieldsOf(kind: string): string[] {
  const names = new Set<string>();
  const visit = (part: unknown, isRight = true): void => {
    if (typeof part !== "object" || part === null || !isRight) return;
    const { $ref, properties = {}, ...more } = part as SchemaPart;
    if ($ref?.startsWith("#/definitions/part")) visit(schema.definitions[$ref.slice(14) as "part"]);
    for (const name of Object.keys(properties)) names.add(name);
    for (const branch of more.allOf ?? []) {
      const { const: only, enum: some } = branch.if?.properties?.kind ?? {};
      const isOfKind = only === kind || some?.includes(kind) === true;
      visit(branch.then, isOfKind || branch.if?.properties?.kind === undefined);
    }
    visit(more.else);
  };
  visit(schema.definitions.part);
  return [...names];
}

interface SchemaPart {
  readonly $ref?: string;
  readonly properties?: object;
  readonly allOf?: readonly {
    readonly if?: {
      readonly properties?: {
        readonly kind?: { readonly const?: string; readonly enum?: readonly string[] };
      };
    };
    readonly then?: unknown;
  }[];
  readonly else?: unknown;
}
