/** The board's console and its reset. */

/** Writes a line. */
export function say(line: string): void {
  print(line);
}

/** Restarts the chip; does not return. */
export function reboot(): void {
  E.reboot();
}
