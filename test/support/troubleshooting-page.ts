/** The lines of the firmware that a page of trouble-shooting tells of, and which of them a printed line is. */

import { readFileSync } from "node:fs";

export interface Page {
  /** Lines that ask something of a person: its headings. `<…>` stands for anything, `<n>` for a number. */
  readonly entries: readonly string[];
  /** Lines that ask nothing: rows of its table. */
  readonly calm: readonly string[];
  /** What it shows of a good boot. */
  readonly boot: readonly string[];
}

export function readPage(path: string): Page {
  const text = readFileSync(path, "utf8");
  const all = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, found = ""]) => found);
  return {
    entries: all(/^### `(.+)`$/gm),
    calm: all(/^\| `((?:Wi-Fi|OneNET|Command): [^`]+)`/gm),
    boot: all(/^```\n([^`]+)\n```$/gm)[0]?.split("\n") ?? [],
  };
}

/** The line of a page that a printed line is; of several the one with the most words of its own. */
export function explain({ entries, calm }: Page, printed: string): string | undefined {
  const weight = (line: string) => line.replace(/<[^>]+>/g, "").length;
  return [...entries, ...calm]
    .filter((line) => patternOf(line).test(printed))
    .toSorted((one, other) => weight(other) - weight(one))[0];
}

/** What the console showed, of the lines of a rig. */
export function consoleOf(lines: readonly string[]): string[] {
  return lines
    .map((line) => line.slice(line.indexOf(" ") + 1))
    .filter((line) => !/^(@|PIN |PWM |PIXELS |REBOOT$)/.test(line));
}

function patternOf(line: string): RegExp {
  const parts = line.split(/(<[^>]+>)/).map((part) => {
    if (part === "<n>") return "\\d+";
    return part.startsWith("<") ? ".+" : part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}
