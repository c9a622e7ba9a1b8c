/** Espruino opens its console to anyone nearby (docs/chip.md). This closes or locks it. */

/**
 * Closes the console to Bluetooth and telnet. To be called at the boot, and again once there is a network: Bluetooth starts
 * in the background, maybe after the first call.
 * @param bluetooth whether the chip has a serial port over Bluetooth
 * @param telnet whether it has an unwanted telnet server, which listens as soon as there is a network
 */
export function closeDoors(bluetooth: boolean, telnet: boolean): void {
  try {
    if (bluetooth) {
      // If it believes that it is asleep, `sleep` alone does nothing.
      NRF.wake();
      NRF.sleep();
    }
    if (telnet) require("TelnetServer").setOptions({ mode: "off" });
  } catch {
    // this image lacks one of them
  }
}

/** Makes every console of the board ask for a password. */
export function lockConsole(password: string): void {
  E.setPassword(password);
  E.lockConsole();
}
