/** Text of a board, or of a stranger behind a port: bounded, and safe to show. And what of it nobody else should read. */

import { createHash } from "node:crypto";
import type { Board } from "../../src/board.ts";
import { withoutEscapes } from "../lib/console-text.ts";
import { cutText, shorten, UNSHOWN } from "../wire/shorten.ts";

/** Most characters of a text that are shown. */
const LONGEST = 60;

/** A value as a short text in one line, without control characters; `undefined` and objects as JSON has them. */
export function shown(value: unknown, longest = LONGEST): string {
  const text = typeof value === "string" ? value : value === undefined ? "nothing" : JSON.stringify(value);
  const clean = withoutEscapes(cutText(text, 4 * longest))
    .replace(UNSHOWN, "")
    .trim();
  return shorten(clean, longest);
}

/** A number that a board said, whole and not absurd; undefined for anything else. */
export function whole(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

/** A value that has members, whatever they are. */
export function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** A network's name for a report: the same for the same name, and no way back to it. */
export function networkMark(ssid: string): string {
  return `network #${createHash("sha256").update(ssid, "utf8").digest("hex").slice(0, 6)}`;
}

/** A text without a board's secrets. */
export type Redact = (text: string) => string;

/** Shorter ones are part of ordinary words. */
const SHORTEST_SECRET = 4;

/** @param others texts that are secret as well */
export function redactor(board: Board | undefined, others: readonly string[] = []): Redact {
  const secrets = [...(board ? secretsOf(board) : []), ...others]
    .flatMap((secret) => [secret, Buffer.from(secret, "utf8").toString("latin1")]) // as text, and as a board's bytes
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((one, other) => other.length - one.length);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
}

function secretsOf({ wifi, onenet, console }: Board): string[] {
  const all: (string | undefined)[] = [wifi.ssid, wifi.password, console.password];
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
