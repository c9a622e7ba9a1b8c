/** Alerts by their cause: a class of boards that one mistake keeps out is one thing to look at. */

import type { Alert, AlertKind } from "../../scripts/web-console/protocol.ts";

export interface Cause {
  readonly key: string;
  readonly kind: AlertKind;
  /** Whom it is about, in the order in which they were first told of. */
  readonly who: readonly { readonly who: string; readonly board: string }[];
  /** What was told, each text once. */
  readonly texts: readonly string[];
  /** The last of them. */
  readonly last: Alert;
  /** How often any of them came. */
  readonly count: number;
}

/** Causes that stand on the page at once. */
const SHOWN = 6;

/** Time for which a cause that was dismissed may come again without a word, in ms. */
const QUIET = 60_000;

/**
 * @param dismissed the server's time of the last alert that was seen when a cause was dismissed, by its key
 * @returns the last causes, the latest first
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
    .slice(0, SHOWN);
}

function toCause(key: string, alerts: readonly Alert[]): Cause {
  const last = alerts.reduce((latest, alert) => (alert.time >= latest.time ? alert : latest));
  return {
    key,
    kind: last.kind,
    who: [...new Map(alerts.map(({ who, board }) => [who, { who, board }])).values()],
    texts: [...new Set(alerts.map(({ text }) => text))],
    last,
    count: alerts.reduce((sum, { count }) => sum + count, 0),
  };
}

/** The same for alerts that differ in numbers, quoted texts and names only, or in the source of own code that failed. */
function keyOf({ kind, rule, who, text }: Alert): string {
  if (rule !== "") return JSON.stringify([kind, rule]);
  if (kind === "uncaught") return JSON.stringify([kind, text]);
  const message = kind === "own" ? text.replace(/^.*? failed: /, "") : text;
  const cause = message
    .split(" ")
    .map((word) => (word === who ? "#" : word))
    .join(" ")
    .replace(/"[^"]*"/g, '""')
    .replace(/[^\s"(),:;]*\d[^\s"(),:;]*/g, "#");
  return JSON.stringify([kind, cause]);
}
