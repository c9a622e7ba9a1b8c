/** The part of Espruino 2v29's API, on ESP32 and ESP8266, that the firmware uses. Only `src/device` may use it. */

/** A GPIO number, for Espruino's pin functions. */
type Pin = number;

declare function digitalWrite(pin: Pin, value: 0 | 1): void;
declare function digitalRead(pin: Pin): 0 | 1;
/** @param value duty cycle, 0–1 */
declare function analogWrite(pin: Pin, value: number, options?: { freq?: number }): void;
/** @returns the level between ground and the reference voltage, 0–1 */
declare function analogRead(pin: Pin): number;
declare function pinMode(pin: Pin, mode: "output" | "input" | "input_pullup" | "analog"): void;

/** The event of a watch. Times are in s. boards/espruino.d.ts has the rest of it, which only own code uses. */
interface WatchDetails {
  readonly time: number;
  /** Of the change before. */
  readonly lastTime: number;
}

interface WatchOptions {
  /** `both` when not given; for D0 of the ESP32 family `rising`, and `debounce` 25. */
  readonly edge?: "rising" | "falling" | "both";
  /** Once only when not given. */
  readonly repeat?: boolean;
  /** How long a level must last to count, in ms. */
  readonly debounce?: number;
}

/**
 * Calls back when a pin's level changes. On ESP32, C3 and S3 it makes the pin an input with a pull-up, whatever its mode.
 * @returns what `clearWatch` takes
 */
declare function setWatch(
  callback: (details: WatchDetails) => void,
  pin: Pin,
  options?: WatchOptions,
): number;
declare function clearWatch(id?: number): void;

interface OneWire {
  /** @returns whether a device is there; also for a wire that is held low */
  reset(): boolean;
  /** Addresses a device after a reset. @param device 16 hexadecimal digits, as found */
  select(device: string): void;
  /** Addresses all devices. */
  skip(): void;
  /** @param leavesPower drives the pin high afterwards */
  write(data: number, leavesPower?: boolean): void;
  read(count: number): Uint8Array;
  /** The addresses of all devices, always in the same order. */
  search(): string[];
}

declare const OneWire: new (pin: Pin) => OneWire;

interface I2C {
  setup(options: { sda: Pin; scl: Pin }): void;
  /** @throws Error on ESP32, InternalError on ESP8266, if the device does not answer */
  writeTo(address: number, ...data: (number | string | readonly number[] | Uint8Array)[]): void;
  /** @throws as `writeTo` does */
  readFrom(address: number, count: number): Uint8Array;
}

declare const I2C1: I2C;

/** @param delay in ms */
declare function setTimeout(callback: () => void, delay: number): number;
declare function clearTimeout(id: number): void;
/**
 * Sets the interpreter's clock without moving the timers.
 * @param time in s since 1970
 */
declare function setTime(time: number): void;

/** Writes a line to the console. Takes byte strings. */
declare function print(text: string): void;

interface EspruinoFunctions {
  /** Restarts the chip, like its reset pin. */
  reboot(): never;
  /**
   * Resets the chip when its interpreter hangs.
   * @param timeout in s
   * @param isAutomatic whether returning to the idle loop counts as a sign of life
   */
  enableWatchdog(timeout: number, isAutomatic: boolean): void;
  /** Sets the password of every console, at most 20 bytes. */
  setPassword(password: string): void;
  /** Makes every console ask for the password now. */
  lockConsole(): void;
}

declare const E: EspruinoFunctions;

/** Of ESP32, C3 and S3. */
declare const ESP32: {
  /** @param us in µs; only its low 32 bits count, and the highest of them has to be 0 */
  deepSleep(us: number): void;
  /** Sleeps until a pin has a level; no other time ends it. @throws Error for a pin that cannot wake the chip */
  deepSleepExt0(pin: Pin, level: number): void;
  /** 0 unless a deep sleep has ended. */
  getWakeupCause(): number;
};

declare const ESP8266: {
  /** GPIO16 has to be wired to RST. @param us in µs, an integer of 31 bits @param option 0 for the usual calibration */
  deepSleep(us: number, option: 0): void;
  getResetInfo(): { readonly reason: string };
};

interface EspruinoProcess {
  /** Interpreter variables: `free` of `total`. Collects garbage first. */
  memory(): { free: number; usage: number; total: number };
}

declare const process: EspruinoProcess;

/** Bluetooth; not on ESP8266. */
declare const NRF: {
  /** Starts advertising. */
  wake(): void;
  /** Stops advertising, if it believes that it is awake. */
  sleep(): void;
};

interface NetSocket {
  on(event: "data", listener: (bytes: string) => void): void;
  /** The send buffer is empty. */
  on(event: "drain", listener: () => void): void;
  on(event: "close", listener: (hadError: boolean) => void): void;
  on(event: "error", listener: (error: { code: number; message: string }) => void): void;
  /**
   * @returns always false: the bytes are buffered until they are sent, then "drain" follows
   * @throws Error "This socket is closed" after its end
   */
  write(bytes: string): boolean;
  end(): void;
  /** Events that are already queued are still delivered. */
  removeAllListeners(): void;
}

interface NetModule {
  /** Blocks until it knows. @throws Error if the connection is refused or the name does not resolve */
  connect(options: { host: string; port: number }, connected: () => void): NetSocket;
  createServer(accepted: (socket: NetSocket) => void): NetServer;
}

interface NetServer {
  /** @throws Error if no socket is free */
  listen(port: number): void;
  /** Connections stay open. */
  close(): void;
}

interface DatagramSocket {
  on(
    event: "message",
    listener: (bytes: string, from: { readonly address: string; readonly port: number }) => void,
  ): void;
  /** Closed, by an empty datagram, too. */
  on(event: "close", listener: () => void): void;
  /** Receives datagrams at a port. @throws Error if no socket is free */
  bind(port: number): void;
  /**
   * Resolves the name, which blocks, and sends; does nothing without a network.
   * @throws Error if no socket is free
   */
  send(bytes: string, port: number, host: string): void;
  close(): void;
}

interface StorageModule {
  /** Without room, compacts all files first. @throws Error if there is still no room */
  writeJSON(file: string, value: object | number): boolean;
  /** @param noExceptions return undefined for a damaged file instead of throwing */
  readJSON(file: string, noExceptions: boolean): unknown;
  erase(file: string): void;
  /** @returns up to `count` bytes; undefined if there is no such file */
  read(file: string, at: number, count: number): string | undefined;
  /**
   * At 0 it makes a new file, otherwise it writes into erased bytes of one.
   * @param size of a new file
   * @throws Error without room, or if the bytes are not erased
   */
  write(file: string, bytes: string, at: number, size?: number): boolean;
  /** Free bytes, not counting those that a compaction would free. */
  getFree(): number;
  /** `trashBytes`: what a compaction would free. */
  getStats(): { trashBytes: number };
}

/** The chip's serial number: on ESP32 and ESP8266 its MAC address in hexadecimal, with a dash in the middle. */
declare function getSerial(): string;

/** IPv4 addresses. */
interface FixedAddress {
  readonly ip: string;
  readonly gw: string;
  readonly netmask: string;
}

/** A network that was found; some have no name. */
interface FoundNetwork {
  readonly ssid: string;
  /** `open` for a network without a password. */
  readonly authMode: string;
}

interface WifiModule {
  /** @param options `dnsServers`: ESP8266 only */
  connect(ssid: string, options: { password?: string; dnsServers?: readonly string[] }): void;
  /** At most 31 bytes. Kept while the station is on. ESP8266: turns DHCP on. */
  setHostname(name: string): void;
  /** ESP8266: turns DHCP off. Does nothing on ESP32, C3 and S3. @throws Error without a callback */
  setIP(address: FixedAddress, done: () => void): void;
  disconnect(): void;
  /**
   * ESP8266: sets the clock by SNTP, now and from time to time.
   * @param zone hours ahead of UTC: the clock then shows that zone's time
   */
  setSNTP(server: string, zone: number): void;
  /** Deletes the configuration in flash. */
  save(what: "clear"): void;
  /**
   * ESP32 and S3: opens an access point beside the station; at most 31 bytes. Its address is 192.168.4.1.
   * @throws Error for a password of less than 8 bytes
   */
  startAP(ssid: string, options: { password: string; authMode: "wpa2" }): void;
  /** Answers once, or never if the station is joining. @throws Error while a scan is under way */
  scan(found: (points: readonly FoundNetwork[]) => void): void;
  /** Stops the board's access point. */
  stopAP(): void;
  on(event: "connected", listener: (details: { ip: string }) => void): void;
  /** `reason` is the driver's, a number in a string; `msg` is its name. */
  on(event: "disconnected", listener: (details: { reason: string; msg?: string }) => void): void;
  /** ESP32: `rssi` in dBm while connected. */
  getStatus(): { rssi?: number };
  /** ESP8266: `rssi` in dBm while connected. */
  getDetails(): { rssi?: number };
}

interface NeopixelModule {
  /** @param data a byte for each colour of each LED, in the strip's order */
  write(pin: Pin, data: Uint8Array): void;
}

/** Hashes; not on ESP8266, which has SHA-1 only. */
interface CryptoModule {
  /** @param message bytes in any depth of lists */
  SHA256(message: string | readonly (string | ArrayBuffer)[]): ArrayBuffer;
}

/** Base64. */
declare function btoa(bytes: ArrayBuffer): string;

// What a board with updates has (scripts/boards/update/identity.ts):

/** The number of the slot that the program runs from, 0 or 1; −1 if from none. */
declare const app: number;
/** What it has of its own, by its number. */
declare function me(index: number): string;
/** The words at the beginning of a slot (src/app/slot.ts). */
declare function head(slot: number): string[];
/** The signature of an update. */
declare function sign(bytes: string): string;

interface EspruinoModules {
  crypto: CryptoModule;
  TelnetServer: { setOptions(options: { mode: "on" | "off" }): void };
  dgram: { createSocket(type: "udp4"): DatagramSocket };
  net: NetModule;
  tls: NetModule;
  Storage: StorageModule;
  Wifi: WifiModule;
  neopixel: NeopixelModule;
}

declare function require<Name extends keyof EspruinoModules>(module: Name): EspruinoModules[Name];
