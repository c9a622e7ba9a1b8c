/** The part of regular expressions that Espruino understands. */

import { t } from "../../cli/language.ts";

/** The part of a pattern that Espruino does not match as the standard says; undefined if there is none. */
export function regExpFault(pattern: string, flags: string): string | undefined {
  const flag = /[^gi]/.exec(flags);
  if (flag) return t`the flag ${flag[0]}`;
  let inGroup = false;
  for (let i = 0; i < pattern.length; i++) {
    const rest = pattern.slice(i);
    const known = /^\[(?:\\.|[^\]\\])*\]/.exec(rest) ?? /^\\(?:x[\da-f]{2}|[^])/i.exec(rest);
    if (known) {
      const fault = escapeFault(known[0]);
      if (fault) return fault;
      i += known[0].length - 1;
    } else if (rest.startsWith("(?")) return t`a group that begins with (?`;
    else if (rest.startsWith("(")) {
      if (inGroup) return t`a group in a group`;
      inGroup = true;
    } else if (rest.startsWith(")")) {
      if (/^\)[*+?{]/.test(rest)) return t`a repeated group`;
      inGroup = false;
    } else if (rest.startsWith("|") && inGroup) return t`an alternative in a group`;
    else if (/^[*+]\?/.test(rest)) return t`a lazy quantifier`;
    else if (rest.startsWith("?")) return t`the quantifier ?`;
    else if (/^\{\d+(,\d*)?\}/.test(rest)) return t`a counted quantifier`;
    else if (rest.startsWith(".")) return t`the dot, which also matches a line's end`;
  }
  return undefined;
}

function escapeFault(text: string): string | undefined {
  if (/^\[(?:\\[^]|[^\\/])*\//.test(text)) return t`an unescaped / in a class`;
  for (const [escape] of text.matchAll(/\\[^]/g)) {
    if (/\\[1-9]/.test(escape)) return t`a back reference`;
    if (/\\[bBcukpP]/.test(escape) && !(escape === "\\b" && text.startsWith("[")))
      return t`the escape ${escape}`;
  }
  return undefined;
}
