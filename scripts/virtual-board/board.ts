/** A virtual board's interface: its options, events and methods. */
import type { EventEmitter } from "node:events";
import type { Chip } from "../../src/board.ts";
import type { Image } from "./chips.ts";
import type { BoardClock } from "./clock.ts";
import type { Doors } from "./doors.ts";
import type { Input } from "./input-types.ts";
import type { Network } from "./network.ts";
import type { PinState } from "./pins.ts";
import type { SensorControl } from "./sensors.ts";
import type { Alarm } from "./sleep.ts";
import type { Reach } from "./sockets.ts";
import type { Usage } from "./usage.ts";
import type { Files } from "./flash.ts";
import type { AccessPoint, Air, OwnAccessPoint, WifiState } from "./wifi.ts";

export interface VirtualBoardOptions {
  /** The program, run at each boot as if from flash until another is written there. Empty for none. */
  readonly script: string;
  readonly chip: Chip;
  /** The ESP8266 image for 512 kB of flash; default: the 4 MB image. */
  readonly image?: Image;
  /** The access points within reach; default: none. */
  readonly air?: readonly AccessPoint[];
  /** Where the program's connections lead; default: nowhere. */
  readonly network?: Network;
  /**
   * How long it takes to reach a host, for each connection the program opens and each name it sends a datagram to.
   * Default: no time.
   */
  readonly reach?: (host: string, port: number) => Reach;
  /** Whether there is memory for a TLS connection; default: true. */
  readonly fitsTls?: boolean;
  /**
   * Whether the console hears no input, as on a C3 or S3 whose port leads to a USB bridge: `type` then does nothing.
   * Default: false.
   */
  readonly deafConsole?: boolean;
  /** Whether the radio driver logs into `output`, as in Espruino 2v26 to 2v29; default: false. */
  readonly driverLog?: boolean;
  /** MAC address: six hex bytes separated by colons. */
  readonly mac?: string;
  /** Flash that outlives this board object. */
  readonly storage?: Files;
  /** Cuts the power; default: never. */
  readonly power?: Power;
  /**
   * How long the program may take at boot, in ms of this computer; then it is taken to hang, and its watchdog fires, if it
   * has one. What it does later cannot be ended. Default: 20 s.
   */
  readonly patience?: number;
  /** The board's clock; default: its own, in real time. */
  readonly clock?: BoardClock;
  /** Random numbers from 0 (inclusive) to 1 (exclusive); default: `Math.random`. */
  readonly random?: () => number;
}

/** When the power is cut. It counts down, and may be changed at any time. */
export interface Power {
  /** Bytes that may still be written to flash; of a file's header 32, of a deletion 4. Infinity: it is not cut. */
  written: number;
  /** Bytes that the program may still receive. Infinity: it is not cut. */
  received: number;
}

export interface VirtualBoardEvents {
  /** A line the program prints on the console. */
  console: [line: string];
  /** Bytes the console sends: lines, prompt and echo. */
  output: [bytes: string];
  /** The program drove a pin, `value` 0 or 1. */
  pin: [change: { pin: number; value: number; time: number }];
  /** `value` is the duty cycle, 0–1; `freq` in Hz, 0 for the chip's default. */
  pwm: [change: { pin: number; value: number; freq: number }];
  /** Bytes for WS2812, in the strip's colour order. */
  pixels: [change: { pin: number; bytes: Uint8Array }];
  /** Bytes sent ("up") or taken by the program ("down"). */
  traffic: [piece: { way: "up" | "down"; bytes: Buffer; connection: number }];
  /** A datagram that the program sent ("up") or took ("down"). */
  datagram: [datagram: { way: "up" | "down"; bytes: Buffer }];
  connect: [connection: { host: string; port: number; connection: number }];
  close: [connection: { connection: number }];
  wifi: [state: WifiState];
  /** The board's own access point was opened, or closed. */
  accessPoint: [point: OwnAccessPoint | undefined];
  /** The program is about to run: after power-on, a reboot, `reset()` or `load()`. */
  boot: [];
  /** {@link VirtualBoard.doors} may have changed. */
  doors: [];
  /** An input was found or set, a sensor's fault has begun or is over, or another program runs. */
  inputs: [];
  /** The program wrote a value as JSON. */
  json: [text: string];
  /** The power was cut: call {@link VirtualBoard.stop}, then {@link VirtualBoard.start} for its return. */
  cut: [];
  /** The program restarted the board, or its watchdog did. */
  reboot: [];
  /** The program put the chip to deep sleep; `boot` follows when it wakes. */
  sleep: [alarm: Alarm];
  /** An uncaught exception of the program, as the console shows it. */
  uncaught: [text: string];
  /** The program tried something the chip does not support, such as driving an input-only pin. */
  fault: [text: string];
}

export interface VirtualBoard {
  /** Powers the board on. Resolves after the program has first run. */
  start(): Promise<void>;
  /** Powers the board off. Resolves when no timer or connection is left. */
  stop(): Promise<void>;
  readonly on: EventEmitter<VirtualBoardEvents>["on"];
  readonly once: EventEmitter<VirtualBoardEvents>["once"];
  readonly off: EventEmitter<VirtualBoardEvents>["off"];
  /** Types bytes into the console, as a terminal does. Replies arrive as `output`. */
  type(bytes: string): void;
  pin(pin: number): PinState;
  /** The bytes last written to the WS2812 on `pin`. */
  pixels(pin: number): Uint8Array | undefined;
  /** Sets the level of an input, as a button does. */
  setLevel(pin: number, level: 0 | 1): void;
  /** Sets the voltage of an analogue input, 0–1 of its range. */
  setAnalog(pin: number, value: number): void;
  /** The sensors on its pins. */
  readonly sensors: SensorControl;
  /** The inputs the program reads. */
  inputs(): readonly Input[];
  /**
   * Sets an input as a hand does. A level waits until the program has seen the one before it, 150 ms or more.
   * @throws Error if there is no such input, or the value is out of range
   */
  turn(id: string, value: number): void;
  /** Which of its services anyone nearby can reach. */
  doors(): Doors;
  readonly air: Air;
  readonly clock: BoardClock;
  /**
   * Moves the chip's own clock by `ms`, forward or back, under the running program, as lwIP's SNTP does. No effect
   * while off. Does not change `clock`, which tests and servers follow.
   */
  moveClock(ms: number): void;
  /** ms since the board was switched on. */
  uptime(): number;
  /** The UDP port on 127.0.0.1 that stands for a port its program has bound with `dgram`; undefined if it has not. */
  udpPort(bound: number): number | undefined;
  /** The TCP port on 127.0.0.1 that stands for a port on which its program listens; undefined if it does not. */
  tcpPort(bound: number): number | undefined;
  /** The board's own access point, while it is open. */
  accessPoint(): OwnAccessPoint | undefined;
  /** Whether the chip is in deep sleep. */
  isAsleep(): boolean;
  /** What it used since it was made. */
  usage(): Usage;
  /** Number of the program's timers. */
  timers(): number;
  readonly storage: Files;
}
