/** The facts of docs/chip.md, by number; a test compares the page with them. */

export interface Fact {
  /** `F1`, as in docs/chip.md and in the names of the tests that demonstrate it. */
  readonly id: FactId;
  /** The heading of its section. */
  readonly title: string;
}

export type FactId = `F${number}`;

export const FACTS: readonly Fact[] = [
  { id: "F1", title: "SNTP moves the clock under running timers" },
  { id: "F2", title: "An interval that was late runs once for each missed period" },
  { id: "F3", title: "`setTime` leaves timers alone" },
  { id: "F4", title: "The name of the SNTP server is forgotten before it is used" },
  { id: "F5", title: "A second `setSNTP` without a restart of the chip stops it" },
  { id: "F6", title: "UDP and HTTP are in every image" },
  { id: "F7", title: "`net.connect` blocks" },
  { id: "F8", title: "There are ten sockets" },
  { id: "F9", title: "A TLS set-up that fails leaks its socket" },
  { id: "F10", title: "TLS hardly fits on the original ESP32" },
  { id: "F11", title: "TLS checks nobody, and asks for a server of its own naming" },
  { id: "F12", title: "Some 5700 bytes are on the way at most" },
  { id: "F13", title: "Telnet is open, without a password" },
  { id: "F14", title: "mDNS advertises telnet, whether it is open or not" },
  { id: "F15", title: "Bluetooth gives whoever connects the console" },
  { id: "F16", title: "`NRF.sleep` only stops advertising, and something may start it again" },
  { id: "F17", title: "`ESP32.enableBLE(false)` erases the saved program" },
  { id: "F18", title: "An ESP8266 takes new firmware from anyone, on port 88" },
  { id: "F19", title: "A console password is in memory only" },
  { id: "F20", title: "A board without a saved Wi-Fi configuration opens a network of its own" },
  { id: "F21", title: "The program runs where it lies in flash" },
  { id: "F22", title: "A compaction takes the program away from under itself" },
  { id: "F23", title: "The room in flash differs by image" },
  { id: "F24", title: "What is run at the boot, in this order" },
  { id: "F25", title: "`E.setBootCode` erases first and writes then" },
  { id: "F26", title: "A network that `Wifi.save` kept comes back" },
  { id: "F27", title: "D0 is negated on the image ESP32" },
  { id: "F28", title: "Some pins cannot be watched" },
  { id: "F29", title: "S3's pins from D40 up do not obey" },
  { id: "F30", title: "`analogWrite` has three channels of other frequencies, C3 one" },
  { id: "F31", title: "Full brightness is dark on D25 and D26" },
  { id: "F32", title: '`pinMode(pin, "analog")` is an error' },
  { id: "F33", title: "A servo takes a channel" },
  { id: "F34", title: "Which pins the buses have" },
  { id: "F35", title: "One-wire sensors may answer wrong" },
  { id: "F36", title: "Serial2 loses bursts" },
  { id: "F37", title: "C3 and S3 hear their own USB only" },
  { id: "F38", title: "The driver's log comes in between" },
  { id: "F39", title: "On a charger, C3 and S3 may wait when they print" },
  { id: "F40", title: "How many variables there are" },
  { id: "F41", title: "How many characters a variable holds" },
  { id: "F42", title: "An ESP8266 has no watchdog" },
  { id: "F43", title: "An ESP8266 counts fifteen references to a variable" },
  { id: "F44", title: "Deep sleep lasts 35.8 minutes at most" },
  { id: "F45", title: "`deepSleepExt1` is wrong from D32 up" },
  { id: "F46", title: "Which hashes there are" },
  { id: "F47", title: "The last byte of a long network name or password is cut" },
  { id: "F48", title: "`reset()` keeps the watchdog, `E.reboot()` the time" },
  { id: "F49", title: "`Wifi.connect` may do nothing, and a lost address tells nothing" },
  { id: "F50", title: "The access point crashes 2v29 when somebody joins" },
  { id: "F51", title: "A number with a long exponent stops the interpreter" },
  { id: "F52", title: "Capitals and small letters are those of Latin-1" },
];

/** @throws Error for an unknown number */
export function factOf(id: FactId): Fact {
  const fact = FACTS.find((each) => each.id === id);
  if (!fact) throw new Error(`docs/chip.md has no ${id}`);
  return fact;
}
