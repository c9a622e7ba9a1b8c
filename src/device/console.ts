/** The board's console, its reset and its watchdog. */

/** Writes a line: text of others does not make several of it. */
export function say(line: string): void {
  print(/[\r\n]/.test(line) ? line.replace(/\s/g, " ") : line);
}

/** Restarts the chip; does not return. */
export function reboot(): void {
  E.reboot();
}

/** Restarts the chip in a while, in ms. */
export function rebootIn(delay: number): void {
  setTimeout(reboot, delay);
}

/**
 * Has the chip restarted when its interpreter hangs.
 * @param timeout in s; longer than a connection may take to open, for nothing else runs meanwhile
 */
export function guard(timeout: number): void {
  E.enableWatchdog(timeout, true);
}
