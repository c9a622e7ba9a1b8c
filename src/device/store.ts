/** What is kept over reboots, in a file of the flash. Flash wears: nothing is written that stands there already. */

/** The value of a file; undefined when there is none, or it is damaged. */
export function load(file: string): unknown {
  return require("Storage").readJSON(file, true);
}

/** Keeps a value of ASCII text and numbers; removes the file when it is undefined. */
export function save(file: string, value: object | undefined): void {
  if (value) require("Storage").writeJSON(file, value);
  else require("Storage").erase(file);
}
