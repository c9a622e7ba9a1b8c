/**
 * Files in flash, which outlive reboots. Flash wears: the interpreter skips a write that changes nothing.
 *
 * A write without room makes the interpreter compact its files and move the running program, which is one of them
 * (docs/chip.md). So nothing is written without room, and the files are compacted only before a restart.
 */

export const storage = require("Storage");

/** The value in a file; undefined if the file is missing or damaged. */
export function load(file: string): unknown {
  return storage.readJSON(file, true);
}

/** Deletes a file. */
export function forget(file: string): void {
  storage.erase(file);
}

/**
 * Writes a value of byte strings and numbers to a file.
 * @param room bytes that must be free: more than any file takes
 * @returns whether the value is in flash; false without room
 */
export function save(file: string, value: object | number, room: number): boolean {
  try {
    return storage.getFree() >= room && storage.writeJSON(file, value);
  } catch {
    return false;
  }
}

/**
 * If too little is free, compacts the files and restarts the chip; otherwise returns. To be called before anything else
 * runs. The function that compacts is in memory, and does not return once the files have moved.
 * @param room bytes that must be free
 */
export function makeRoom(room: number): void {
  if (storage.getFree() < room && storage.getStats().trashBytes >= room) {
    // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-call -- so it is in memory
    new Function("s", "s.compact();s.getStats().trashBytes||E.reboot()")(storage);
  }
}
