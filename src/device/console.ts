/** The board's console, its reset and its watchdog. */

/** Writes a line. */
export function say(line: string): void {
  print(line);
}

/** Restarts the chip; does not return. */
export function reboot(): void {
  E.reboot();
}

/**
 * Has the chip restarted when its interpreter hangs.
 * @param timeout in s; longer than a connection may take to open, for nothing else runs meanwhile
 */
export function guard(timeout: number): void {
  E.enableWatchdog(timeout, true);
}
