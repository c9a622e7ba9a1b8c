/** The flash file in which `Wifi.save` keeps a network. It survives reboots and changes of program. */
import { formatForStorage, type FormatHooks } from "./format.ts";
import { parseJson, type JsonFactory } from "./json.ts";
import type { Files, Flash } from "./flash.ts";

export const CONFIG_FILE = ".wificfg";

/** All are byte strings. */
export interface Kept {
  readonly ssid: string;
  readonly password: string;
  /** 1 for a station, 2 for an access point, their sum for both. */
  readonly mode: number;
  readonly hostname?: string;
}

export function keepConfig(flash: Flash, kept: Kept | undefined, hooks: FormatHooks): void {
  flash.erase(CONFIG_FILE);
  if (kept) flash.write(CONFIG_FILE, formatForStorage(kept, hooks));
}

/** @returns undefined if there is none, or it cannot be read */
export function keptConfig(files: Files): Kept | undefined {
  const text = files.get(CONFIG_FILE);
  if (text === undefined) return undefined;
  try {
    const { ssid, password, mode, hostname } = parseJson(text, PLAIN, true) as Readonly<
      Record<string, unknown>
    >;
    return {
      ssid: typeof ssid === "string" ? ssid : "",
      password: typeof password === "string" ? password : "",
      mode: Number(mode) || 0,
      ...(typeof hostname === "string" ? { hostname } : {}),
    };
  } catch {
    return undefined;
  }
}

const PLAIN: JsonFactory = { object: () => ({}), array: (items) => items };
