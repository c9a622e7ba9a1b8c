/** The doctor's findings, as a table for a terminal and as a file to attach to an issue. */

import { out } from "../../cli/terminal.ts";
import type { Row, State } from "./finding.ts";
import type { Examination } from "./index.ts";
import type { Redact } from "./text.ts";
import { padEnd, widthOf } from "../../cli/columns.ts";
import { pageOf, t } from "../../cli/language.ts";

type Paint = (text: string) => string;

const COLOUR: Readonly<Record<State | "as expected" | "differs", Paint>> = {
  ok: out.green,
  warning: out.yellow,
  wrong: out.red,
  skipped: out.dim,
  "as expected": out.green,
  differs: out.yellow,
};

/** The name of a state for the user. */
const NAME: Readonly<Record<State | "as expected" | "differs", string>> = {
  ok: t`ok`,
  warning: t`warning`,
  wrong: t`wrong`,
  skipped: t`skipped`,
  "as expected": t`as expected`,
  differs: t`differs`,
};

/** An examination without secrets. */
export function redacted({ rows, facts }: Examination, redact: Redact): Examination {
  return {
    rows: rows.map(({ remedy, ...row }) => ({
      ...row,
      found: redact(row.found),
      ...(remedy === undefined ? {} : { remedy: redact(remedy) }),
    })),
    facts: facts.map((fact) => ({ ...fact, expected: redact(fact.expected), seen: redact(fact.seen) })),
  };
}

/** Lines for a terminal: checks skipped for one and the same reason have one line. */
export function tableOf({ rows: all, facts }: Examination): string[] {
  const rows = all.flatMap((row, index): Row[] => {
    if (row.state !== "skipped" || row.remedy !== undefined) return [row];
    const isSame = (other: Row | undefined) => other?.state === "skipped" && other.found === row.found;
    if (isSame(all[index - 1]) && all[index - 1]?.remedy === undefined) return [];
    const end = all.findIndex((other, place) => place > index && !isSame(other));
    const more = (end < 0 ? all.length : end) - index - 1;
    return more === 0 ? [row] : [{ ...row, check: t`${row.check} and ${more} more` }];
  });
  const states = Math.max(...[...rows, ...facts].map(({ state }) => widthOf(NAME[state])));
  const names = Math.max(
    ...rows.map(({ check }) => widthOf(check)),
    ...facts.map(({ what }) => widthOf(what) + 5),
  );
  const line = (state: keyof typeof COLOUR, name: string, text: string) => {
    const [first = "", ...rest] = text.split("\n");
    const indent = " ".repeat(states + names + 4);
    return [
      `${COLOUR[state](padEnd(NAME[state], states))}  ${padEnd(name, names)}  ${first}`,
      ...rest.map((each) => `${indent}${each}`),
    ];
  };
  return [
    ...rows.flatMap(({ state, check, found, remedy }) =>
      line(state, check, remedy === undefined ? found : `${found}\n→ ${remedy}`),
    ),
    ...(facts.length > 0 ? ["", out.bold(t`docs/chip.md, expected / seen`)] : []),
    ...facts.flatMap(({ state, fact, what, expected, seen }) =>
      line(state, `${fact.padEnd(4)} ${what}`, `${expected} / ${seen}`),
    ),
  ];
}

/** The heading of a report. */
export interface Heading {
  readonly board: string;
  readonly port: string | undefined;
  /** `2026-01-31`. */
  readonly date: string;
  readonly node: string;
  readonly system: string;
}

/** A page of Markdown. */
export function markdownOf(heading: Heading, { rows, facts }: Examination): string {
  const { board, port, date, node, system } = heading;
  const transport =
    port === undefined ? t`no port` : port.startsWith("tcp://") ? t`over TCP` : t`over a serial port`;
  return [
    t`# Doctor: ${cell(board)}, ${date}`,
    "",
    t`Node ${node} on ${system}, ${transport}. This report contains no secrets: network names are hashed, chip addresses shortened.`,
    "",
    t`| state | check | found | what to do |`,
    "| --- | --- | --- | --- |",
    ...rows.map(
      ({ state, check, found, remedy = "" }) =>
        `| ${[NAME[state], check, found, remedy].map(cell).join(" | ")} |`,
    ),
    "",
    `## ${pageOf("docs/chip.md")}`,
    "",
    ...(facts.length === 0
      ? [t`Not checked: the board did not answer.`]
      : [
          t`| state | fact | what | expected | seen |`,
          "| --- | --- | --- | --- | --- |",
          ...facts.map(
            ({ state, fact, title, what, expected, seen }) =>
              `| ${[NAME[state], `${fact} ${title}`, what, expected, seen].map(cell).join(" | ")} |`,
          ),
        ]),
    "",
  ].join("\n");
}

/** Escapes text for Markdown and the HTML in it. */
function cell(text: string): string {
  return text
    .replaceAll("\n", "; ")
    .replace(/[\\`*_|<>[\]#~]/g, (sign) => `\\${sign}`)
    .replaceAll("&", "&amp;");
}
