/** The two slots for programs in flash (src/app/slot.ts). */

import { storage } from "./store";

/** The files of the interpreter. */
export const files: Pick<typeof storage, "read" | "write" | "getFree"> = storage;

/** The number of the slot of the running program: 0 or 1; negative if it runs from none. */
export const runningSlot = app;

/** The words of a slot that is there (Word). */
export function wordsOf(slot: number): readonly string[] {
  return head(slot);
}

/** The signature of an update. */
export function signatureOf(signed: string): string {
  return sign(signed);
}
