/** Makes text from a board, or from anything else on a port, short and safe to display, and removes secrets. */

import { createHash } from "node:crypto";
import type { Board } from "../../boards/board.ts";
import { networksOf, radioBytes, readable } from "../../boards/wifi.ts";
import { withoutEscapes } from "../../cli/console-text.ts";
import { cutText, shorten, INVISIBLE } from "../../cli/shorten.ts";
import { t } from "../../cli/language.ts";

/** Most characters of a text to show. */
const LONGEST = 60;

/** A value as a short line without control characters; objects as JSON. */
export function asText(value: unknown, longest = LONGEST): string {
  const text = typeof value === "string" ? value : value === undefined ? t`nothing` : JSON.stringify(value);
  const clean = withoutEscapes(cutText(text, 4 * longest))
    .replace(INVISIBLE, "")
    .trim();
  return shorten(clean, longest);
}

/** A safe integer from a board; undefined for anything else. */
export function whole(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

/** An object's members; none for any other value. */
export function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** Stands for a network's name in a report: a hash, so that equal names stay recognisable. */
export function networkMark(ssid: string): string {
  return t`network #${createHash("sha256").update(ssid, "utf8").digest("hex").slice(0, 6)}`;
}

/** A text without a board's secrets. */
export type Redact = (text: string) => string;

/** Shorter ones also occur in ordinary words. */
const SHORTEST_SECRET = 4;

/** @param others further secret texts */
export function redactor(board: Board | undefined, others: readonly string[] = []): Redact {
  const secrets = [...(board ? secretsOf(board) : []), ...others]
    .flatMap((secret) => [secret, Buffer.from(secret, "utf8").toString("latin1")]) // as text, and as a board's bytes
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((one, other) => other.length - one.length);
  return (text) => secrets.reduce(without, text);
}

/** Also without the secret's beginning where {@link asText} has cut the rest off. */
function without(text: string, secret: string): string {
  let rest = text.replaceAll(secret, "***");
  for (let length = secret.length - 1; length >= SHORTEST_SECRET; length--)
    rest = rest.replaceAll(`${secret.slice(0, length)}…`, "***…");
  return rest;
}

function secretsOf(board: Board): string[] {
  const { onenet, console } = board;
  const all: (string | undefined)[] = [console.password];
  for (const { ssid, password } of networksOf(board))
    all.push(...[ssid, password].flatMap((text) => [readable(text), radioBytes(text).toString("latin1")]));
  switch (onenet.generation) {
    case "multiprotocol":
      all.push(onenet.authInfo, onenet.registration?.code, onenet.registration?.sn);
      break;
    case "suite":
    case "studio":
      all.push(onenet.token, decodeURIComponent(onenet.token.replace(/^.*sign=/, "")), onenet.key);
      break;
    case "plain":
      all.push(onenet.password);
  }
  return all.filter((secret) => secret !== undefined);
}
