/** Compares the diagrams in docs/states.md with the tables at the top of the sources, and both with the code. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

interface Transition {
  readonly from: string;
  readonly input: string;
  readonly to: string;
}

interface Diagram {
  readonly source: string;
  readonly initial: string;
  readonly transitions: readonly Transition[];
}

const DIAGRAMS = diagramsOf(readFileSync("docs/states.md", "utf8"));

it("shows every state machine of the firmware", () => {
  expect(DIAGRAMS.map(({ source }) => source)).toEqual([
    "src/app/station.ts",
    "src/app/registration.ts",
    "src/app/connection.ts",
    "src/mqtt/session.ts",
  ]);
});

describe.each(DIAGRAMS)("$source", ({ source, initial, transitions }) => {
  const text = readFileSync(source, "utf8");
  const { enumeration, states } = statesOf(text);
  const table = tableOf(text);

  it("has the same states as the code", () => {
    const drawn = transitions.flatMap(({ from, to }) => [from, to]);
    expect([...new Set(drawn)].sort()).toEqual([...states].sort());
  });

  it("has the same transitions as the table", () => {
    const moves = table
      .flatMap((row) => (row.from === "any" ? states.map((from) => ({ ...row, from })) : [row]))
      .filter(({ from, to }) => from !== to);
    expect(sorted(transitions)).toEqual(sorted(moves));
  });

  it("starts in the code's initial state, and its table has the states the code sets", () => {
    const pattern = new RegExp(`\\b${enumeration.toLowerCase()} = ${enumeration}\\.(\\w+)`, "g");
    const [first, ...others] = [...text.matchAll(pattern)].map(([, state = ""]) => state);
    expect(first).toBe(initial);
    expect([...new Set(others)].sort()).toEqual([...new Set(table.map(({ to }) => to))].sort());
  });
});

function sorted(transitions: readonly Transition[]): string[] {
  return transitions.map(({ from, input, to }) => `${from} --> ${to}: ${input}`).sort();
}

/** A section of the page names its source and has one diagram. */
function diagramsOf(page: string): Diagram[] {
  return page
    .split("\n## ")
    .slice(1)
    .map((section) => {
      const [, source = ""] = /`(src\/[^`]+)`/.exec(section) ?? [];
      const [, initial = ""] = /\[\*\] --> (\w+)/.exec(section) ?? [];
      const edges = [...section.matchAll(/^ {2}(\w+) --> (\w+): (.+)$/gm)];
      return {
        source,
        initial,
        transitions: edges.map(([, from = "", to = "", input = ""]) => ({ from, input, to })),
      };
    });
}

/** The enumeration of the states, `Phase` or `State`. */
function statesOf(text: string): { enumeration: string; states: string[] } {
  const [, enumeration = "", members = ""] = /const enum (Phase|State) \{([^}]+)\}/.exec(text) ?? [];
  return { enumeration, states: members.match(/\w+/g) ?? [] };
}

/** The table in a source's first comment. An input may continue on the next line. */
function tableOf(text: string): Transition[] {
  const lines = text.slice(0, text.indexOf("*/")).split("\n");
  const start = lines.findIndex((line) =>
    /^ \* {5}(phase|state) +input +output +next (phase|state)$/.test(line),
  );
  const header = lines[start] ?? "";
  const [input, output, next] = ["input", "output", "next"].map((name) => header.indexOf(name));
  const rows: Transition[] = [];
  for (const line of lines.slice(start + 1)) {
    if (!line.startsWith(" *     ")) break;
    const from = line.slice(7, input).trim();
    const part = line.slice(input, output).trim();
    const last = rows.at(-1);
    if (from !== "") rows.push({ from, input: part, to: line.slice(next).trim() });
    else if (last && part !== "") rows.splice(-1, 1, { ...last, input: `${last.input} ${part}` });
  }
  return rows;
}
