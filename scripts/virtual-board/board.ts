/** A virtual board as those see it who use it: what it is made of, what it tells, what can be done to it. */
import type { EventEmitter } from "node:events";
import type { Chip } from "../../src/board.ts";
import type { Image } from "./chips.ts";
import type { BoardClock } from "./clock.ts";
import type { Doors } from "./doors.ts";
import type { Input } from "./inputs.ts";
import type { Network } from "./network.ts";
import type { PinState } from "./pins.ts";
import type { Reach } from "./sockets.ts";
import type { Files } from "./flash.ts";
import type { AccessPoint, Air, WifiState } from "./wifi.ts";

export interface VirtualBoardOptions {
  /** The program, run at each boot as from flash, until another one is written to flash; none when empty. */
  readonly script: string;
  readonly chip: Chip;
  /** The ESP8266's image for 512 kB of flash; the one for 4 MB when not given. */
  readonly image?: Image;
  /** The access points within reach; none when not given. */
  readonly air?: readonly AccessPoint[];
  /** Where the program's connections lead; nowhere when not given. */
  readonly network?: Network;
  /**
   * What it costs to reach a host: for each connection that the program opens, and for each name that it sends a datagram
   * to. Nothing, when not given.
   */
  readonly reach?: (host: string, port: number) => Reach;
  /** Whether there is memory for a TLS connection; true when not given. */
  readonly fitsTls?: boolean;
  /**
   * Whether what is typed is not heard, as on a C3 or S3 whose port leads to a USB bridge: `type` does nothing then. False
   * when not given.
   */
  readonly deafConsole?: boolean;
  /** Whether the radio's driver writes its log into `output`, as Espruino 2v26 to 2v29 has it do; false when not given. */
  readonly driverLog?: boolean;
  /** MAC address, six bytes in hex parted by colons. */
  readonly mac?: string;
  /** Flash that is to outlive this board object. */
  readonly storage?: Files;
  /** The time that the board lives by; its own when not given, which follows real time. */
  readonly clock?: BoardClock;
  /** What chance is made of, 0 (inclusive) to 1 (exclusive); `Math.random` when not given. */
  readonly random?: () => number;
}

export interface VirtualBoardEvents {
  /** A line of the program on the board's console. */
  console: [line: string];
  /** Bytes that the console shows: lines, prompt and echo. */
  output: [bytes: string];
  /** The program drove a pin, `value` 0 or 1. */
  pin: [change: { pin: number; value: number; time: number }];
  /** `value` is the duty cycle, 0–1; `freq` in Hz, 0 for the chip's default. */
  pwm: [change: { pin: number; value: number; freq: number }];
  /** Bytes for WS2812, in the strip's own order. */
  pixels: [change: { pin: number; bytes: Uint8Array }];
  /** Bytes sent ("up") or taken by the program ("down"). */
  traffic: [piece: { way: "up" | "down"; bytes: Buffer; connection: number }];
  /** A datagram that the program sent ("up") or took ("down"). */
  datagram: [datagram: { way: "up" | "down"; bytes: Buffer }];
  connect: [connection: { host: string; port: number; connection: number }];
  close: [connection: { connection: number }];
  wifi: [state: WifiState];
  /** The program is about to be run: after power on, a reboot, `reset()` and `load()`. */
  boot: [];
  /** {@link VirtualBoard.doors} may be another. */
  doors: [];
  /** An input was found or turned, or the program is another one. */
  inputs: [];
  /** The program wrote a value as JSON. */
  json: [text: string];
  /** The program restarted the board, or its watchdog did. */
  reboot: [];
  /** An exception that the program did not catch, as the console shows it. */
  uncaught: [text: string];
  /** The program did what the chip cannot do, such as driving an input-only pin. */
  fault: [text: string];
}

export interface VirtualBoard {
  /** Power on. Resolves when the program has been run for the first time. */
  start(): Promise<void>;
  /** Power off. Resolves when no timer and no connection is left. */
  stop(): Promise<void>;
  readonly on: EventEmitter<VirtualBoardEvents>["on"];
  readonly once: EventEmitter<VirtualBoardEvents>["once"];
  readonly off: EventEmitter<VirtualBoardEvents>["off"];
  /** Puts bytes into the console, as a terminal does; what it answers is in `output`. */
  type(bytes: string): void;
  pin(pin: number): PinState;
  /** The last bytes that were written to the WS2812 on `pin`. */
  pixels(pin: number): Uint8Array | undefined;
  /** Puts a level on an input, as a button does. */
  setLevel(pin: number, level: 0 | 1): void;
  /** Puts a voltage on an analogue input, 0–1 of its range. */
  setAnalog(pin: number, value: number): void;
  /**
   * Puts a DHT22 on a pin that measures this, in tenths of °C and of %; takes it off when undefined. Every pin has one
   * already, at 21 °C and 50 %.
   */
  setClimate(
    pin: number,
    climate: { readonly temperature: number; readonly humidity: number } | undefined,
  ): void;
  /** What the program looks at and can be turned. */
  inputs(): readonly Input[];
  /**
   * Turns an input.
   * @throws Error when there is no such input, or it cannot be turned to this value
   */
  turn(id: string, value: number): void;
  /** What stands open to whoever is near. */
  doors(): Doors;
  readonly air: Air;
  readonly clock: BoardClock;
  /**
   * Sets the chip's own clock ahead, or back, by so many ms under the running program, as lwIP's SNTP does. Only a board
   * that is on has one. `clock`, by which tests and servers live, stays.
   */
  moveClock(ms: number): void;
  /** ms since the board was switched on. */
  uptime(): number;
  /**
   * The UDP port of 127.0.0.1 where the board hears what is for a port that its program has bound with `dgram`;
   * undefined while there is none.
   */
  udpPort(bound: number): number | undefined;
  /** How many timers the program has. */
  timers(): number;
  readonly storage: Files;
}
