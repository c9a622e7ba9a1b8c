/** What a phone has set, kept in flash: it comes before what the script says. */

import { forget, load, save } from "./store";

/** Network, password, and the platform's fields in the order of the page; an empty field is the script's. */
export type Settings = readonly string[];

/** The settings in use. */
const SETTINGS_FILE = "setup";
/** While the platform's fields are on trial, the settings before; 0 once those were put back. */
const FORMER_FILE = "setup0";

let settings = load(SETTINGS_FILE) as Settings | undefined;
/** Those that are being tried, which are not kept. */
let tried: Settings | undefined;

/** A setting by its number, or the script's value. */
export function setting(index: number, otherwise: string): string {
  const used = tried || settings;
  return (used ? used[index] : "") || otherwise;
}

/** The password of the network in use; empty for an open one. */
export function wifiPassword(otherwise: string): string {
  const used = tried || settings;
  return used ? (used[1] as string) : otherwise;
}

/** Uses another network until it is kept; undefined: the one before again. */
export function trySettings(next: Settings | undefined): void {
  tried = next;
}

/** The settings before those on trial; 0 if a trial has failed; undefined without any. */
export function formerSettings(): Settings | 0 | undefined {
  return load(FORMER_FILE) as Settings | 0 | undefined;
}

/** Ends the trial, or the news of its failure. */
export function forgetFormer(): void {
  forget(FORMER_FILE);
}

/**
 * Keeps what is being tried.
 * @param room bytes that must be free in flash
 * @returns whether a restart is due: the platform's fields are others now, and on trial; undefined without room
 */
export function keepSettings(room: number): boolean | undefined {
  const next = (tried as Settings).slice();
  let isOther = false;
  for (let i = 2; i < next.length; i++) {
    if (next[i]) isOther = true;
    else next[i] = (settings ? settings[i] : "") || "";
  }
  // In this order: a cut of the power in between leaves the settings in use on trial, which they pass.
  if (isOther && !save(FORMER_FILE, settings || [], room)) return undefined;
  if (!save(SETTINGS_FILE, next, room)) return undefined;
  settings = next;
  tried = undefined;
  return isOther;
}

/** Puts the platform's fields back as they were before the trial. The network stays: it was found to be right. */
export function undoFields(former: Settings, room: number): void {
  const next = former.slice();
  next[0] = setting(0, "");
  next[1] = wifiPassword("");
  save(SETTINGS_FILE, next, room);
  save(FORMER_FILE, 0, room);
}
