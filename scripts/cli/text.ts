/** A text for readers whose language is not known: in each language, or the same in all. */
export type Text = string | { readonly en: string; readonly zh: string };
