/** The building blocks of hostile input: malicious texts, numbers and nesting, and ways to corrupt valid input. */

import type { Random } from "./random.ts";

/** Approximate maximum size of an input, in bytes: slightly more than the servers accept. */
const LONGEST = 70_000;

/** A size: usually small, sometimes at the limit or above. */
export function size(random: Random): number {
  if (random.chance(0.85)) return random.int(40);
  return random.chance(0.8) ? random.int(1500) : random.int(LONGEST);
}

const NAMES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "length",
  "then",
  "",
] as const;
const SCRAPS = [
  "\\",
  '"',
  '\\"',
  "\\u0000",
  "\\ud800",
  "温",
  "😀",
  "é",
  "\u2028",
  "\ufffd",
  "%",
  "<b>",
  "\u001b[2J",
] as const;
const RAW = ["\r\n", "\0", "\n", "\u007f", "\u0001", " ", "/", "+", "#", "&", "=", ":", ",", ";"] as const;

/** A name, or the content of a quoted string that is not always valid JSON. */
export function text(random: Random): string {
  if (random.chance(0.4)) return random.pick(NAMES);
  const scrap = random.chance(0.7) ? random.pick(SCRAPS) : random.chance(0.5) ? random.pick(RAW) : "x";
  return scrap.repeat(Math.ceil(size(random) / scrap.length));
}

const NUMBERS = [
  ...[
    "0",
    "-0",
    "1",
    "-1",
    "1e999",
    "-1e999",
    "1e-999999999",
    "1e2147483647",
    "-1E-2147483648",
    "0.1",
    "1e308",
    "5e-324",
  ],
  ...[
    "9007199254740993",
    "2147483648",
    "-2147483649",
    "4294967296",
    "253402272000000",
    "01",
    "1.",
    ".5",
    "0x10",
    "NaN",
  ],
] as const;

export function number(random: Random): string {
  if (random.chance(0.9)) return random.pick(NUMBERS);
  const digits = "9".repeat(1 + size(random));
  return random.pick([digits, `0.${digits}`, `1e${digits}`, `-${digits}e-${digits}`]);
}

/** Nested objects and arrays, some left open. */
export function nest(random: Random): string {
  const [open, close] = random.pick<readonly [string, string]>([
    ["[", "]"],
    ['{"a":', "}"],
    ["[{},", "]"],
    ['{"__proto__":', "}"],
  ]);
  const depth = 1 + Math.floor(size(random) / (open.length + close.length));
  return (
    open.repeat(depth) +
    (random.chance(0.5) ? "1" : "") +
    close.repeat(random.chance(0.7) ? depth : random.int(depth))
  );
}

/** Any JSON value, or something that is not one. */
export function value(random: Random): string {
  const kind = random.int(10);
  if (kind < 3) return number(random);
  if (kind < 6) return `"${text(random)}"`;
  if (kind < 8) return random.pick(["true", "false", "null", "{}", "[]", '""', "undefined", "{", "]", ""]);
  if (kind < 9) return nest(random);
  return many(random);
}

/** As many short entries as fit. */
function many(random: Random): string {
  const [entry, open, close] = random.pick<readonly [string, string, string]>([
    ["1,", "[", "1]"],
    ["{},", "[", "{}]"],
    ['{"v":1},', "[", '{"v":1}]'],
    ['{"value":1},', "[", '{"value":1}]'],
    ['"a":1,', "{", '"a":1}'],
  ]);
  return open + entry.repeat(Math.ceil(size(random) / entry.length)) + close;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/g;

/** Corrupts a JSON text: replaces, duplicates, swaps or drops parts. */
export function spoilJson(random: Random, json: string): string {
  const tokens: string[] = json.match(TOKEN) ?? [];
  for (let count = random.int(4); count > 0; count--) {
    const at = random.int(tokens.length);
    const isPunctuation = /^[{}[\],:]$/.test(tokens[at] ?? "");
    const kind = random.int(10);
    if (kind < 6 && !isPunctuation)
      tokens[at] = tokens[at + 1] === ":" && random.chance(0.7) ? `"${text(random)}"` : value(random);
    else if (kind < 7) tokens.splice(at, 1);
    else if (kind < 8) tokens.splice(at, 0, ...tokens.slice(at, at + 1 + random.int(6)));
    else if (kind < 9) tokens.splice(at, 0, value(random), ",");
    else tokens[at] = tokens[random.int(tokens.length)] ?? "";
  }
  return tokens.join("");
}

/** Bytes that are not text, end a line, or announce that more follows. */
const BYTES = [
  ...["00", "ff", "c080", "eda080", "f4908080", "e6b8", "80", "0d0a", "0d0a0d0a", "22", "5c"],
  ...["efbfbd", "7fff", "ffffff7f"],
] as const;

/** Corrupts bytes: truncates them, flips bits, inserts bytes, drops, duplicates or repeats parts. */
export function spoil(random: Random, bytes: Buffer): Buffer {
  let spoilt = bytes;
  for (let count = random.int(3); count > 0 && spoilt.length > 0; count--) {
    const at = random.int(spoilt.length);
    const [before, after] = [spoilt.subarray(0, at), spoilt.subarray(at)];
    const kind = random.int(7);
    if (kind === 0) spoilt = Buffer.from(before);
    else if (kind === 1) spoilt = Buffer.concat([before, after.subarray(1 + random.int(8))]);
    else if (kind === 2) spoilt = Buffer.concat([before, Buffer.from(random.pick(BYTES), "hex"), after]);
    else if (kind === 3) spoilt = Buffer.concat([before, after.subarray(0, 1 + random.int(12)), after]);
    else if (kind === 4) {
      const part = after.subarray(0, 1 + random.int(12));
      const times = Math.ceil(size(random) / part.length);
      spoilt = Buffer.concat([before, ...Array.from({ length: times }, () => part), after]);
    } else {
      spoilt = Buffer.from(spoilt);
      const turned = (spoilt[at] ?? 0) ^ (kind === 5 ? 1 << random.int(8) : random.int(256));
      spoilt[at] = turned;
    }
  }
  return spoilt.subarray(0, 2 * LONGEST);
}
