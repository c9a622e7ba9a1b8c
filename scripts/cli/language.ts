/**
 * The language of what a command prints: English, which the code has in place, or Chinese, which zh-CN.json has for each
 * of its texts. See "A text" in CONTRIBUTING.md.
 */

import { existsSync, readFileSync } from "node:fs";
import type { Text } from "./text.ts";

export const LANGUAGES = ["en", "zh-CN"] as const;
export type Language = (typeof LANGUAGES)[number];

/**
 * The language of a command line. `--lang` goes first, then the environment in POSIX's order, then the system's own
 * setting. A program that reads JSON always gets English.
 * @param args after the name of the command
 * @param system a BCP 47 tag
 */
export function languageOf(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  system: string,
): Language {
  const end = args.indexOf("--");
  const options = end < 0 ? args : args.slice(0, end);
  if (options.includes("--json")) return "en";
  const index = options.findIndex((option) => /^--lang(=|$)/.test(option));
  const wanted =
    (options[index] === "--lang" ? options[index + 1] : options[index]?.slice("--lang=".length)) ||
    env["LC_ALL"] ||
    env["LC_MESSAGES"] ||
    env["LANG"] ||
    system;
  return /^zh/i.test(wanted) ? "zh-CN" : "en";
}

export const language: Language = languageOf(
  process.argv.slice(2),
  process.env,
  Intl.DateTimeFormat().resolvedOptions().locale,
);

/** The language that texts are made in: the page of the web console may have another than the command. */
let spoken: Language = language;

/** From now on, texts are made in another language. */
export function speak(to: Language): void {
  spoken = to;
}

/** Makes texts in a language. @param make must not wait for anything: others would speak it, too */
export function speaking<Made>(to: Language, make: () => Made): Made {
  const before = spoken;
  spoken = to;
  try {
    return make();
  } finally {
    spoken = before;
  }
}

export function inBoth(make: () => string): Text {
  const [en, zh] = [speaking("en", make), speaking("zh-CN", make)];
  return en === zh ? en : { en, zh };
}

let read: Readonly<Record<string, string>> | undefined;

/** By English template; loaded only when needed. */
function chinese(): Readonly<Record<string, string>> {
  return (read ??= readTable("zh-CN.json"));
}

function readTable(name: string): Record<string, string> {
  const text = readFileSync(new URL(name, import.meta.url), "utf8");
  return JSON.parse(text) as Record<string, string>;
}

/**
 * A text in the language of the command: t`port ${port} is taken` is `port {0} is taken` in zh-CN.json. The values are
 * inserted as they are.
 */
export function t(template: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  const isOther = spoken !== language;
  return inserted(translated(keyOf(template)), isOther ? values.map((one) => inSpoken(String(one))) : values);
}

let keys: ReadonlyMap<string, string> | undefined;

/** A text without values that a module made when it was loaded, in the language now spoken. */
export function inSpoken(text: string): string {
  if (spoken === language) return text;
  if (spoken !== "en") return translated(text);
  keys ??= new Map(Object.entries(chinese()).map(([key, chinese]) => [chinese, key]));
  return keys.get(text) ?? text;
}

/**
 * A text that programs get as well, such as a platform's reasons: it stays English until {@link inLanguage} shows it to
 * someone. Its templates are in zh-CN.reasons.json.
 */
export function english(template: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return inserted(keyOf(template), values);
}

/** The parts of an English template between its values, and the Chinese for it. */
type Pattern = readonly [parts: readonly string[], chinese: string];
let patterns: readonly Pattern[] | undefined;

/** Names, as an English sentence lists them. */
const LIST = /^[^\s,]+(, [^\s,]+)+$/;

/** Longest text to translate, in characters: anyone on the network may have caused it. */
const LONGEST = 1000;
/** Most reasons within reasons, for the same cause. */
const DEEPEST = 5;

/** A text made by {@link english} in the language of the command; any other as it is. */
export function inLanguage(text: string): string {
  return spoken === "en" || text.length > LONGEST ? text : inChinese(text, DEEPEST);
}

/** @param depth how deep to look into its values */
function inChinese(text: string, depth: number): string {
  if (depth === 0) return text;
  if (LIST.test(text) && depth < DEEPEST) return text.replaceAll(", ", "、");
  patterns ??= Object.entries(readTable("zh-CN.reasons.json"))
    .map(([template, chinese]): Pattern => [template.split(/\{\d+\}/), chinese])
    .sort(([one], [other]) => other.join("").length - one.join("").length); // what says most goes first
  for (const [parts, chinese] of patterns) {
    const values = valuesBetween(parts, text);
    if (values)
      return inserted(
        chinese,
        values.map((value) => inChinese(value, depth - 1)),
      );
  }
  return text;
}

/** What stands between the parts of a text; undefined if it has other parts. */
function valuesBetween(parts: readonly string[], text: string): string[] | undefined {
  const [first = "", ...others] = parts;
  if (others.length === 0) return text === first ? [] : undefined;
  if (!text.startsWith(first)) return undefined;
  const values: string[] = [];
  let from = first.length;
  for (const [index, part] of others.entries()) {
    const isLast = index === others.length - 1;
    const to = isLast ? text.length - part.length : text.indexOf(part, from);
    if (to < from || !text.startsWith(part, to)) return undefined;
    values.push(text.slice(from, to));
    from = to + part.length;
  }
  return values;
}

/** How texts are made for a reader. */
export interface Speech {
  readonly t: typeof t;
  readonly listOr: typeof listOr;
}

export const COMMAND_LINE: Speech = { t, listOr };

/** What a board's script prints is English: a byte for each letter. */
export const BOARD: Speech = { t: english, listOr: englishOr };

/** A text without values, which is not in the code but in a file of data. */
export function translated(english: string): string {
  return spoken !== "en" && Object.hasOwn(chinese(), english) ? (chinese()[english] ?? "") : english;
}

/** The page `docs/….md` in the language of the command, if it has that page. */
export function pageOf(path: string): string {
  const page = path.replace("docs/", "docs/zh-CN/");
  return spoken === "zh-CN" && existsSync(new URL(`../../${page}`, import.meta.url)) ? page : path;
}

function keyOf(template: TemplateStringsArray): string {
  return template.reduce((key, part, index) => `${key}{${index - 1}}${part}`);
}

function inserted(template: string, values: readonly (string | number)[]): string {
  return template.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)]));
}

/** As a sentence lists them: `a, b or c`. */
export function listOr(items: readonly string[]): string {
  return spoken === "en" ? englishOr(items) : chineseList(items, "或");
}

function englishOr(items: readonly string[]): string {
  return items.join(", ").replace(/, (?=[^,]*$)/, " or ");
}

/** `a, b and c` */
export function listAnd(items: readonly string[]): string {
  if (spoken === "en") return items.join(", ").replace(/, (?=[^,]*$)/, " and ");
  return chineseList(items, "和");
}

/** `a、b 或 c`: with a space between the conjunction and Latin letters. */
function chineseList(items: readonly string[], conjunction: string): string {
  const others = items.slice(0, -1).join("、");
  const last = items.at(-1) ?? "";
  if (others === "") return last;
  const before = /[!-~]$/.test(others) ? " " : "";
  const after = /^[!-~]/.test(last) ? " " : "";
  return others + before + conjunction + after + last;
}

/** `a, b, c` */
export function list(items: readonly string[]): string {
  return items.join(spoken === "en" ? ", " : "、");
}
