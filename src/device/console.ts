/** The board's console, its reset and its watchdog. */

import { remoteControl } from "virtual:features";

let listener: ((line: string) => void) | undefined;

/** Sets the function that gets each line, too. To be called once. */
export function whenSaid(heard: (line: string) => void): void {
  listener = heard;
}

/** Writes one line, even if foreign text in it has line breaks. */
export function say(line: string): void {
  print(/[\r\n]/.test(line) ? line.replace(/\s/g, " ") : line);
  if (remoteControl && listener) listener(line.replace(/[\r\n]/g, " "));
}

/** Restarts the chip; does not return. */
export function reboot(): void {
  E.reboot();
}

/** Restarts the chip after a delay, in ms. */
export function rebootIn(delay: number): void {
  setTimeout(reboot, delay);
}

/**
 * Restarts the chip when its interpreter hangs.
 * @param timeout in s; longer than opening a connection may take, because nothing else runs meanwhile
 */
export function startWatchdog(timeout: number): void {
  E.enableWatchdog(timeout, true);
}
