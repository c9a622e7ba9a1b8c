/** Values as text. */

import type { Value } from "../../protocol.ts";
import { boardSignal } from "../state/store.ts";
import { words } from "../words/index.ts";

/** Formats a value briefly. */
export function format(value: Value | undefined): string {
  if (typeof value === "boolean") return value ? words.value.isOn : words.value.isOff;
  if (typeof value !== "number") return value ?? "";
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** The unit of a board's data stream; empty without one. */
export function unitOf(board: string, stream: string): string {
  const units = boardSignal(board)?.value.units ?? {};
  return Object.hasOwn(units, stream) ? (units[stream] ?? "") : "";
}
