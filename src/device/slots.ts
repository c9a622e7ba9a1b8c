/** The two slots for programs in flash (scripts/boards/update/slots.ts), by their names. */

import { storage } from "./store";

/** The number of the slot of the running program: 0 or 1; negative if it runs from none. */
export function runningSlot(): number {
  return app;
}

/** Bytes of a slot; undefined if it has none there. */
export function readSlot(name: string, at: number, count: number): string | undefined {
  return storage.read(name, at, count);
}

/**
 * Writes bytes where the slot is erased.
 * @param size makes a slot of so many bytes, in place of the old one
 * @throws Error without room
 */
export function writeSlot(name: string, bytes: string, at: number, size?: number): void {
  storage.write(name, bytes, at, size);
}

export function eraseSlot(name: string): void {
  storage.erase(name);
}

/** Bytes of flash that are free without a compaction. */
export function freeFlash(): number {
  return storage.getFree();
}

/** The signature of an update. */
export function signatureOf(signed: string): string {
  return sign(signed);
}
