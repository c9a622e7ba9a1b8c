/** Rewords errors of TypeScript for Espruino, where no other library is available. */

import { nodeRule } from "../gate/rules.ts";
import { inSpoken, t } from "../../cli/language.ts";

const MISSING = t`does not exist on Espruino; write what you need of it`;

/** By TypeScript's number of the message. */
const REASONS: ReadonlyMap<number, (message: string) => string> = new Map([
  [1308, () => nodeRule("async")],
  [1378, () => nodeRule("async")],
  [1432, () => nodeRule("async")],
  ...[2550, 2551, 2568].map((code) => [code, withoutLibrary] as const),
  ...[2580, 2581, 2582, 2583, 2584, 2585, 2591, 2592, 2593].map((code) => [code, withoutLibrary] as const),
  [2732, () => t`a JSON file cannot be imported; write what you need of it in TypeScript`],
  [2737, () => nodeRule("bigint")],
  [2791, () => nodeRule("bigint")],
]);

/** @param code TypeScript's, `TS2550` */
export function reasonOf(code: string, message: string): string {
  return REASONS.get(Number(code.replace(/^\D+/, "")))?.(message) ?? message;
}

/** `Property 'flat' does not exist on type 'number[]'. Do you need to …`: without the question. */
function withoutLibrary(message: string): string {
  const [, name] = /^\D*?'([^']+)'.*Do you need to /.exec(message) ?? [];
  return name === undefined ? message : `${name} ${inSpoken(MISSING)}`;
}
