/**
 * A board without hardware: Espruino's API on Node, running the very text that a board gets over real TCP.
 *
 * Faithful to what hurts on a chip, as measured on Espruino or read in its source; not to how fast a chip is, and not
 * to the language where a `node:vm` context cannot be (realm.ts says what that is).
 */
import { EventEmitter } from "node:events";
import type { Chip } from "../../src/board.ts";
import { toSource, toTerminal } from "./bytes.ts";
import { CHIPS } from "./chips.ts";
import { createClock, type BoardClock, type VirtualClock } from "./clock.ts";
import { createConnections, type Connections } from "./connections.ts";
import { installEmitter } from "./emitter.ts";
import type { FormatHooks } from "./format.ts";
import { installGlobals, toText } from "./globals.ts";
import { createHttp } from "./http.ts";
import { createLoop, type Loop } from "./loop.ts";
import { createNet } from "./net.ts";
import type { Network } from "./network.ts";
import { createPins, type PinState } from "./pins.ts";
import { createRealm } from "./realm.ts";
import type { Files } from "./storage.ts";
import { holdTcp, tcpRoundTrip } from "./tcp.ts";
import { createWifi, type AccessPoint, type Air, type Wifi, type WifiState } from "./wifi.ts";

export type { AccessPoint, Air, Files, Network, PinState, VirtualClock, WifiState };

export interface VirtualBoardOptions {
  /** The program, run at each boot as from flash. */
  readonly script: string;
  readonly chip: Chip;
  /** The access points within reach; none when not given. */
  readonly air?: readonly AccessPoint[];
  /** Where the program's connections lead; nowhere but 127.0.0.1 itself when not given. */
  readonly network?: Network;
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
  /** A line on the board's console. */
  console: [line: string];
  /** The program drove a pin, `value` 0 or 1. */
  pin: [change: { pin: number; value: number; time: number }];
  /** `value` is the duty cycle, 0–1; `freq` in Hz, 0 for the chip's default. */
  pwm: [change: { pin: number; value: number; freq: number }];
  /** Bytes for WS2812, in the strip's own order. */
  pixels: [change: { pin: number; bytes: Uint8Array }];
  /** Bytes sent ("up") or taken by the program ("down"). */
  traffic: [piece: { way: "up" | "down"; bytes: Buffer; connection: number }];
  connect: [connection: { host: string; port: number; connection: number }];
  close: [connection: { connection: number }];
  wifi: [state: WifiState];
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
  pin(pin: number): PinState;
  /** The last bytes that were written to the WS2812 on `pin`. */
  pixels(pin: number): Uint8Array | undefined;
  /** Puts a level on an input, as a button does. */
  setLevel(pin: number, level: 0 | 1): void;
  /** Puts a voltage on an analogue input, 0–1 of its range. */
  setAnalog(pin: number, value: number): void;
  readonly air: Air;
  readonly clock: VirtualClock;
  /** ms since the board was switched on. */
  uptime(): number;
  /** How many timers the program has. */
  timers(): number;
  readonly storage: Files;
}

const DEFAULT_MAC = "24:0a:c4:00:00:01";

/** Ends the program's current callback when it restarts the board; no error of the program. */
const REBOOT = new Error("the board restarts");

interface Run {
  readonly loop: Loop;
  readonly connections: Connections;
  readonly wifi: Wifi;
}

export function createVirtualBoard(options: VirtualBoardOptions): VirtualBoard {
  const chip = CHIPS[options.chip];
  const mac = options.mac ?? DEFAULT_MAC;
  const clock = options.clock ?? createClock();
  const random = options.random ?? Math.random;
  const events = new EventEmitter<VirtualBoardEvents>();
  const storage: Files = options.storage ?? new Map<string, string>();
  const points = new Map((options.air ?? []).map((point) => [point.ssid, point]));
  const source = toSource(options.script);
  const uptime = () => (startedAt === undefined ? 0 : clock.now() - startedAt);
  let startedAt: number | undefined;
  const isOn = () => startedAt !== undefined;
  /** What the board's idea of 1970 is ahead of its uptime; 0 until the network or the program tells the time. */
  let timeOffset = 0;
  let current: Run | undefined;
  let rebooting: NodeJS.Immediate | undefined;
  let detach = (): unknown => undefined;
  let release = (): void => undefined;
  const stopped: Promise<void>[] = [];

  const print = (text: string) => {
    for (const line of toTerminal(text).split("\n")) events.emit("console", line);
  };

  const pins = createPins(chip, {
    pin: (pin, value) => events.emit("pin", { pin, value, time: clock.now() }),
    pwm: (pin, value, freq) => events.emit("pwm", { pin, value, freq }),
    pixels: (pin, bytes) => events.emit("pixels", { pin, bytes }),
    fault: (text) => events.emit("fault", text),
    print,
  });

  function guard(job: () => void): void {
    try {
      job();
    } catch (error) {
      if (error !== REBOOT) reportUncaught(error);
    }
  }

  function reportUncaught(error: unknown): void {
    const text = String(error);
    const stack =
      typeof error === "object" && error !== null ? (error as { stack?: unknown }).stack : undefined;
    const place = /\bbundle\.js:\d+:\d+/.exec(String(stack))?.[0];
    print(`Uncaught ${text}${place === undefined ? "" : `\n    at ${place}`}`);
    events.emit("uncaught", toTerminal(text));
  }

  function boot(): void {
    const realm = createRealm(() => uptime() + timeOffset, random);
    const loop = createLoop(clock, guard);
    const emitter = installEmitter(realm, loop);
    const hooks: FormatHooks = {
      special: (value) => (realm.isNative(value) ? "function () { [native code] }" : pins.textOf(value)),
      constructorName: (value) => realm.constructorName(value),
    };
    const wifi = createWifi({
      realm,
      loop,
      emitter,
      chip,
      mac,
      points,
      listener: {
        wifi: (state) => events.emit("wifi", state),
        linkLost: () => connections.linkLost(),
        timeSynced: () => void (timeOffset = clock.now() - uptime()),
      },
    });
    const connections = createConnections({
      chip,
      network: options.network ?? {},
      online: () => wifi.state() === "connected" && current?.connections === connections,
      wake: () => loop.wake(),
      listener: {
        traffic: (way, bytes, connection) => events.emit("traffic", { way, bytes, connection }),
        connect: (host, port, connection) => events.emit("connect", { host, port, connection }),
        close: (connection) => events.emit("close", { connection }),
        print,
      },
    });
    const socketParts = {
      realm,
      loop,
      emitter,
      connections,
      toText: (value: unknown) => toText(value, hooks),
      guard,
      print,
    };
    current = { loop, connections, wifi };
    pins.install(realm, loop, clock.now);
    const loaded = installGlobals({
      realm,
      loop,
      emitter,
      chip,
      mac,
      files: storage,
      programSize: source.length,
      hooks,
      modules: {
        ...createNet(socketParts),
        http: createHttp(socketParts),
        Wifi: wifi.module,
        neopixel: realm.object({ write: pins.writePixels }),
      },
      time: () => uptime() + timeOffset,
      random,
      setTime: (ms) => void (timeOffset = ms - uptime()),
      print,
      reboot,
    });
    loop.queue(() => realm.run(source));
    loop.queue(loaded);
    loop.run();
  }

  function end(): void {
    if (current === undefined) return;
    const { loop, connections } = current;
    current = undefined;
    loop.stop();
    connections.kill();
    stopped.push(connections.stop());
    pins.reset();
  }

  function reboot(): never {
    if (current !== undefined) {
      end();
      events.emit("wifi", "off");
      events.emit("reboot");
      rebooting = setImmediate(() => {
        rebooting = undefined;
        boot();
      });
    }
    throw REBOOT;
  }

  return {
    async start() {
      if (isOn()) return;
      startedAt = clock.now();
      release = holdTcp();
      await tcpRoundTrip(); // so that no connection has to wait for the worker
      if (!isOn()) return; // switched off in the meantime
      detach = clock.attach({
        nextDue: () => current?.loop.nextDue(),
        run: () => current?.loop.run(),
      });
      boot();
    },
    async stop() {
      if (!isOn()) return;
      clearImmediate(rebooting);
      detach();
      end();
      startedAt = undefined;
      timeOffset = 0;
      await Promise.all(stopped.splice(0));
      release();
    },
    on: events.on.bind(events),
    once: events.once.bind(events),
    off: events.off.bind(events),
    pin: pins.state,
    pixels: pins.pixels,
    setLevel: pins.setLevel,
    setAnalog: pins.setAnalog,
    air: {
      add: (point) => void points.set(point.ssid, point),
      remove(ssid) {
        if (points.delete(ssid)) current?.wifi.lost(ssid);
      },
      drop: () => current?.wifi.lost(),
    },
    clock,
    uptime,
    timers: () => current?.loop.timers.count() ?? 0,
    storage,
  };
}
