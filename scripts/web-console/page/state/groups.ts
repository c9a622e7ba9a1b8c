/** Finding boards: by names typed, and by groups with names of their own, such as the tables of a class. */

import { computed, signal } from "@preact/signals";
import type { BoardView } from "../../protocol.ts";
import { boardSignal, offlineFirst } from "./store.ts";

/** Kept in this browser: the server knows nothing of groups. */
export interface Group {
  readonly name: string;
  /** The titles of its boards: they outlive a restart of the platform. */
  readonly members: readonly string[];
}

/** Most groups, and boards in each. */
const MOST = 50;
const MOST_MEMBERS = 500;
/** Longest name of a group, in UTF-16 units. */
export const LONGEST_NAME = 40;

const STORED = "groups";

export const groups = signal<readonly Group[]>(read());
/** The name of the group that is shown; empty for all boards. */
export const chosenGroup = signal("");
/** The names typed to find boards. */
export const wanted = signal("");

/** The boards of the chosen group that match the names, offline first. */
export const found = computed<readonly string[]>(() => {
  const group = groups.value.find(({ name }) => name === chosenGroup.value);
  const members = group && new Set(group.members);
  const ids = offlineFirst.value.filter((id) => !members || members.has(titleOf(id)));
  return matching(ids, wanted.value);
});

/** Names a group of the boards that are found now, and shows it. It replaces one of the same name. */
export function keepGroup(name: string): void {
  const members = found.peek().slice(0, MOST_MEMBERS).map(titleOf);
  const others = groups.peek().filter((one) => one.name !== name);
  write([...others, { name, members }].slice(-MOST));
  chosenGroup.value = name;
  wanted.value = "";
}

export function forgetGroup(name: string): void {
  write(groups.peek().filter((one) => one.name !== name));
  chosenGroup.value = "";
}

/** The boards that match names, separated by commas; all if there are none. */
function matching(ids: readonly string[], names: string): readonly string[] {
  const all = names
    .split(/[,，、]/)
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  if (all.length === 0) return ids;
  return ids.filter((id) => {
    const board = boardSignal(id)?.peek();
    return board !== undefined && all.some((name) => goesBy(board, name));
  });
}

function goesBy({ title, device }: BoardView, name: string): boolean {
  return title.toLowerCase().includes(name) || device.toLowerCase().includes(name);
}

function titleOf(id: string): string {
  return boardSignal(id)?.peek().title ?? "";
}

function read(): readonly Group[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isGroup).slice(0, MOST) : [];
  } catch {
    return []; // no storage, or not ours
  }
}

function isGroup(stored: unknown): stored is Group {
  const { name, members } = (stored ?? {}) as Partial<Record<keyof Group, unknown>>;
  return (
    typeof name === "string" && Array.isArray(members) && members.every((one) => typeof one === "string")
  );
}

function write(next: readonly Group[]): void {
  groups.value = next;
  try {
    localStorage.setItem(STORED, JSON.stringify(next));
  } catch {
    // Without storage, groups last as long as the page.
  }
}
