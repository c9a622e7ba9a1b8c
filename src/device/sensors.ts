/** The board's sensors. */

import { wifi } from "./radio";

/** Free interpreter variables. */
export function freeMemory(): number {
  return process.memory().free;
}

/** Wi-Fi signal strength in dBm; undefined while there is no Wi-Fi. */
export function wifiStrength(): number | undefined {
  return wifi.getStatus().rssi;
}

/** The same on ESP8266, whose interpreter has it elsewhere. */
export function wifiStrengthEsp8266(): number | undefined {
  return wifi.getDetails().rssi;
}

/** The chip's MAC address, without colons. */
export function chipMac(): string {
  return getSerial().replace("-", "");
}

/** Level of an analogue pin, 0 at ground to 1 at the reference voltage, rounded to thousandths. */
export function analogLevel(pin: Pin): number {
  return Math.round(analogRead(pin) * 1000) / 1000;
}
