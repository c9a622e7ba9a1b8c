/** What of the page is in sight. */

import { computed, signal } from "@preact/signals";

/** On a wide screen, the board stands beside the others. */
export type Tab = "board" | "data" | "wire";

const narrow = matchMedia("(max-width: 62rem)");
export const isNarrow = signal(narrow.matches);
narrow.addEventListener("change", () => (isNarrow.value = narrow.matches));

const chosen = signal<Tab>("board");
export const tabs = computed<readonly Tab[]>(() =>
  isNarrow.value ? ["board", "data", "wire"] : ["data", "wire"],
);
export const tab = computed<Tab>(() =>
  tabs.value.includes(chosen.value) ? chosen.value : (tabs.value[0] ?? "data"),
);
export function show(next: Tab): void {
  chosen.value = next;
}

/** The data streams whose plots are open. */
export const openStreams = signal<ReadonlySet<string>>(new Set());
export function openStream(name: string, isOpen: boolean): void {
  const others = [...openStreams.value].filter((one) => one !== name);
  openStreams.value = new Set(isOpen ? [...others, name] : others);
}

/** The time span of plots, in minutes. */
export const minutes = signal(5);

/** Whether the page is a few large things, to be read from the back row. */
export const isProjected = signal(false);
/** What had the focus before. */
let focused: Element | null = null;

export function project(isOn: boolean): void {
  if (isOn === isProjected.peek()) return;
  if (isOn) focused = document.activeElement;
  isProjected.value = isOn;
  // What is still hidden takes no focus.
  if (!isOn) requestAnimationFrame(() => focused instanceof HTMLElement && focused.focus());
}

/** No letter is a shortcut: speech input would press it by chance (WCAG 2.1.4). */
addEventListener("keydown", ({ key }) => {
  if (key === "Escape") project(false);
});
