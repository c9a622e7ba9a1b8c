/** The two slots for programs in flash (scripts/boards/update/slots.ts). */

import { storage } from "./store";

/** The slot of the running program: 0 or 1; negative or undefined if it runs from none. */
export function runningSlot(): number | undefined {
  return global.app;
}

/** Bytes of a slot; empty if it has none there. */
export function readSlot(slot: number, at: number, count: number): string {
  return storage.read("app" + slot, at, count) || "";
}

/** Writes bytes where the slot is erased. */
export function writeSlot(slot: number, at: number, bytes: string): void {
  storage.write("app" + slot, bytes, at);
}

/** Bytes of flash that are free without a compaction. */
export function freeFlash(): number {
  return storage.getFree();
}

/** Makes a slot of erased bytes but the first, in place of the old one. @throws Error without room */
export function openSlot(slot: number, size: number): void {
  storage.erase("app" + slot);
  storage.write("app" + slot, "/", 0, size);
}

/** The signature of an update: HMAC-SHA256 over the program's SHA-256 and the rest of the first line. */
export function signatureOf(program: string, rest: string): string {
  const hash = require("crypto");
  return btoa(hash.SHA256([global.pad(true), hash.SHA256([global.pad(false), hash.SHA256(program), rest])]));
}
