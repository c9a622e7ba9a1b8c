/** commander's own texts, in the language of the command. */

import { Argument, CommanderError, Help, Option } from "commander";
import { widthOf } from "./columns.ts";
import { language, list, t } from "./language.ts";

const TITLES: Readonly<Record<string, string>> = {
  "Usage:": t`Usage:`,
  "Arguments:": t`Arguments:`,
  "Options:": t`Options:`,
};

/** What the help of a command does its own way. */
export const HELP: Partial<Help> =
  language === "en"
    ? {}
    : {
        styleTitle: (title) => TITLES[title] ?? title,
        styleUsage: (usage) => usage.replace("[options]", t`[options]`),
        displayWidth: widthOf,
        boxWrap: wrap,
        optionDescription: ({ description, argChoices, defaultValue, envVar, required }: Option) =>
          describe(description, [
            ...(argChoices ? [t`one of ${list(argChoices)}`] : []),
            ...(defaultValue !== undefined && required ? [t`default: ${JSON.stringify(defaultValue)}`] : []),
            ...(envVar === undefined ? [] : [t`environment: ${envVar}`]),
          ]),
        argumentDescription: ({ description }: Argument) => description,
      };

function describe(description: string, more: readonly string[]): string {
  return more.length === 0 ? description : t`${description} (${more.join(t`; `)})`;
}

/** Characters that must not begin a line, and those that must not end one. */
const NO_BEGINNING = /^[，。；：、！？）》”’…]/u;

/** Wraps lines between any two Chinese characters, and at spaces. */
function wrap(text: string, width: number): string {
  return text
    .split("\n")
    .flatMap((line) => {
      const lines: string[] = [];
      let current = "";
      for (const [piece] of line.matchAll(/\s*(?:[\u2e80-\uffef]|[^\s\u2e80-\uffef]+)/gu)) {
        if (current !== "" && widthOf(current + piece) > width && !NO_BEGINNING.test(piece)) {
          lines.push(current);
          current = piece.trimStart();
        } else current += piece;
      }
      return [...lines, current];
    })
    .join("\n");
}

/** Its errors, by the English that commander has for them. */
const ERRORS: readonly (readonly [pattern: RegExp, text: (...found: string[]) => string])[] = [
  [
    /^unknown option '(.*)'\n\(Did you mean (.*)\?\)$/s,
    (flag, near) => t`unknown option '${flag}'; did you mean ${near}?`,
  ],
  [/^unknown option '(.*)'$/s, (flag) => t`unknown option '${flag}'`],
  [/^option '(.*)' argument missing$/s, (flags) => t`option '${flags}' needs a value`],
  [/^required option '(.*)' not specified$/s, (flags) => t`option '${flags}' is missing`],
  [
    /^option '(.*)' argument '(.*)' is invalid\. (.*)$/s,
    (flags, value, why) => t`option '${flags}': '${value}' is not valid: ${allowed(why)}`,
  ],
  [
    /^option '(.*)' value '(.*)' from env '(.*)' is invalid\. (.*)$/s,
    (flags, value, name, why) => t`option '${flags}': '${value}' in ${name} is not valid: ${why}`,
  ],
  [
    /^option '(.*)' cannot be used with option '(.*)'$/s,
    (flags, other) => t`options '${flags}' and '${other}' exclude each other`,
  ],
  [/^missing required argument '(.*)'$/s, (name) => t`argument '${name}' is missing`],
  [
    /^too many arguments\. Expected (\d+) arguments? but got (\d+)\.$/,
    (most, count) => t`${count} arguments, and at most ${most} are possible`,
  ],
];

/** What an option allows; its own text if that is ours. */
function allowed(why: string): string {
  const [, choices] = /^Allowed choices are (.*)\.$/s.exec(why) ?? [];
  return choices === undefined ? why : t`choose one of ${choices}`;
}

/** The message of an error of commander. */
export function translateError(error: CommanderError): string {
  const english = error.message.replace(/^error: /, "");
  if (language === "en") return english;
  for (const [pattern, text] of ERRORS) {
    const found = pattern.exec(english);
    if (found) return text(...found.slice(1));
  }
  return english;
}
