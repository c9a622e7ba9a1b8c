/** The page's language: the browser's until the user chooses one, which is remembered. */

import { computed, effect, signal } from "@preact/signals";
import type { Text } from "../../../cli/text.ts";
import { en, type Words } from "./en.ts";
import { textIn } from "./text.ts";
import { zh } from "./zh.ts";

/** Each in its own language. */
export const LANGUAGES = { en: "English", zh: "中文" } as const;
export type Language = keyof typeof LANGUAGES;

const WORDS: Readonly<Record<Language, Words>> = { en, zh };
const STORED = "language";

export const language = signal<Language>(firstLanguage());
export const words = computed(() => WORDS[language.value]);

/** A text of the server in the page's language. */
export function worded(text: Text): string {
  return textIn(language.value, text);
}

export function choose(next: Language): void {
  language.value = next;
  try {
    localStorage.setItem(STORED, next);
  } catch {
    // Without storage, the page starts in the browser's language again.
  }
}

effect(() => {
  document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en";
});

function firstLanguage(): Language {
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(STORED);
  } catch {
    // No storage.
  }
  return (stored ?? navigator.language).startsWith("zh") ? "zh" : "en";
}
