/**
 * A board without hardware: Espruino's API on Node, running the very text that a board gets over real TCP.
 *
 * Faithful to what hurts on a chip, as measured on Espruino or read in its source; not to how fast a chip is, and not
 * to the language where a `node:vm` context cannot be (realm.ts says what that is).
 */
import { EventEmitter } from "node:events";
import type { Chip } from "../../src/board.ts";
import { bytesToSource, toSource, toTerminal } from "./bytes.ts";
import { CHIPS, VERSION } from "./chips.ts";
import { createClock, type BoardClock, type VirtualClock } from "./clock.ts";
import { createConnections, type Connections } from "./connections.ts";
import { createConsole } from "./console.ts";
import { installEmitter } from "./emitter.ts";
import { formatForPrompt, type FormatHooks } from "./format.ts";
import { installGlobals, toText } from "./globals.ts";
import { createHttp } from "./http.ts";
import { createLoop, type Loop } from "./loop.ts";
import { createNet } from "./net.ts";
import type { Network } from "./network.ts";
import { createPins, type PinState } from "./pins.ts";
import { createRealm, type Realm } from "./realm.ts";
import type { Files } from "./storage.ts";
import { holdTcp, tcpRoundTrip } from "./tcp.ts";
import { createWifi, type AccessPoint, type Air, type Wifi, type WifiState } from "./wifi.ts";

export type { AccessPoint, Air, Files, Network, PinState, VirtualClock, WifiState };

export interface VirtualBoardOptions {
  /** The program, run at each boot as from flash, until another one is written to flash; none when empty. */
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
  connect: [connection: { host: string; port: number; connection: number }];
  close: [connection: { connection: number }];
  wifi: [state: WifiState];
  /** The program is about to be run: after power on, a reboot, `reset()` and `load()`. */
  boot: [];
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
  readonly air: Air;
  readonly clock: BoardClock;
  /** ms since the board was switched on. */
  uptime(): number;
  /** How many timers the program has. */
  timers(): number;
  readonly storage: Files;
}

/** Files of the flash that hold the program: run at each boot, and even after `reset()`. */
export const BOOT_FILES = { boot: ".bootcde", reset: ".bootrst" } as const;

const DEFAULT_MAC = "24:0a:c4:00:00:01";

/** Ends the program's current callback when it restarts the board; no error of the program. */
const REBOOT = new Error("the board restarts");

/** When the interpreter shows its logo, before the program or after it. */
type Greeting = "first" | "last";

interface Run {
  readonly loop: Loop;
  readonly connections: Connections;
  readonly wifi: Wifi;
  readonly realm: Realm;
  readonly hooks: FormatHooks;
}

export function createVirtualBoard(options: VirtualBoardOptions): VirtualBoard {
  const chip = CHIPS[options.chip];
  const mac = options.mac ?? DEFAULT_MAC;
  const clock = options.clock ?? createClock();
  const random = options.random ?? Math.random;
  const events = new EventEmitter<VirtualBoardEvents>();
  const storage: Files = options.storage ?? new Map<string, string>();
  const points = new Map((options.air ?? []).map((point) => [point.ssid, point]));
  let shipped = toSource(options.script);
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

  const shell = createConsole({
    send: (bytes) => events.emit("output", bytes),
    run,
    idle: () => current?.loop.run(),
    version: VERSION,
    board: chip.board,
  });
  const print = (text: string) => {
    shell.print(text);
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

  /** A line of the console. */
  function run(line: string): string | undefined {
    let value: string | undefined;
    if (current) {
      const { realm, hooks } = current;
      guard(() => void (value = formatForPrompt(realm.evaluate(bytesToSource(line)), hooks)));
    }
    return value;
  }

  /** What is run at a boot; after `reset()` only what was saved to stay. */
  function program(isReset: boolean): string {
    const saved = storage.get(BOOT_FILES.reset) ?? (isReset ? undefined : storage.get(BOOT_FILES.boot));
    return saved === undefined ? (isReset ? "" : shipped) : bytesToSource(saved);
  }

  /** `reset()` and `load()`: the interpreter starts again, the chip goes on. */
  function restart(source: string, greeting?: Greeting): void {
    end();
    shell.clear();
    events.emit("wifi", "off");
    boot(source, greeting);
  }

  function boot(source: string, greeting?: Greeting): void {
    events.emit("boot");
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
    current = { loop, connections, wifi, realm, hooks };
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
      wroteJson: (text) => events.emit("json", text),
      reboot,
      reset(clearsFlash) {
        if (clearsFlash) {
          shipped = "";
          for (const file of Object.values(BOOT_FILES)) storage.delete(file);
        }
        loop.queue(() => restart(program(true), "last"));
      },
      load(file) {
        if (file === undefined) loop.queue(() => restart(program(false)));
        else loop.queue(() => restart(bytesToSource(storage.get(file) ?? ""), "first"));
      },
      setBootCode(code, isKeptAtReset) {
        shipped = "";
        for (const file of Object.values(BOOT_FILES)) storage.delete(file);
        if (code !== undefined) storage.set(isKeptAtReset ? BOOT_FILES.reset : BOOT_FILES.boot, code);
      },
      setEcho: shell.setEcho,
    });
    if (greeting === "first") loop.queue(shell.greet);
    loop.queue(() => realm.run(source));
    if (greeting === "last") loop.queue(shell.greet);
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
        shell.clear();
        boot(program(false), "last");
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
      shell.clear();
      boot(program(false), "last");
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
    type(bytes) {
      if (isOn()) shell.receive(bytes);
    },
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
