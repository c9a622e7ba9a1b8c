/** What the firmware uses of Espruino 2v29's API, on ESP32 and ESP8266. Only `src/device` may name any of it. */

/** A pin by its GPIO number, as Espruino's pin functions take it. */
type Pin = number;

declare function digitalWrite(pin: Pin, value: 0 | 1): void;
declare function digitalRead(pin: Pin): 0 | 1;
/** @param value duty cycle, 0–1 */
declare function analogWrite(pin: Pin, value: number, options?: { freq?: number }): void;
/** @returns the level between ground and the reference voltage, 0–1 */
declare function analogRead(pin: Pin): number;
declare function pinMode(pin: Pin, mode: "output" | "input" | "analog"): void;

/** @param delay in ms */
declare function setTimeout(callback: () => void, delay: number): number;
declare function clearTimeout(id: number): void;
/**
 * Sets the interpreter's clock, and leaves the timers as they are.
 * @param time in s since 1970
 */
declare function setTime(time: number): void;

/** Writes a line to the console. Takes byte strings. */
declare function print(text: string): void;

interface EspruinoFunctions {
  /** Restarts the chip as its reset pin does. */
  reboot(): never;
  /**
   * Resets the chip when its interpreter hangs.
   * @param timeout in s
   * @param isAutomatic whether coming back to the idle loop is sign of life enough
   */
  enableWatchdog(timeout: number, isAutomatic: boolean): void;
  /** What every console asks for before it can be used, at most 20 bytes. */
  setPassword(password: string): void;
  /** Has the console ask for its password now. */
  lockConsole(): void;
}

declare const E: EspruinoFunctions;

interface EspruinoProcess {
  /** Interpreter variables: `free` of `total`. Collects garbage first. */
  memory(): { free: number; usage: number; total: number };
}

declare const process: EspruinoProcess;

/** Bluetooth; not on ESP8266. */
declare const NRF: {
  /** Begins advertising. */
  wake(): void;
  /** Ends advertising, if it believes that there is any. */
  sleep(): void;
};

interface NetSocket {
  on(event: "data", listener: (bytes: string) => void): void;
  /** All that was written is sent. */
  on(event: "drain", listener: () => void): void;
  on(event: "close", listener: (hadError: boolean) => void): void;
  on(event: "error", listener: (error: { code: number; message: string }) => void): void;
  /**
   * @returns false, whatever becomes of the bytes: they are kept until they are sent, and then there is a "drain"
   * @throws Error "This socket is closed" after its end
   */
  write(bytes: string): boolean;
  end(): void;
  /** What is told already but not heard yet is still heard. */
  removeAllListeners(): void;
}

interface NetModule {
  /** @throws Error at once when the connection is refused or the name does not resolve; blocks until it knows */
  connect(options: { host: string; port: number }, connected: () => void): NetSocket;
}

interface DatagramSocket {
  on(event: "message", listener: (bytes: string) => void): void;
  /**
   * Looks the name up, which blocks, and sends; does nothing while there is no network.
   * @throws Error when there is no socket for it
   */
  send(bytes: string, port: number, host: string): void;
  close(): void;
}

interface StorageModule {
  /** @throws Error when there is no room; compacts all files before it does */
  writeJSON(file: string, value: object | number): boolean;
  /** @param noExceptions undefined instead of an exception for a damaged file */
  readJSON(file: string, noExceptions: boolean): unknown;
  erase(file: string): void;
  /** Bytes that a file may have; without what a compaction would free. */
  getFree(): number;
  /** `trashBytes` are those that a compaction would free. */
  getStats(): { trashBytes: number };
}

/** The chip's serial number: on ESP32 and ESP8266 its MAC address in hexadecimal, with a dash in it. */
declare function getSerial(): string;

interface WifiModule {
  connect(ssid: string, options: { password?: string }): void;
  disconnect(): void;
  /**
   * ESP8266: sets the clock by SNTP, now and from time to time.
   * @param zone hours ahead of UTC, which its clock then is too
   */
  setSNTP(server: string, zone: number): void;
  /** Forgets the configuration that was kept in flash. */
  save(what: "clear"): void;
  /** Ends the board's own access point. */
  stopAP(): void;
  on(event: "connected", listener: (details: { ip: string }) => void): void;
  /** @param listener gets the driver's reason, a number in a string, and its name */
  on(event: "disconnected", listener: (details: { reason: string; msg?: string }) => void): void;
  /** ESP32: `rssi` in dBm while connected. */
  getStatus(): { rssi?: number };
  /** ESP8266: `rssi` in dBm while connected. */
  getDetails(): { rssi?: number };
}

interface NeopixelModule {
  /** @param data a byte for each colour of each LED, in the strip's own order */
  write(pin: Pin, data: Uint8Array): void;
}

interface EspruinoModules {
  TelnetServer: { setOptions(options: { mode: "on" | "off" }): void };
  dgram: { createSocket(type: "udp4"): DatagramSocket };
  net: NetModule;
  tls: NetModule;
  Storage: StorageModule;
  Wifi: WifiModule;
  neopixel: NeopixelModule;
}

declare function require<Name extends keyof EspruinoModules>(module: Name): EspruinoModules[Name];
