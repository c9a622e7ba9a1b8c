/**
 * What is kept over reboots, in a file of the flash. Flash wears: nothing is written that stands there already.
 *
 * A write that finds no room has the interpreter compact its files, and so move the program that runs from one of them
 * (docs/chip.md). So nothing is written where there is no room, and the files are compacted where nothing runs after it.
 */

const storage = require("Storage");

/** The value of a file; undefined when there is none, or it is damaged. */
export function load(file: string): unknown {
  return storage.readJSON(file, true);
}

/** Removes a file. */
export function forget(file: string): void {
  storage.erase(file);
}

/**
 * Keeps a value of byte strings and numbers.
 * @param room what must be free, in bytes: more than any file takes
 * @returns whether it stands in the flash; false when there is no room
 */
export function save(file: string, value: object | number, room: number): boolean {
  try {
    return storage.getFree() >= room && storage.writeJSON(file, value);
  } catch {
    return false;
  }
}

/**
 * Makes room among the files where there is less than that, and restarts the chip; returns when there is nothing to do.
 * To be called while nothing is at work. It is done by a function whose text is in memory, and which does not return
 * once the files have moved.
 * @param room in bytes
 */
export function makeRoom(room: number): void {
  if (storage.getFree() < room && storage.getStats().trashBytes >= room) {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- so it is in memory
    new Function("s", "s.compact();s.getStats().trashBytes||E.reboot()")(storage);
  }
}
