/** Formats the results: as a table for the terminal, and as Markdown for docs/performance.md. */

import { isMet, PARTS, type Part, type Row, type Side } from "./rows.ts";
import { out } from "../cli/terminal.ts";

const TITLES: Record<Part, string> = {
  node: "Speed on Node",
  speed: "Speed on the chip's interpreter",
  boot: "From reset to online",
  variables: "Variables",
};

const HEAD = ["", "ours", "compared with", "ratio", "half of the rounds", "target", ""];

/** Columns with figures; the first column is the name, the last says whether the target is met. */
const isFigure = (column: number) => column > 0 && column < HEAD.length - 1;

export function formatTable(rows: readonly Row[]): string {
  const widths = widthsOf(rows);
  const line = (cells: readonly string[]) => padded(cells, widths).join("  ").trimEnd();
  return sections(rows, (title, part) => [
    out.bold(title),
    out.dim(line(HEAD)),
    ...part.map((row) => coloured(row, line(cellsOf(row)))),
  ]);
}

/** Formatted as `npm run format` does. */
export function formatMarkdown(rows: readonly Row[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return sections(rows, (title, part) => {
    const widths = widthsOf(part);
    const rule = widths.map((width, i) => (isFigure(i) ? `${"-".repeat(width - 1)}:` : "-".repeat(width)));
    return [
      `### ${title}\n`,
      line(padded(HEAD, widths)),
      line(rule),
      ...part.map((row) => line(padded(cellsOf(row), widths))),
    ];
  });
}

function widthsOf(rows: readonly Row[]): number[] {
  const lines = [HEAD, ...rows.map(cellsOf)];
  return HEAD.map((_, i) => Math.max(3, ...lines.map((cells) => (cells[i] ?? "").length)));
}

function padded(cells: readonly string[], widths: readonly number[]): string[] {
  return cells.map((cell, i) => (isFigure(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)));
}

/** @param format makes the lines of a part */
function sections(
  rows: readonly Row[],
  format: (title: string, part: readonly Row[]) => readonly string[],
): string {
  return PARTS.map((part) => ({ title: TITLES[part], found: rows.filter((row) => row.part === part) }))
    .filter(({ found }) => found.length > 0)
    .map(({ title, found }) => format(title, found).join("\n"))
    .join("\n\n");
}

function cellsOf(row: Row): string[] {
  const { what, unit, side, against, ratio, target } = row;
  const spread = ratio && ratio.low !== ratio.high ? `${factor(ratio.low)}–${factor(ratio.high)}` : "";
  return [
    what,
    (side.name === "ours" ? "" : `${side.name} `) + amount(side, unit),
    against ? `${against.name} ${amount(against, unit)}` : "",
    ratio ? factor(ratio.median) : "",
    spread,
    target === undefined ? "" : `≤ ${factor(target)}`,
    verdict(row),
  ];
}

function verdict(row: Row): string {
  const met = isMet(row);
  return met === undefined ? "" : met ? "met" : "not met";
}

function coloured(row: Row, text: string): string {
  const met = isMet(row);
  return met === undefined ? text : met ? out.green(text) : out.red(text);
}

function amount({ value }: Side, unit: Row["unit"]): string {
  const number = value < 10 ? value.toFixed(1) : value.toFixed(0);
  return unit === "variables" ? number : `${number} ${unit}`;
}

function factor(value: number): string {
  return value < 0.1 ? value.toFixed(3) : value.toFixed(2);
}
