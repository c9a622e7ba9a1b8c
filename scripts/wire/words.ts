/** What a dissection says, in each language. */

import { en } from "./words.en.ts";
import { zh } from "./words.zh.ts";

/** The same entries as English has, with texts of the language's own. */
export type Words = Table<typeof en>;

/** The packet types that MQTT 3.1.1 has. */
export type PacketName = keyof typeof en.packets;

export const MESSAGES = { en, zh } as const satisfies Record<string, Words>;

/** The shape of a table of texts, whatever they are. */
export type Table<T> = T extends string
  ? string
  : T extends (...values: infer Values) => string
    ? (...values: Values) => string
    : { readonly [Key in keyof T]: Table<T[Key]> };
