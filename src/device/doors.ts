/**
 * What Espruino opens by itself, so that whoever is near has its console (docs/chip.md). Each of these closes one door;
 * the build picks those that the board's chip has.
 */

/** The telnet server, which listens as soon as there is a network. */
export function closeTelnet(): void {
  try {
    require("TelnetServer").setOptions({ mode: "off" });
  } catch {
    // an image without one
  }
}

/** The serial port over Bluetooth. */
export function closeBluetooth(): void {
  try {
    NRF.sleep();
  } catch {
    // an image without Bluetooth
  }
}

/** Every console of the board asks for a password from now on. */
export function lockConsole(password: string): void {
  E.setPassword(password);
  E.lockConsole();
}
