/** Groups alerts by cause: one mistake that keeps a whole class of boards out is one alert. */

import type { Text } from "../../../cli/text.ts";
import type { Alert, AlertKind } from "../../protocol.ts";
import { textIn } from "../words/text.ts";

export interface Cause {
  readonly key: string;
  readonly kind: AlertKind;
  /** Whom it concerns, in order of first appearance. */
  readonly who: readonly { readonly who: string; readonly board: string }[];
  /** The alerts' texts, without duplicates. */
  readonly texts: readonly Text[];
  /** The latest alert. */
  readonly last: Alert;
  /** How often any of them occurred. */
  readonly count: number;
}

/** How long an alert stays after it last occurred, if nothing tells that its cause is over, in ms. */
const LASTS = 120_000;

/** What is in the program stays in it; what the platform sees is over when it does not recur. */
const PASSING: readonly AlertKind[] = ["violation", "notice", "wire"];

/** Without those whose time is over. @param now the server's time */
export function currentOf(alerts: readonly Alert[], now: number): readonly Alert[] {
  return alerts.filter(({ kind, time }) => !PASSING.includes(kind) || time > now - LASTS);
}

/** Most causes on the page at once. */
const MAXIMUM_CAUSES = 6;

/** How long a dismissed cause stays hidden even if it recurs, in ms. */
const QUIET = 60_000;

/**
 * @param dismissed by the key of a dismissed cause, the server's time of its last alert then
 * @returns the latest causes, newest first
 */
export function causesOf(alerts: readonly Alert[], dismissed: ReadonlyMap<string, number>): readonly Cause[] {
  const groups = new Map<string, Alert[]>();
  for (const alert of alerts) {
    const key = keyOf(alert);
    const group = groups.get(key);
    if (group) group.push(alert);
    else groups.set(key, [alert]);
  }
  return [...groups]
    .map(([key, group]) => toCause(key, group))
    .filter(({ key, last }) => last.time > (dismissed.get(key) ?? -Infinity) + QUIET)
    .sort((one, other) => other.last.time - one.last.time)
    .slice(0, MAXIMUM_CAUSES);
}

function toCause(key: string, alerts: readonly Alert[]): Cause {
  const last = alerts.reduce((latest, alert) => (alert.time >= latest.time ? alert : latest));
  return {
    key,
    kind: last.kind,
    who: [...new Map(alerts.map(({ who, board }) => [board || who, { who, board }])).values()],
    texts: [...new Map(alerts.map(({ text }) => [textIn("en", text), text])).values()],
    last,
    count: alerts.reduce((sum, { count }) => sum + count, 0),
  };
}

/** A key that ignores numbers, quoted texts, names and resources, and which source of a board's own code failed. */
function keyOf({ kind, rule, who, text }: Alert): string {
  if (rule !== "") return JSON.stringify([kind, rule]);
  const english = textIn("en", text);
  if (kind === "uncaught") return JSON.stringify([kind, english]);
  const message = kind === "own" ? english.replace(/^.*? failed: /, "") : english;
  const cause = message
    .split(" ")
    .map((word) => (word === who ? "#" : word))
    .join(" ")
    .replace(/"[^"]*"/g, '""')
    .replace(/\bproducts\/\S+/g, "#")
    .replace(/[^\s"(),:;]*\d[^\s"(),:;]*/g, "#");
  return JSON.stringify([kind, cause]);
}
