/** Texts that the server sends, in each language. */

import type { Text } from "../../../cli/text.ts";

export function textIn(language: "en" | "zh", text: Text): string {
  return typeof text === "string" ? text : text[language];
}
