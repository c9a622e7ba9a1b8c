/** One run of the interpreter: from a boot, `reset()` or `load()` to the next. */
import type { EventEmitter } from "node:events";
import type { VirtualBoardEvents } from "./board.ts";
import type { ChipFacts } from "./chips.ts";
import type { BoardClock } from "./clock.ts";
import { createConnections, type ConnectionParts, type Connections } from "./connections.ts";
import type { BoardConsole } from "./console.ts";
import { cryptoModules } from "./crypto.ts";
import { createDgram, type Dgram } from "./dgram.ts";
import { createDht22 } from "./dht22.ts";
import type { DoorKeeper } from "./doors.ts";
import { installEmitter } from "./emitter.ts";
import type { Files, Flash } from "./flash.ts";
import type { FormatHooks } from "./format.ts";
import { installGlobals, toText, type GlobalParts } from "./globals.ts";
import { createHttp } from "./http.ts";
import { installI2c } from "./i2c.ts";
import { createListeners, type Listeners } from "./listeners.ts";
import { createLoop, type Loop } from "./loop.ts";
import { createNet } from "./net.ts";
import { createOneWire } from "./one-wire.ts";
import type { Pins } from "./pins.ts";
import type { Source } from "./program.ts";
import { createRealm, EspruinoError, type Realm } from "./realm.ts";
import type { Sensors } from "./sensors.ts";
import { sleepGlobals, type Alarm, type Start } from "./sleep.ts";
import type { Sntp } from "./sntp.ts";
import { keepConfig, keptConfig } from "./wifi-config.ts";
import { createWifi, type AccessPoint, type Wifi, type WifiState } from "./wifi.ts";

/** The parts of a board that outlive a run. */
export interface BoardParts
  extends
    Pick<ConnectionParts, "network" | "sockets" | "reach" | "block" | "takes" | "fitsTls">,
    Pick<GlobalParts, "reboot" | "reset" | "load" | "setBootCode" | "watchLoop" | "setTime"> {
  readonly chip: ChipFacts;
  /** Six hex bytes separated by colons. */
  readonly mac: string;
  readonly clock: BoardClock;
  readonly random: () => number;
  /** The chip's own clock, in ms since 1970. */
  readonly systemTime: () => number;
  /** By name, as bytes. */
  readonly points: ReadonlyMap<string, AccessPoint>;
  readonly storage: Files;
  readonly flash: Flash;
  readonly pins: Pins;
  readonly sensors: Sensors;
  readonly doors: DoorKeeper;
  readonly sntp: Sntp;
  readonly shell: BoardConsole;
  readonly events: EventEmitter<VirtualBoardEvents>;
  readonly isCurrent: (run: Run) => boolean;
  readonly wifiChanged: (state: WifiState) => void;
  /** Runs a piece of the program and reports what it throws. */
  readonly runJob: (job: () => void) => void;
  readonly print: (text: string) => void;
  /** A failed assertion of the chip's system; never returns. */
  readonly abort: (text: string) => never;
  /** How long the program may take to begin, in ms of this computer; then it is taken to hang. */
  readonly patience: number;
  /** The program never returns to the idle loop. */
  readonly hangs: () => void;
  /** Why the chip started. */
  readonly start: Start;
  /** Deep sleep; never returns. */
  readonly sleep: (alarm: Alarm) => never;
}

/** When the interpreter prints its logo: before the program or after it. */
export type Greeting = "first" | "last";

export interface Run {
  readonly loop: Loop;
  readonly connections: Connections;
  readonly dgram: Dgram;
  readonly listeners: Listeners;
  readonly wifi: Wifi;
  readonly realm: Realm;
  readonly hooks: FormatHooks;
  /** The flash files that the program runs from. */
  readonly files: Set<string>;
  /** Whether those files have been moved. */
  isStale: boolean;
  /**
   * Runs the program.
   * @param isColdStart the chip starts, not only its interpreter
   */
  begin(greeting: Greeting | undefined, isColdStart: boolean): void;
}

export function createRun(source: Source, board: BoardParts): Run {
  const { chip, mac, clock, events, doors, pins, print, random, sensors, shell, storage, systemTime } = board;
  const realm = createRealm(systemTime, random, runsFromFlash, (reason) => {
    if (!board.isCurrent(run)) return;
    board.runJob(() => {
      throw new EspruinoError(`Unhandled promise rejection: ${toText(reason, hooks)}`);
    });
  });

  /** Whether a text is the beginning of a file: what `eval` makes of it then runs from flash. */
  function runsFromFlash(text: string): boolean {
    const [file] = [...storage].find(([, bytes]) => bytes.startsWith(text)) ?? [];
    if (file !== undefined) run.files.add(file);
    return file !== undefined;
  }

  const loop = createLoop(clock, systemTime, board.runJob);
  const emitter = installEmitter(realm, loop);
  const hooks: FormatHooks = {
    special: (value) => (realm.isNative(value) ? "function () { [native code] }" : pins.textOf(value)),
    constructorName: (value) => realm.constructorName(value),
  };
  const online = () => wifi.isOnline() && board.isCurrent(run);
  /** Whether anyone can reach its sockets: over a network, or over its own access point. */
  const reachable = () => (wifi.isOnline() || wifi.own() !== undefined) && board.isCurrent(run);
  const wifi = createWifi({
    realm,
    loop,
    emitter,
    chip,
    mac,
    points: board.points,
    keep: (config) => keepConfig(board.flash, config, hooks),
    setSntp(server) {
      const failed = board.sntp.start(server);
      if (failed !== undefined) board.abort(failed);
    },
    listener: {
      wifi(state) {
        events.emit("wifi", state);
        board.wifiChanged(state);
        doors.networkChanged();
      },
      linkLost() {
        connections.linkLost();
        doors.networkChanged();
      },
      own() {
        events.emit("accessPoint", wifi.own());
      },
    },
  });
  const common = { ...board, realm, loop, emitter, online, toText: (value: unknown) => toText(value, hooks) };
  const connections = createConnections({
    ...common,
    after: (ms, job) => void loop.after(ms, job),
    wake: () => loop.wake(),
    listener: {
      traffic: (way, bytes, connection) => events.emit("traffic", { way, bytes, connection }),
      connect: (host, port, connection) => events.emit("connect", { host, port, connection }),
      close: (connection) => events.emit("close", { connection }),
      print,
    },
  });
  const listeners = createListeners({ chip, reachable, sockets: board.sockets, wake: () => loop.wake() });
  const dgram = createDgram({
    ...common,
    online: reachable,
    traffic: (way, bytes) => events.emit("datagram", { way, bytes }),
  });
  pins.install(realm, loop, clock.now, systemTime);
  realm.define("OneWire", createOneWire(realm, pins, sensors, clock.now));
  installI2c({ realm, chip, pins, sensors, now: clock.now, block: board.block });
  const loaded = installGlobals({
    ...common,
    mac,
    files: storage,
    programSize: source.texts.join("").length,
    hooks,
    modules: {
      ...createNet({ ...common, connections, listeners }),
      ...doors.modules(realm),
      ...cryptoModules(chip, realm),
      http: createHttp({ ...common, connections }),
      dgram: dgram.module,
      Wifi: wifi.module,
      DHT22: createDht22({ realm, loop, sensors, chip }),
      neopixel: realm.object({ write: pins.writePixels }),
    },
    more: sleepGlobals({
      realm,
      chip,
      start: board.start,
      sleep: board.sleep,
      fault: (text) => events.emit("fault", text),
      toPin: pins.toPin,
    }),
    time: systemTime,
    wroteJson: (text) => events.emit("json", text),
    setEcho: shell.setEcho,
    setPassword: shell.setPassword,
    lockConsole: shell.lock,
  });

  function restoreWifi(): void {
    const kept = keptConfig(storage);
    if (kept) wifi.restore(kept);
  }

  const run: Run = {
    loop,
    connections,
    dgram,
    listeners,
    wifi,
    realm,
    hooks,
    files: new Set(source.files),
    isStale: false,
    begin(greeting, isColdStart) {
      if (greeting === "first") loop.queue(shell.greet);
      for (const text of source.texts)
        loop.queue(() => {
          if (!realm.run(text, board.patience)) board.hangs();
        });
      if (greeting === "last") loop.queue(shell.greet);
      loop.queue(loaded);
      if (isColdStart) loop.queue(() => loop.queue(restoreWifi)); // after the listeners for "init"
      loop.run();
    },
  };
  return run;
}
