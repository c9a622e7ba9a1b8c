/** The facts of docs/chip.md by number. A test keeps the two in sync. */

import { t } from "../../cli/language.ts";

export interface Fact {
  /** `F1`, as in docs/chip.md and in the names of the tests that demonstrate it. */
  readonly id: FactId;
  /** The heading of its section. */
  readonly title: string;
}

export type FactId = `F${number}`;

export const FACTS: readonly Fact[] = [
  { id: "F1", title: t`SNTP moves the clock while timers are running` },
  { id: "F2", title: t`A late interval runs once for each missed period` },
  { id: "F3", title: t`\`setTime\` does not affect timers` },
  { id: "F4", title: t`The SNTP server's name is lost before it is used` },
  { id: "F5", title: t`A second \`setSNTP\` without a chip restart crashes the chip` },
  { id: "F6", title: t`UDP and HTTP are in every image` },
  { id: "F7", title: t`\`net.connect\` blocks` },
  { id: "F8", title: t`There are ten sockets` },
  { id: "F9", title: t`A failed TLS setup leaks its socket` },
  { id: "F10", title: t`TLS barely fits on the original ESP32` },
  { id: "F11", title: t`TLS verifies no certificate and always sends the same server name` },
  { id: "F12", title: t`At most about 5700 bytes can be in flight` },
  { id: "F13", title: t`Telnet is open without a password` },
  { id: "F14", title: t`mDNS advertises telnet even if it is closed` },
  { id: "F15", title: t`Bluetooth gives the console to anyone who connects` },
  { id: "F16", title: t`\`NRF.sleep\` only stops advertising, and advertising may start again` },
  { id: "F17", title: t`\`ESP32.enableBLE(false)\` erases the saved program` },
  { id: "F18", title: t`An ESP8266 accepts new firmware from anyone on port 88` },
  { id: "F19", title: t`A console password is kept only in memory` },
  { id: "F20", title: t`A board without a saved Wi-Fi configuration opens its own network` },
  { id: "F21", title: t`The program runs directly from flash` },
  { id: "F22", title: t`A compaction moves the running program` },
  { id: "F23", title: t`The space in flash depends on the image` },
  { id: "F24", title: t`What runs at boot, in this order` },
  { id: "F25", title: t`\`E.setBootCode\` erases before it writes` },
  { id: "F26", title: t`A network saved with \`Wifi.save\` returns at each boot` },
  { id: "F27", title: t`D0 is negated on the ESP32 image` },
  { id: "F28", title: t`Some pins cannot be watched` },
  { id: "F29", title: t`Pins from D40 up do not work on the S3` },
  { id: "F30", title: t`\`analogWrite\` has three channels for other frequencies, one on the C3` },
  { id: "F31", title: t`Full brightness turns D25 and D26 dark` },
  { id: "F32", title: t`\`pinMode(pin, "analog")\` is an error` },
  { id: "F33", title: t`A servo uses a PWM channel` },
  { id: "F34", title: t`Pins of the buses` },
  { id: "F35", title: t`One-wire sensors may give wrong readings` },
  { id: "F36", title: t`Serial2 loses bursts` },
  { id: "F37", title: t`C3 and S3 take console input only from their own USB` },
  { id: "F38", title: t`The driver's log is mixed into the output` },
  { id: "F39", title: t`On a charger, C3 and S3 may block while printing` },
  { id: "F40", title: t`Number of variables` },
  { id: "F41", title: t`Characters per variable` },
  { id: "F42", title: t`An ESP8266 has no watchdog` },
  { id: "F43", title: t`An ESP8266 counts at most fifteen references to a variable` },
  { id: "F44", title: t`Deep sleep lasts at most 35.8 minutes` },
  { id: "F45", title: t`\`deepSleepExt1\` gets pins from D32 up wrong` },
  { id: "F46", title: t`Available hash functions` },
  { id: "F47", title: t`The last byte of a long network name or password is cut off` },
  { id: "F48", title: t`\`reset()\` keeps the watchdog, \`E.reboot()\` keeps the time` },
  { id: "F49", title: t`\`Wifi.connect\` may do nothing, and losing the address emits no event` },
  { id: "F50", title: t`On 2v29, the access point crashes when a device joins` },
  { id: "F51", title: t`A number with a long exponent stops the interpreter` },
  { id: "F52", title: t`Upper and lower case follow Latin-1` },
  { id: "F53", title: t`\`setWatch\` makes its pin an input` },
  { id: "F54", title: t`A stuck I2C bus blocks for a second` },
  { id: "F55", title: t`\`Wifi.setIP\` does nothing on an ESP32` },
  { id: "F56", title: t`\`split\` finds overlapping separators, and gives nothing for a longer one` },
  { id: "F57", title: t`A search for text also finds its beginning at the end` },
];

/** @throws Error for an unknown number */
export function factOf(id: FactId): Fact {
  const fact = FACTS.find((each) => each.id === id);
  if (!fact) throw new Error(`docs/chip.md has no ${id}`);
  return fact;
}
