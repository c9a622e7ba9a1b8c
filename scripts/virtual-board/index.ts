/**
 * A board without hardware: Espruino's API on Node. It runs the same script as a chip, over real TCP.
 *
 * Faithful to whatever causes trouble on a chip, as measured on Espruino or read in its source. Not faithful to a
 * chip's speed, nor to its language where a `node:vm` context cannot be (see realm.ts).
 */
import { EventEmitter } from "node:events";
import type { VirtualBoard, VirtualBoardEvents, VirtualBoardOptions } from "./board.ts";
import { bytesToSource, toTerminal } from "./bytes.ts";
import { factsOf, VERSION } from "./chips.ts";
import { createClock } from "./clock.ts";
import { createConsole } from "./console.ts";
import { dhtAnswer } from "./dht.ts";
import { createDoors } from "./doors.ts";
import { createDriverLog } from "./driver-log.ts";
import { createFlash, type Files } from "./flash.ts";
import { formatForPrompt } from "./format.ts";
import { createRunner } from "./runner.ts";
import { createInputs } from "./inputs.ts";
import { END } from "./membrane.ts";
import { createPins } from "./pins.ts";
import { createProgram, type Source } from "./program.ts";
import { isCalledFromFlash } from "./realm.ts";
import { createRun, type Greeting, type Run } from "./run.ts";
import { createSensors } from "./sensors.ts";
import type { Alarm, Start } from "./sleep.ts";
import { createSntp } from "./sntp.ts";
import { createSockets } from "./sockets.ts";
import { holdTcp, tcpRoundTrip } from "./tcp.ts";
import { createMeter } from "./usage.ts";
import { onAir, type AccessPoint } from "./wifi.ts";
import { english } from "../cli/language.ts";

export type { Power, VirtualBoard, VirtualBoardEvents, VirtualBoardOptions } from "./board.ts";
export type { Input } from "./input-types.ts";
export type { Doors } from "./doors.ts";
export type { VirtualClock } from "./clock.ts";
export type { Network } from "./network.ts";
export type { PinState } from "./pins.ts";
export { BOOT_FILES } from "./program.ts";
export type { Files } from "./flash.ts";
export type { Alarm } from "./sleep.ts";
export type { Reach } from "./sockets.ts";
export type { Measured, SensorControl, SensorFault, SensorKind } from "./sensors.ts";
export type { Usage } from "./usage.ts";
export type { AccessPoint, Air, OwnAccessPoint, RadioText, WifiState } from "./wifi.ts";

const DAMAGED = english`A file was written where the power had been cut: what follows it in flash is lost`;

const HANGS = english`The program does not come to its end: a chip now does nothing else`;
/** Default of `patience`, in ms: far more than any program takes that ends. */
const PATIENCE = 20_000;

const DEFAULT_MAC = "24:0a:c4:00:00:01";

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
  const meter = createMeter(clock.now);
  const program = createProgram(options.script, storage, () => flash);
  const flash = createFlash({
    files: storage,
    size: chip.storageSize,
    shipped: program.shipped,
    power(count) {
      if (!isOn()) return count;
      const written = Math.min(count, power.written);
      power.written -= written;
      return written;
    },
    cut: cutPower,
    damaged: () => events.emit("fault", DAMAGED),
    wrote: meter.wrote,
    compacts(ms, line, pages) {
      print(line);
      meter.erased(pages);
      clock.skip(ms);
    },
    compacted(moved) {
      if (!current || ![...current.files].some((file) => moved.has(file))) return;
      current.isStale = true;
      if (isCalledFromFlash()) throw END; // the code that would run next has moved
    },
  });
  const power = options.power ?? { written: Infinity, received: Infinity };

  /** Nothing of the program runs any more. */
  function losePower(): void {
    if (!current) return;
    end();
    meter.chip("off");
    events.emit("cut");
  }

  function cutPower(): never {
    losePower();
    throw END;
  }

  const uptime = () => (startedAt === undefined ? 0 : clock.now() - startedAt);
  let startedAt: number | undefined;
  const isOn = () => startedAt !== undefined;
  /** The board's time since 1970 minus its uptime; 0 until the network or the program sets the time. */
  let timeOffset = 0;
  /** The chip's own clock, in its ms since 1970. It may jump. */
  const systemTime = () => uptime() + timeOffset;
  /** How long the interpreter may stay out of its idle loop, in ms; undefined: forever. */
  let watchdog: number | undefined;
  let current: Run | undefined;
  /** What ends the deep sleep; undefined while awake. */
  let alarm: Alarm | undefined;
  /** When it ends by its time, on the clock's scale. */
  let wakesAt = Infinity;
  let cancelAlarm = (): void => undefined;
  let startedBy: Start = "power";
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
      wakeByPin();
    },
    (ms, job) => void current?.loop.after(ms, ofInterpreter(job)),
  );
  const sensors = createSensors(inputs, () => events.emit("inputs"));
  const pins = createPins(chip, inputs, {
    pin: (pin, value) => events.emit("pin", { pin, value, time: clock.now() }),
    pwm: (pin, value, freq) => events.emit("pwm", { pin, value, freq }),
    pixels: (pin, bytes) => events.emit("pixels", { pin, bytes }),
    fault: (text) => events.emit("fault", text),
    print,
    released: (pin, low) => dhtAnswer(sensors, pin, low),
  });

  const { runJob, ofInterpreter } = createRunner({
    current: () => current,
    print,
    uncaught: (text) => events.emit("uncaught", text),
    fault: (text) => events.emit("fault", text),
  });

  /** Runs one of the interpreter's own jobs after the program's current callback. */
  function later(job: () => void): void {
    current?.loop.queue(ofInterpreter(job));
  }

  events.on("accessPoint", setRadio);
  const doors = createDoors({
    chip,
    online: () => current?.wifi.isOnline() === true,
    type: shell.receive,
    changed: () => events.emit("doors"),
  });
  const sockets = createSockets(doors.sockets);

  /** Blocks the interpreter for `ms`; the watchdog that its idle loop feeds may fire. */
  function block(ms: number): void {
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

  /** A failed assertion of the chip's system: prints it and restarts. */
  function abort(text: string): never {
    print(text);
    events.emit("fault", text);
    return reboot();
  }

  /** Runs a line of the console. */
  function run(line: string): string | undefined {
    let value: string | undefined;
    if (current) {
      const { realm, hooks } = current;
      runJob(ofInterpreter(() => void (value = formatForPrompt(realm.evaluate(bytesToSource(line)), hooks))));
    }
    return value;
  }

  /** `reset()` and `load()` restart the interpreter, not the chip. */
  function restart(source: Source, greeting?: Greeting): void {
    end();
    shell.clear();
    events.emit("wifi", "off");
    boot(source, greeting);
  }

  /** @param isColdStart the chip starts, not only its interpreter */
  function boot(source: Source, greeting?: Greeting, isColdStart = false): void {
    if (isColdStart) {
      meter.chip("awake");
      pins.restart();
      sockets.restart();
      watchdog = undefined;
    }
    events.emit("boot");
    const run = createRun(source, {
      chip,
      mac,
      clock,
      random,
      systemTime,
      points,
      network,
      sockets,
      reach: options.reach ?? (() => 0),
      fitsTls: options.fitsTls ?? true,
      block,
      takes(count) {
        power.received -= count;
        if (power.received < 0) losePower();
        return power.received >= 0;
      },
      storage,
      flash,
      pins,
      sensors,
      doors,
      sntp,
      shell,
      events,
      isCurrent: (other) => current === other,
      wifiChanged(state) {
        driver?.wifi(state);
        setRadio();
      },
      start: startedBy,
      sleep,
      runJob,
      print,
      abort,
      patience: options.patience ?? PATIENCE,
      hangs() {
        if (watchdog !== undefined) block(watchdog);
        end();
        events.emit("fault", HANGS);
        print(HANGS);
      },
      reboot,
      setTime,
      reset(clearsFlash) {
        if (clearsFlash) program.save(undefined, false);
        later(() => restart(program.atReset(), "last"));
      },
      load(file) {
        later(() => {
          if (file === undefined) restart(program.atBoot(false));
          else restart({ texts: [bytesToSource(storage.get(file) ?? "")], files: new Set([file]) }, "first");
        });
      },
      setBootCode: program.save,
      watchLoop: (ms) => void (watchdog = ms),
    });
    current = run;
    doors.begin(run.realm);
    sntp.attach(run.loop);
    run.begin(greeting, isColdStart);
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
    const { loop, connections, dgram, listeners, wifi } = current;
    if (wifi.own()) events.emit("accessPoint", undefined);
    current = undefined;
    loop.stop();
    connections.kill();
    stopped.push(connections.stop(), dgram.stop(), listeners.stop());
    meter.radio(false);
    pins.reset();
    inputs.forget();
  }

  function setRadio(): void {
    meter.radio(
      current !== undefined && (current.wifi.state() !== "off" || current.wifi.own() !== undefined),
    );
  }

  function sleep(by: Alarm): never {
    if (current === undefined) throw END;
    end();
    stopped.push(sntp.stop(), doors.stop());
    meter.chip("asleep");
    alarm = by;
    wakesAt = "ms" in by ? clock.now() + by.ms : Infinity;
    if (wakesAt < Infinity) cancelAlarm = clock.alarm(wakesAt, wake);
    events.emit("wifi", "off");
    events.emit("sleep", by);
    wakeByPin();
    throw END;
  }

  /** A level, not its change, wakes the chip. */
  function wakeByPin(): void {
    if (!alarm || !("pin" in alarm)) return;
    const { pin, level } = alarm;
    if (inputs.value("level", pin, 1 - level) !== level) return;
    wakesAt = clock.now();
    cancelAlarm = clock.alarm(wakesAt, wake);
  }

  function wake(): void {
    if (alarm === undefined) return;
    startedBy = "pin" in alarm ? "pin" : "timer";
    awaken();
    if (chip.asynchronous) timeOffset = -uptime(); // its clock begins anew
    shell.clear();
    shell.unlock();
    boot(program.atBoot(true), "last", true);
  }

  function awaken(): void {
    cancelAlarm();
    alarm = undefined;
    wakesAt = Infinity;
  }

  function reboot(): never {
    if (current !== undefined) {
      end();
      stopped.push(sntp.stop(), doors.stop());
      events.emit("wifi", "off");
      events.emit("reboot");
      rebooting = setImmediate(() => {
        rebooting = undefined;
        startedBy = "restart";
        shell.clear();
        shell.unlock();
        boot(program.atBoot(true), "last", true);
      });
    }
    throw END;
  }

  return {
    async start() {
      if (isOn()) return;
      startedAt = clock.now();
      sensors.powerOn();
      release = holdTcp();
      await tcpRoundTrip(); // so that no connection waits for the worker
      if (!isOn()) return; // switched off in the meantime
      detach = clock.attach({
        nextDue: () => (alarm === undefined ? current?.loop.nextDue() : wakesAt),
        run() {
          if (alarm !== undefined && clock.now() >= wakesAt) wake();
          else current?.loop.run();
        },
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
      awaken();
      startedBy = "power";
      meter.chip("off");
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
    sensors,
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
    tcpPort: (bound) => current?.listeners.port(bound),
    accessPoint: () => current?.wifi.own(),
    isAsleep: () => alarm !== undefined,
    usage: meter.read,
    timers: () => current?.loop.timers.count() ?? 0,
    storage,
  };
}
