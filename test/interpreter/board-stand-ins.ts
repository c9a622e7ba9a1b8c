/**
 * Stand-ins, in Espruino's own JavaScript, for what a board has but Espruino on Linux lacks: Wi-Fi, pins, and a
 * controllable time.
 *
 * Each part behaves like the virtual board's (scripts/virtual-board/: loop.ts, wifi.ts, pins.ts), so that any
 * difference comes from the interpreter itself: its language, its built-ins, its idle loop, its events, its sockets,
 * its HTTP and its flash.
 */

import type { Board, RadioText } from "../../scripts/boards/board.ts";
import { networksOf, radioBytes } from "../../scripts/boards/wifi.ts";
import type { Chip } from "../../src/board.ts";
import { sensorStandIns } from "./sensor-stand-ins.ts";

/** The moment of a boot. */
export interface Moment {
  /** Where the clock started, in ms since 1970. */
  readonly start: number;
  /** How far it has advanced since, in ms. */
  readonly ahead: number;
  /** When power came on, in ms since 1970. */
  readonly powered: number;
  /** The board's time since 1970 minus its uptime, in ms; 0 until the time is set. */
  readonly offset: number;
  /** Remaining time to pass, in ms. */
  readonly left: number;
}

/**
 * A script to be run before all others. It takes orders from a socket on `control`, one at a time, and answers each on
 * the console with a line that begins with `@@`:
 *
 *     q        nothing is done                              @@ <counters>
 *     a <ms>   time moves, until it is over or              @@ <counters> <time>
 *              something is written or a connection opens
 *     c        the same, with the time that is left         @@ <counters> <time>
 *     l <pin> <level>   a level comes to a pin              @@ <counters>
 *     h <pin> <index> <bytes>  a sensor measures, as in     @@ <counters>
 *              sensor-stand-ins.ts; none: it is gone
 *     d        the Wi-Fi connection breaks                  @@ <counters>
 *     n <network> <0 or 1>   an access point goes, or is    @@ <counters>
 *              back
 *     m <ms>   the chip's clock is moved                    @@ <counters>
 *     f        files of the flash, in base64                @@ <name> <contents> …
 *
 * and `@@reboot <time>` when the program restarts the board. The counters are the numbers of datagrams sent and received,
 * a bar, and those of each connection, with semicolons between: bytes written ("http" where they are not counted), bytes received, 1 when the program ended it, 1 when it is
 * closed, 1 when it was lost with the Wi-Fi. The time is as {@link readTime} takes it. `@t <ahead>` goes before the first line of each moment.
 */
export function boardStandIns(
  control: number,
  board: Board,
  moment: Moment,
  modules: readonly { readonly name: string; readonly text: string }[],
): string {
  const { chip } = board;
  return `(function () {
  var realTimeout = setTimeout, realPrint = print, connect = require("net").connect, realReboot = E.reboot;
  var bytes = new Uint8Array(32), told;
  atob("${packTime(moment)}").split("").forEach(function (char, i) { bytes[i] = char.charCodeAt(0); });
  var kept = new Float64Array(bytes.buffer), ahead = kept[0], offset = kept[1], left = kept[2];
  echo(false); // no prompt between the lines
  var timers = [], radio = [], changes = 0;
  function now() { return ${moment.start} + ahead; }
  function uptime() { return now() - kept[3]; }
  // Timers know the chip's own clock only, which may be moved under them.
  function chipTime() { return uptime() + offset; }
  var lastTurn = chipTime(), notBefore = 0;
  function tell() {
    if (told !== ahead) realPrint("@t " + ahead.toFixed(1));
    told = ahead;
  }
  global.print = function (text) {
    tell();
    realPrint(text);
  };

  function guard(job) {
    try {
      job();
    } catch (e) {
      print("Uncaught " + e);
    }
  }
  function clamp(ms) { return ms >= 0.1 ? ms : 0.1; }
  function add(callback, ms, isRepeated) {
    var every = clamp(ms), id = 1;
    timers.forEach(function (timer) { if (timer.id >= id) id = timer.id + 1; });
    timers.push({ id: id, left: chipTime() - lastTurn + every, every: isRepeated ? every : 0, callback: callback });
    changes++;
    return id;
  }
  global.setTimeout = function (callback, ms) { return add(callback, ms, false); };
  global.setInterval = function (callback, ms) { return add(callback, ms, true); };
  global.clearTimeout = global.clearInterval = function (id) {
    timers = timers.filter(function (timer) { return timer.id !== id; });
    changes++;
  };
  function passTime() {
    var time = chipTime();
    timers.forEach(function (timer) { timer.left -= time - lastTurn; });
    lastTurn = time;
  }
  Date.now = chipTime;
  global.setTime = function (seconds) {
    offset = seconds * 1000 - uptime();
    lastTurn = chipTime();
  };
  global.getTime = function () { return Date.now() / 1000; };

  function isLate(timer) { return timer.left < 0.001; }
  function runTimers() {
    var seen, list;
    passTime();
    do {
      seen = changes;
      list = timers.slice();
      for (var i = 0; i < list.length && seen === changes; i++) {
        var timer = list[i];
        if (!isLate(timer)) continue;
        var left = timer.left;
        guard(timer.callback);
        if (timers.indexOf(timer) < 0) continue;
        if (timer.every) timer.left = left + timer.every;
        else timers.splice(timers.indexOf(timer), 1);
      }
    } while (seen !== changes);
    if (timers.some(isLate)) notBefore = now() + 0.1;
  }
  function run() {
    passTime();
    var time = now();
    var due = radio.filter(function (job) { return job.due <= time; });
    due.sort(function (a, b) { return a.due - b.due; });
    due.forEach(function (job) {
      var at = radio.indexOf(job);
      if (at < 0) return;
      radio.splice(at, 1);
      guard(job.callback);
    });
    runTimers();
  }

  var points = [${networksOf(board)
    .map(({ ssid, password }) => `{ ssid: ${byteString(ssid)}, password: ${byteString(password)} }`)
    .join(", ")}];
  var wifi, state = "off", pending, wanted;
  // The number of an access point in reach; -1 without it.
  function numberOf(ssid) {
    var number = -1;
    points.forEach(function (point, i) { if (point.ssid == ssid && !point.isGone) number = i; });
    return number;
  }
  function after(ms, callback) {
    radio.push((pending = { due: now() + ms, callback: callback }));
  }
  function cancel() {
    radio = radio.filter(function (job) { return job !== pending; });
  }
  function lost(reason, name) {
    cancel();
    state = "off";
    wifi.emit("disconnected", { ssid: wanted, mac: "02:00:5e:10:00:01", reason: reason, msg: name });
    var dying = {};
    wires.forEach(function (wire) {
      var die = wire.lose && wire.lose();
      if (die) dying.on("die", die);
    });
    dying.emit("die"); // they are notified behind the program's back
  }
  function sync() {
${
  chip === "esp8266"
    ? `    setTime(Math.floor(now() / 1000));
    soon(30000, sync);`
    : `    offset = now() - uptime(); // under the timers`
}
  }
  function isAnswered() { return ${chip === "esp32" || chip === "esp8266"}; }
  global.isOffline = function () { return state != "connected"; };
  global.makeWifi = function (exports) {
    wifi = exports;
    exports.stopAP = function () {};
    exports.disconnect = function () {
      if (state != "off") lost("8", "ASSOC_LEAVE");
      else cancel();
    };
    exports.setSNTP = function () {
      if (!isOffline() && isAnswered()) ${chip === "esp8266" ? "soon(100, sync)" : "sync()"};
    };
    exports.save = function () {};
    exports.setHostname = function () {};
    exports.getStatus = function () { return state == "connected" ? { rssi: -50 } : {}; };
    exports.connect = function (ssid, options) {
      if (state == "connected") lost("8", "ASSOC_LEAVE");
      cancel();
      state = "connecting";
      wanted = ssid;
      var number = numberOf(ssid);
      if (number < 0) after(60, function () { lost("201", "NO_AP_FOUND"); });
      else if ((options.password || "") != points[number].password) after(60, function () { lost("15", "4WAY_HANDSHAKE_TIMEOUT"); });
      else after(20, function () {
        wifi.emit("associated", {});
        after(20, function () {
          state = "connected";
          wifi.emit("connected", { ip: "192.168.1.20", netmask: "255.255.255.0", gw: "192.168.1.1" });
        });
      });
    };
  };
  // A module's text is run where it is asked for: it sees globals only.
  Modules.addCached("Wifi", function () { makeWifi(exports); });
  Modules.addCached("TelnetServer", function () { exports.setOptions = function () {}; });
  global.NRF = { sleep: function () {}, setServices: function () {} };
  E.setPassword = E.lockConsole = function () {};
${modules.map(({ name, text }) => `  Modules.addCached(${JSON.stringify(name)}, ${JSON.stringify(text)});\n`).join("")}  Modules.addCached("neopixel", function () {
    exports.write = function (pin, data) {
      if (data.length % 3) throw new Error("Data length must be a multiple of 3 (RGB)");
      print("PIXELS " + pin + " " + data.join(" "));
    };
  });
${sensorStandIns(chip)}
${pins(chip)}
  global.analogWrite = function (pin, value, options) { print("PWM " + pin + " " + Math.round(value * 1e6) + " ppm, " + (options ? options.freq : 0) + " Hz"); };
  global.getSerial = function () { return "240ac400-0001"; };
  function time() { return btoa(E.toString(new Uint8Array(new Float64Array([ahead, offset, left]).buffer))); }
  E.reboot = function () {
    print("REBOOT");
    realPrint("@@reboot " + time());
    realReboot();
  };

  function counters() {
    return datagrams.sent + "," + datagrams.received + "|" + wires.map(function (wire) {
      return [wire.written, wire.received, wire.ended, wire.closed, wire.lost || 0].join();
    }).join(";");
  }
  function answer(more) { realPrint("@@ " + counters() + (more === undefined ? "" : " " + more)); }
  function step() {
    var before = counters(), at = now(), due = at + left;
    var turn = at + lastTurn - chipTime();
    function take(time) { if (time < due) due = time; }
    timers.forEach(function (timer) { take(Math.max(turn + timer.left, notBefore)); });
    radio.forEach(function (job) { take(job.due); });
    var size = due > at ? due - at : 0;
    if (size > left) size = left;
    ahead += size;
    left -= size;
    run();
    // The sockets and the events have their turn before the next moment, as they have between two timers.
    realTimeout(function () {
      realTimeout(left > 0 && counters() == before ? step : function () { answer(time()); }, 0);
    }, 0);
  }
  function files() {
    var storage = require("Storage");
    realPrint("@@ " + storage.list().map(function (name) {
      return btoa(name) + " " + btoa(storage.read(name));
    }).join(" "));
  }
  connect({ host: "127.0.0.1", port: ${control} }).on("data", function (order) {
    if (order[0] == "a" || order[0] == "c") {
      if (order[0] == "a") left = parseInt(order.substr(2));
      realTimeout(step, 0);
    } else if (order[0] == "f") files();
    else {
      if (order[0] == "l") setLevel(parseInt(order.substr(2)), order.substr(-1) == "1" ? 1 : 0);
      if (order[0] == "h") {
        var words = order.substr(2).split(" ");
        climates[words[0] + " " + words[1]] = words.slice(2).join(" ");
      }
      if (order[0] == "n") {
        var point = points[parseInt(order.substr(2))];
        point.isGone = order.substr(-1) == "0";
        if (point.isGone && wanted == point.ssid && state == "connected") lost("200", "BEACON_TIMEOUT");
      }
      if (order[0] == "m") offset += parseFloat(order.substr(2));
      if (order[0] == "d" && state == "connected") lost("200", "BEACON_TIMEOUT");
      answer();
    }
  });
})();
`;
}

/** Pins with a settable level and watches, each with a DHT11 or DHT22 if the program reads one. D0 of an ESP32 is inverted. */
function pins(chip: Chip): string {
  return `
  function turn(pin, level) { return ${chip === "esp32" ? "pin == 0 ? 1 - level : level" : "level"}; }
  var levels = {}, watches = [], lastWatch = 0, lowPins = {}, outputs = {}, floating = {};
  function soon(ms, callback) {
    var job = { due: now() + ms, callback: callback };
    radio.push(job);
    return job;
  }
  function levelOf(pin) { return turn(pin, levels[pin] === undefined ? (floating[pin] ? 0 : 1) : levels[pin]); }
  function fire(watch, level) {
    if (watch.level === level || watches.indexOf(watch) < 0) return;
    watch.level = level;
    if (watch.edge && watch.edge != "both" && watch.edge != (level ? "rising" : "falling")) return;
    guard(function () { watch.callback({ state: !!level, time: now() / 1000, pin: watch.pin }); });
  }
  function setLevel(pin, level) {
    levels[pin] = level;
    level = turn(pin, level);
    watches.slice().forEach(function (watch) {
      if (watch.pin != pin) return;
      radio = radio.filter(function (job) { return job !== watch.job; });
      if (watch.debounce) watch.job = soon(watch.debounce, function () { fire(watch, level); });
      else fire(watch, level);
    });
  }
  global.setWatch = function (callback, pin, options) {
    watches.push({
      id: ++lastWatch, callback: callback, pin: 0 | pin, edge: options.edge, debounce: options.debounce,
      level: levelOf(0 | pin)
    });
    return lastWatch;
  };
  global.clearWatch = function (id) {
    watches = watches.filter(function (watch) { return watch.id != id; });
  };
  global.digitalRead = function (pin) { return outputs[0 | pin] ? (lowPins[0 | pin] ? 0 : 1) : levelOf(0 | pin); };
  global.digitalWrite = function (pin, value) {
    lowPins[0 | pin] = value ? 0 : now();
    print("PIN " + (0 | pin) + " " + turn(0 | pin, value));
  };
  // A DHT answers when its line was low and is let go: a bit is as long as the line stays high, 26 or 70 us.
  global.pinMode = function (pin, mode) {
    var number = 0 | pin, since = lowPins[number];
    outputs[number] = mode == "output";
    floating[number] = mode == "input";
    if (mode == "output" || !since) return;
    lowPins[number] = 0;
    var bits = sent(number, 0, now() - since < 18 ? 0 : 1);
    if (!bits) return;
    soon(5, function () {
      ("00" + bits).split("").forEach(function (bit) {
        watches.forEach(function (watch) {
          if (watch.pin == number) watch.callback({ state: false, lastTime: 0, time: bit == "1" ? 7e-5 : 2.6e-5 });
        });
      });
    });
  };`;
}

/** A name or password as the source of its bytes. */
function byteString(text: RadioText): string {
  return `"${radioBytes(text).toString("hex").replace(/../g, "\\x$&")}"`;
}

/** Times as bytes, because the interpreter neither prints nor parses all digits of a number. */
function packTime({ ahead, offset, left, powered }: Moment): string {
  return Buffer.from(new Float64Array([ahead, offset, left, powered]).buffer).toString("base64");
}

/** @param packed what the interpreter wrote */
export function readTime(packed: string): Pick<Moment, "ahead" | "offset" | "left"> {
  const bytes = Buffer.from(packed, "base64");
  return { ahead: bytes.readDoubleLE(0), offset: bytes.readDoubleLE(8), left: bytes.readDoubleLE(16) };
}
