/** What Espruino opens by itself, so that whoever is near has its console (docs/chip.md). */

/**
 * Closes it. To be called at the boot, and again once there is a network: Bluetooth begins in the background, and what began
 * after the first call is not ended by it.
 * @param bluetooth whether the chip has a serial port over Bluetooth
 * @param telnet whether it has a telnet server, which listens as soon as there is a network, and none is wanted
 */
export function closeDoors(bluetooth: boolean, telnet: boolean): void {
  try {
    if (bluetooth) {
      // Asleep already, it would do nothing.
      NRF.wake();
      NRF.sleep();
    }
    if (telnet) require("TelnetServer").setOptions({ mode: "off" });
  } catch {
    // an image without one of them
  }
}

/** Every console of the board asks for a password from now on. */
export function lockConsole(password: string): void {
  E.setPassword(password);
  E.lockConsole();
}
