/**
 * A board without hardware: Espruino's API on Node, running the very text that a board gets over real TCP.
 *
 * Faithful to what hurts on a chip, as measured on Espruino or read in its source; not to how fast a chip is, and not
 * to the language where a `node:vm` context cannot be (realm.ts says what that is).
 */
import { EventEmitter } from "node:events";
import type { VirtualBoard, VirtualBoardEvents, VirtualBoardOptions } from "./board.ts";
import { bytesToSource, toTerminal } from "./bytes.ts";
import { factsOf, VERSION } from "./chips.ts";
import { createClock } from "./clock.ts";
import { createConnections, type Connections } from "./connections.ts";
import { createConsole } from "./console.ts";
import { createDgram, type Dgram } from "./dgram.ts";
import { createDht22 } from "./dht22.ts";
import { createDoors } from "./doors.ts";
import { createDriverLog } from "./driver-log.ts";
import { installEmitter } from "./emitter.ts";
import { createFlash, type Files } from "./flash.ts";
import { formatForPrompt, type FormatHooks } from "./format.ts";
import { installGlobals, toText } from "./globals.ts";
import { createHttp } from "./http.ts";
import { createInputs } from "./inputs.ts";
import { createLoop, type Loop } from "./loop.ts";
import { createNet } from "./net.ts";
import { createPins } from "./pins.ts";
import { createProgram, type Source } from "./program.ts";
import { createRealm, isCalledFromFlash, placeOf, type Realm } from "./realm.ts";
import { holdTcp, tcpRoundTrip } from "./tcp.ts";
import { keepConfig, keptConfig } from "./wifi-config.ts";
import { createSockets } from "./sockets.ts";
import { createSntp } from "./sntp.ts";
import { createWifi, onAir, type AccessPoint, type Wifi } from "./wifi.ts";

export type { VirtualBoard, VirtualBoardEvents, VirtualBoardOptions } from "./board.ts";
export type { Input } from "./inputs.ts";
export type { Doors } from "./doors.ts";
export type { VirtualClock } from "./clock.ts";
export type { Network } from "./network.ts";
export type { PinState } from "./pins.ts";
export { BOOT_FILES } from "./program.ts";
export type { Files } from "./flash.ts";
export type { Reach } from "./sockets.ts";
export type { AccessPoint, Air, WifiState } from "./wifi.ts";

const DEFAULT_MAC = "24:0a:c4:00:00:01";

/** Ends the program's current callback when it restarts the board, or can no longer be; no error of the program. */
const REBOOT = new Error("the board restarts");

/** What a program comes to whose text the flash's compaction has moved. */
const STALE =
  "Storage was compacted under the program, which runs from it: a chip now runs whatever lies in its place";

/** When the interpreter shows its logo, before the program or after it. */
type Greeting = "first" | "last";

interface Run {
  readonly loop: Loop;
  readonly connections: Connections;
  readonly dgram: Dgram;
  readonly wifi: Wifi;
  readonly realm: Realm;
  readonly hooks: FormatHooks;
  /** Files of the flash that the program runs from. */
  readonly files: ReadonlySet<string>;
  /** They lie elsewhere now. */
  isStale: boolean;
}

export function createVirtualBoard(options: VirtualBoardOptions): VirtualBoard {
  const chip = factsOf(options.chip, options.image);
  const mac = options.mac ?? DEFAULT_MAC;
  const clock = options.clock ?? createClock();
  const random = options.random ?? Math.random;
  const events = new EventEmitter<VirtualBoardEvents>();
  const storage: Files = options.storage ?? new Map<string, string>();
  const points = new Map<string, AccessPoint>();
  const addPoint = (point: AccessPoint): unknown => points.set(onAir(point.ssid), point);
  options.air?.forEach(addPoint);
  const network = options.network ?? {};
  const program = createProgram(options.script, storage, () => flash);
  const flash = createFlash({
    files: storage,
    size: chip.storageSize,
    shipped: program.shipped,
    compacts(ms, line) {
      print(line);
      clock.skip(ms);
    },
    compacted(moved) {
      if (!current || ![...current.files].some((file) => moved.has(file))) return;
      current.isStale = true;
      if (isCalledFromFlash()) throw REBOOT; // what would come next is not there any more
    },
  });
  const uptime = () => (startedAt === undefined ? 0 : clock.now() - startedAt);
  let startedAt: number | undefined;
  const isOn = () => startedAt !== undefined;
  /** What the board's idea of 1970 is ahead of its uptime; 0 until the network or the program tells the time. */
  let timeOffset = 0;
  /** The chip's own clock, in ms since 1970 as it thinks. It may jump. */
  const systemTime = () => uptime() + timeOffset;
  /** How long the interpreter may be away from its idle loop, in ms; undefined for ever. */
  let watchdog: number | undefined;
  let current: Run | undefined;
  let rebooting: NodeJS.Immediate | undefined;
  let detach = (): unknown => undefined;
  let release = (): void => undefined;
  const stopped: Promise<void>[] = [];

  const driver =
    options.driverLog === true && !chip.asynchronous
      ? createDriverLog(uptime, (bytes) => events.emit("output", bytes))
      : undefined;
  const shell = createConsole({
    send: (bytes) => {
      events.emit("output", driver ? driver.through(bytes) : bytes);
      doors.show(bytes);
    },
    run,
    idle: () => current?.loop.run(),
    version: VERSION,
    board: chip.board,
  });
  const print = (text: string) => {
    shell.print(text);
    for (const line of toTerminal(text).split("\n")) events.emit("console", line);
  };

  const inputs = createInputs(
    () => events.emit("inputs"),
    (quantity, pin, value) => {
      if (quantity === "level") pins.levelChanged(pin, value === 0 ? 0 : 1);
    },
  );
  /** Pins whose DHT22 was taken off. */
  const withoutSensor = new Set<number>();
  const pins = createPins(chip, inputs, {
    pin: (pin, value) => events.emit("pin", { pin, value, time: clock.now() }),
    pwm: (pin, value, freq) => events.emit("pwm", { pin, value, freq }),
    pixels: (pin, bytes) => events.emit("pixels", { pin, bytes }),
    fault: (text) => events.emit("fault", text),
    print,
  });

  /** Jobs of the interpreter's own. */
  const ownJobs = new WeakSet<() => void>();
  function later(loop: Loop, job: () => void): void {
    ownJobs.add(job);
    loop.queue(job);
  }

  function guard(job: () => void): void {
    if (current?.isStale && !ownJobs.has(job)) {
      endStale(current);
      return;
    }
    try {
      job();
    } catch (error) {
      if (error !== REBOOT) reportUncaught(error);
    }
  }

  /** The program is over, once: what is left of it is never run. */
  function endStale({ loop }: Run): void {
    if (dead.has(loop)) return;
    dead.add(loop);
    loop.timers.clearAll();
    print(STALE);
    events.emit("fault", STALE);
  }
  const dead = new WeakSet<Loop>();

  function reportUncaught(error: unknown): void {
    const text = String(error);
    const place = placeOf(error);
    print(`Uncaught ${text}${place === undefined ? "" : `\n    at ${place}`}`);
    events.emit("uncaught", toTerminal(text));
  }

  const doors = createDoors({
    chip,
    online: () => current?.wifi.isOnline() === true,
    type: shell.receive,
    changed: () => events.emit("doors"),
  });
  const sockets = createSockets(doors.sockets);
  /** What connections and datagrams have in common. */
  const reaching = { sockets, reach: options.reach ?? (() => 0), away };

  /** The interpreter is away: time passes, and a watchdog that its idle loop kicks does not wait for ever. */
  function away(ms: number): void {
    clock.skip(watchdog === undefined ? ms : Math.min(ms, watchdog));
    if (watchdog !== undefined && ms >= watchdog) abort("E task_wdt: Task watchdog got triggered");
  }

  const sntp = createSntp({
    chip,
    network,
    online: () => current?.wifi.isOnline() === true,
    now: clock.now,
    jumpTo: (ms) => moveClock(ms - systemTime()),
    setTime,
  });

  /** An assertion of the chip's system failed: it says which, and restarts. */
  function abort(text: string): never {
    print(text);
    events.emit("fault", text);
    return reboot();
  }

  /** A line of the console. */
  function run(line: string): string | undefined {
    let value: string | undefined;
    if (current) {
      const { realm, hooks } = current;
      const job = () => void (value = formatForPrompt(realm.evaluate(bytesToSource(line)), hooks));
      ownJobs.add(job);
      guard(job);
    }
    return value;
  }

  /** `reset()` and `load()`: the interpreter starts again, the chip goes on. */
  function restart(source: Source, greeting?: Greeting): void {
    end();
    shell.clear();
    events.emit("wifi", "off");
    boot(source, greeting);
  }

  /** @param isColdStart the chip begins, and not only its interpreter */
  function boot(source: Source, greeting?: Greeting, isColdStart = false): void {
    if (isColdStart) {
      pins.restart();
      sockets.restart();
      watchdog = undefined;
    }
    events.emit("boot");
    const realm = createRealm(systemTime, random);
    const loop = createLoop(clock, systemTime, guard);
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
      keep: (config) => keepConfig(storage, config, hooks),
      setSntp(server) {
        const failed = sntp.start(server);
        if (failed !== undefined) abort(failed);
      },
      listener: {
        wifi(state) {
          events.emit("wifi", state);
          driver?.wifi(state);
          doors.networkChanged();
        },
        linkLost() {
          connections.linkLost();
          doors.networkChanged();
        },
      },
    });
    const online = () => wifi.isOnline() && current?.wifi === wifi;
    const connections = createConnections({
      chip,
      network,
      online,
      ...reaching,
      after: (ms, job) => void loop.after(ms, job),
      fitsTls: options.fitsTls ?? true,
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
    const dgram = createDgram({
      ...socketParts,
      chip,
      network,
      online,
      ...reaching,
      traffic: (way, bytes) => events.emit("datagram", { way, bytes }),
    });
    current = { loop, connections, dgram, wifi, realm, hooks, files: source.files, isStale: false };
    pins.install(realm, loop, clock.now, systemTime);
    const loaded = installGlobals({
      realm,
      loop,
      emitter,
      chip,
      mac,
      files: storage,
      flash,
      programSize: source.texts.join("").length,
      hooks,
      modules: {
        ...createNet(socketParts),
        ...doors.modules(realm),
        http: createHttp(socketParts),
        dgram: dgram.module,
        Wifi: wifi.module,
        DHT22: createDht22({ realm, loop, inputs, chip, isThere: (pin) => !withoutSensor.has(pin) }),
        neopixel: realm.object({ write: pins.writePixels }),
      },
      time: systemTime,
      random,
      setTime,
      print,
      wroteJson: (text) => events.emit("json", text),
      reboot,
      reset(clearsFlash) {
        if (clearsFlash) program.save(undefined, false);
        later(loop, () => restart(program.atReset(), "last"));
      },
      load(file) {
        later(loop, () => {
          if (file === undefined) restart(program.atBoot(false));
          else restart({ texts: [bytesToSource(storage.get(file) ?? "")], files: new Set([file]) }, "first");
        });
      },
      setBootCode: program.save,
      guardLoop: (ms) => void (watchdog = ms),
      setEcho: shell.setEcho,
      setPassword: shell.setPassword,
      lockConsole: shell.lock,
    });
    doors.begin(realm);
    if (greeting === "first") loop.queue(shell.greet);
    sntp.goOn(loop);
    for (const text of source.texts) loop.queue(() => realm.run(text));
    if (greeting === "last") loop.queue(shell.greet);
    loop.queue(loaded);
    if (isColdStart) loop.queue(() => loop.queue(restoreWifi)); // behind what listens for the program's being loaded
    loop.run();

    function restoreWifi(): void {
      const kept = keptConfig(storage);
      if (kept) wifi.restore(kept);
    }
  }

  function setTime(ms: number): void {
    const change = () => void (timeOffset = ms - uptime());
    if (current) current.loop.setTime(change);
    else change();
  }

  function moveClock(ms: number): void {
    if (!isOn()) return;
    timeOffset += ms;
    current?.loop.timeMoved();
  }

  function end(): void {
    if (current === undefined) return;
    const { loop, connections, dgram } = current;
    current = undefined;
    loop.stop();
    connections.kill();
    stopped.push(connections.stop(), dgram.stop());
    pins.reset();
    inputs.forget();
  }

  function reboot(): never {
    if (current !== undefined) {
      end();
      stopped.push(sntp.stop(), doors.stop());
      events.emit("wifi", "off");
      events.emit("reboot");
      rebooting = setImmediate(() => {
        rebooting = undefined;
        shell.clear();
        shell.unlock();
        boot(program.atBoot(true), "last", true);
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
      shell.unlock();
      boot(program.atBoot(true), "last", true);
    },
    async stop() {
      if (!isOn()) return;
      clearImmediate(rebooting);
      detach();
      end();
      stopped.push(sntp.stop(), doors.stop());
      startedAt = undefined;
      timeOffset = 0;
      await Promise.all(stopped.splice(0));
      release();
    },
    on: events.on.bind(events),
    once: events.once.bind(events),
    off: events.off.bind(events),
    type(bytes) {
      if (isOn() && options.deafConsole !== true) shell.receive(bytes);
    },
    pin: pins.state,
    pixels: pins.pixels,
    setLevel: (pin, level) => inputs.set("level", pin, level),
    setAnalog: (pin, value) => inputs.set("analog", pin, Math.min(1, Math.max(0, value))),
    setClimate(pin, climate) {
      if (climate) {
        withoutSensor.delete(pin);
        inputs.set("temperature", pin, climate.temperature / 10);
        inputs.set("humidity", pin, climate.humidity / 10);
      } else withoutSensor.add(pin);
    },
    inputs: inputs.list,
    turn: inputs.turn,
    doors: doors.state,
    air: {
      add: (point) => void addPoint(point),
      remove(ssid) {
        if (points.delete(onAir(ssid))) current?.wifi.lost(onAir(ssid));
      },
      drop: () => current?.wifi.lost(),
      loseAddress: () => current?.wifi.setAddress(false),
      giveAddress: () => current?.wifi.setAddress(true),
    },
    clock,
    moveClock,
    uptime,
    udpPort: (bound) => current?.dgram.port(bound),
    timers: () => current?.loop.timers.count() ?? 0,
    storage,
  };
}
