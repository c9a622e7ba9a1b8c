/** Reads the firmware's lines from a troubleshooting page, and finds the one that matches a printed line. */

import { readFileSync } from "node:fs";

export interface Page {
  /** Lines that require action: the page's headings. `<…>` stands for anything, `<n>` for a number. */
  readonly entries: readonly string[];
  /** Lines that need no action: rows of its table. */
  readonly calm: readonly string[];
  /** The example of a good boot. */
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

/** The page's line that matches a printed line; of several, the one with the most literal words. */
export function explain({ entries, calm }: Page, printed: string): string | undefined {
  const weight = (line: string) => line.replace(/<[^>]+>/g, "").length;
  return [...entries, ...calm]
    .filter((line) => patternOf(line).test(printed))
    .toSorted((one, other) => weight(other) - weight(one))[0];
}

/** The console output among a rig's lines. */
export function consoleOf(lines: readonly string[]): string[] {
  return lines
    .map((line) => line.slice(line.indexOf(" ") + 1))
    .filter((line) => !/^(@|PIN |PWM |PIXELS |REBOOT$)/.test(line));
}

const patterns = new Map<string, RegExp>();

function patternOf(line: string): RegExp {
  const pattern = patterns.get(line) ?? newPatternOf(line);
  patterns.set(line, pattern);
  return pattern;
}

function newPatternOf(line: string): RegExp {
  const parts = line.split(/(<[^>]+>)/).map((part) => {
    if (part === "<n>") return "\\d+";
    return part.startsWith("<") ? ".+" : part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}
