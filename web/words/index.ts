/** The language of the page: the browser's, until someone chooses; remembered. */

import { computed, effect, signal } from "@preact/signals";
import { en, type Words } from "./en.ts";
import { zh } from "./zh.ts";

/** Each by its own name. */
export const LANGUAGES = { en: "English", zh: "中文" } as const;
export type Language = keyof typeof LANGUAGES;

const WORDS: Readonly<Record<Language, Words>> = { en, zh };
const STORED = "language";

export const language = signal<Language>(firstLanguage());
export const words = computed(() => WORDS[language.value]);

export function choose(next: Language): void {
  language.value = next;
  try {
    localStorage.setItem(STORED, next);
  } catch {
    // A browser that keeps nothing starts in its own language again.
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
    // As above.
  }
  return (stored ?? navigator.language).startsWith("zh") ? "zh" : "en";
}
