/** What is kept over reboots, in a file of the flash. Flash wears: nothing is written that stands there already. */

const storage = require("Storage");

/** The value of a file; undefined when there is none, or it is damaged. */
export function load(file: string): unknown {
  return storage.readJSON(file, true);
}

/**
 * Keeps a value of byte strings and numbers; removes the file when it is undefined.
 * @returns whether it stands in the flash; false when there is no room
 */
export function save(file: string, value: object | number | undefined): boolean {
  try {
    if (value === undefined) storage.erase(file);
    else storage.writeJSON(file, value);
    return true;
  } catch {
    return false;
  }
}
