/**
 * What a board's own code can use of Espruino 2v29, beside what the firmware itself uses (src/espruino.d.ts). More is on
 * https://www.espruino.com/Reference; what is missing here can be declared in the board's own file.
 */

// What Espruino has of later years than 2015.
interface ObjectConstructor {
  entries<T>(object: Readonly<Record<string, T>> | ArrayLike<T>): [string, T][];
  fromEntries<T>(entries: readonly (readonly [string, T])[]): Record<string, T>;
  values<T>(object: Readonly<Record<string, T>> | ArrayLike<T>): T[];
}
interface Array<T> {
  includes(value: T, from?: number): boolean;
}
interface ReadonlyArray<T> {
  includes(value: T, from?: number): boolean;
}
interface String {
  padEnd(length: number, filler?: string): string;
  padStart(length: number, filler?: string): string;
  replaceAll(part: string | RegExp, by: string): string;
}

/** A pin by its name. Wherever a pin is wanted, its GPIO number does as well. */
type NamedPin = Pin & {
  /** Whether the pin is high. */
  read(): boolean;
  write(value: boolean | 0 | 1): void;
  set(): void;
  reset(): void;
  toggle(): boolean;
  mode(mode: PinMode): void;
};

type PinMode =
  | "auto"
  | "analog"
  | "input"
  | "input_pullup"
  | "input_pulldown"
  | "output"
  | "opendrain"
  | "opendrain_pullup"
  | "af_output"
  | "af_opendrain";

declare const D0: NamedPin, D1: NamedPin, D2: NamedPin, D3: NamedPin, D4: NamedPin, D5: NamedPin;
declare const D6: NamedPin, D7: NamedPin, D8: NamedPin, D9: NamedPin, D10: NamedPin, D11: NamedPin;
declare const D12: NamedPin, D13: NamedPin, D14: NamedPin, D15: NamedPin, D16: NamedPin, D17: NamedPin;
declare const D18: NamedPin, D19: NamedPin, D20: NamedPin, D21: NamedPin, D22: NamedPin, D23: NamedPin;
declare const D24: NamedPin, D25: NamedPin, D26: NamedPin, D27: NamedPin, D28: NamedPin, D29: NamedPin;
declare const D30: NamedPin, D31: NamedPin, D32: NamedPin, D33: NamedPin, D34: NamedPin, D35: NamedPin;
declare const D36: NamedPin, D37: NamedPin, D38: NamedPin, D39: NamedPin, D40: NamedPin, D41: NamedPin;
declare const D42: NamedPin, D43: NamedPin, D44: NamedPin, D45: NamedPin, D46: NamedPin, D47: NamedPin;
declare const D48: NamedPin;

declare function pinMode(pin: Pin, mode: PinMode): void;
/** Of several pins the last one is the lowest bit. */
declare function digitalRead(pins: readonly Pin[]): number;
declare function digitalWrite(pin: Pin, value: boolean): void;
declare function digitalWrite(pins: readonly Pin[], value: number): void;
/** @param time of one pulse or of several, one after the other, in ms */
declare function digitalPulse(pin: Pin, value: boolean | 0 | 1, time: number | readonly number[]): void;

interface WatchDetails {
  /** Whether the pin is high. */
  readonly state: boolean;
  readonly pin: Pin;
}

/** @param delay in ms. Periods that were missed are not made up for. @returns what `clearInterval` takes */
declare function setInterval(callback: () => void, delay: number): number;
declare function clearInterval(id: number): void;
/** @param delay in ms */
declare function changeInterval(id: number, delay: number): void;
/** On the console, as `board.say`; takes any values. */
declare const console: { log(...values: unknown[]): void };

/** Time in s, with fractions. */
declare function getTime(): number;

declare function btoa(bytes: string): string;
declare function atob(base64: string): string;

interface I2C {
  /** @param options `bitrate` in bit/s, 100000 when not given */
  setup(options: { sda: Pin; scl: Pin; bitrate?: number }): void;
  /** `stop: false` leaves the bus busy, for a read that follows. */
  writeTo(
    address: number | { address: number; stop: boolean },
    ...data: (number | string | readonly number[] | Uint8Array)[]
  ): void;
  /** Reads `count` bytes of a register. */
  readReg(address: number, register: number, count: number): Uint8Array;
}
/** Not on C3 and ESP8266. */
declare const I2C2: I2C;
/** An I2C by software, on any pins. It does not notice a missing device, and reads 255 of it. */
declare const I2C: new () => I2C;

interface SPI {
  setup(options: { sck?: Pin; mosi?: Pin; miso?: Pin; baud?: number; mode?: 0 | 1 | 2 | 3 }): void;
  /** @param select goes low meanwhile */
  send(data: number, select?: Pin): number;
  send(data: readonly number[] | Uint8Array, select?: Pin): Uint8Array;
  write(...data: (number | string | readonly number[] | Uint8Array)[]): void;
}
declare const SPI1: SPI;

interface Serial {
  setup(baudRate: number, options?: { rx?: Pin; tx?: Pin }): void;
  on(event: "data", listener: (bytes: string) => void): void;
  print(text: string): void;
  println(text: string): void;
  write(...data: (number | string | readonly number[] | Uint8Array)[]): void;
}
declare const Serial2: Serial;

interface OneWire {
  /** @param command 0xEC to find only those whose alarm is on */
  search(command?: number): string[];
  /** Reads one byte. */
  read(): number;
  write(data: number | readonly number[], leavesPower?: boolean): void;
}

interface EspruinoProcess {
  readonly env: {
    /** The interpreter's image, for code that more than one chip runs: `process.env.BOARD.startsWith("ESP32C3")`. */
    readonly BOARD: "ESP32" | "ESP32C3_IDF4" | "ESP32S3_IDF4" | "ESP8266_4MB" | "ESP8266_BOARD";
    /** `2v29` for example. */
    readonly VERSION: string;
  };
}

interface EspruinoFunctions {
  clip(value: number, least: number, most: number): number;
  /** A random number of 32 bits from the chip. */
  hwRand(): number;
}

/** A DHT22 or AM2302 on one pin, by Espruino's own module (https://www.espruino.com/DHT22). */
interface Dht22 {
  /**
   * Takes 50 ms, and up to 6 s if the sensor does not answer.
   * @param retries 10 when not given
   */
  read(callback: (result: Dht22Result) => void, retries?: number): void;
}

interface Dht22Result {
  /** In °C, in tenths; -1 with `err`. */
  readonly temp: number;
  /** Relative humidity in %, in tenths; -1 with `err`. */
  readonly rh: number;
  /** The bits that came. */
  readonly raw: string;
  /** There was no answer, or a damaged one. */
  readonly err?: boolean;
  /** Whether something came. */
  readonly checksumError?: boolean;
}

/** Modules of `require`; one that is not listed here is not checked. */
interface EspruinoModules {
  DHT22: { connect(pin: Pin): Dht22 };
  // oxlint-disable-next-line typescript/no-explicit-any -- nobody knows what it has
  [name: string]: any;
}
