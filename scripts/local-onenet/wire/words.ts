/** The texts of a dissection in each language. */

import { en, type Words } from "./words.en.ts";
import { zh } from "./words.zh.ts";

export type { Words } from "./words.en.ts";

/** The packet types of MQTT 3.1.1. */
export type PacketName = keyof typeof en.packets;

export const MESSAGES = { en, zh } as const satisfies Record<string, Words>;
