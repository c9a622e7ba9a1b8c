/** A board to play an exchange on: the virtual board or a real interpreter. */

import type { Board } from "../../scripts/boards/board.ts";
import type { Climate } from "../exchanges/exchange.ts";
import type { TimeServer } from "../../scripts/stage/time-server.ts";
import type { ScriptedPlatform } from "./scripted-platform.ts";

export interface Rig {
  /** Power on; resolves once everything has settled. */
  start(): Promise<void>;
  /** Lets time pass; resolves once everything due is done and has settled. */
  pass(ms: number): Promise<void>;
  /** Resolves once the board and the platform have handled everything in flight. */
  settle(): Promise<void>;
  /** Power off and on; flash is kept. */
  powerCycle(): Promise<void>;
  /** Breaks the Wi-Fi connection: sockets end on the board, and the platform does not notice. */
  drop(): Promise<void>;
  /** Switches the access point of one of the board's networks off, or on again. */
  setAccessPoint(network: number, isThere: boolean): Promise<void>;
  /** Sets a pin's level from outside. */
  setLevel(pin: number, level: 0 | 1): Promise<void>;
  /**
   * Sets the measurements of the sensor on a pin; undefined removes it. Initially 21 °C, 50 % and 1013.2 hPa.
   * @param index 1 and more: of another DS18B20 on the pin, which is away at first
   */
  setClimate(pin: number, climate: Climate | undefined, index: number): Promise<void>;
  /** Moves the chip's own clock forward or back under the running program. */
  moveClock(ms: number): Promise<void>;
  /** Serves the rig's time to any host the program asks by `dgram`. */
  readonly time: TimeServer;
  /** Output of the program and the console, each line preceded by the ms since the start. */
  readonly lines: readonly string[];
  /** Files in flash, as byte strings. */
  files(): Promise<ReadonlyMap<string, string>>;
  stop(): Promise<void>;
}

export type RigMaker = (board: Board, script: string, platform: ScriptedPlatform) => Promise<Rig>;

/** Where every rig's clock starts: 2026-01-01 in ms since 1970. */
export const START = 1_767_225_600_000;

/**
 * Runs before the bundle on every rig. It makes random numbers, memory and measurements the same, routes connections to
 * the platform and datagrams to the time server (except names below `.invalid`), and prints the program's use of
 * sockets and flash, and their events, as lines that begin with `@`. It counts in `wires` the bytes of each connection
 * both ways, except HTTP, and in `datagrams` those sent and received. A rig may provide a function `isOffline` that
 * reports missing Wi-Fi.
 */
export function watcher(port: number, timePort: number): string {
  return `(function () {
  var seed = 20260101, level = 4095;
  var net = require("net"), connect = net.connect;
  var http = require("http"), request = http.request;
  var dgram = require("dgram"), createSocket = dgram.createSocket, sockets = 0;
  var storage = require("Storage"), writeJSON = storage.writeJSON, erase = storage.erase;
  global.wires = [];
  global.datagrams = { sent: 0, received: 0 };
  function isNowhere(options) { return options.host.endsWith(".invalid"); }
  Math.random = function () { return (seed = (seed * 16807) % 2147483647) / 2147483647; };
  process.memory = function () { return { free: 12345, usage: 4038, total: 16383 }; };
  // Of 12 bits, as the chip's converter has them.
  global.analogRead = function () { return (level = (level * 1103 + 12345) % 4096) / 4095; };
  storage.getFree = function () { return 800000; };
  storage.getStats = function () { return { totalBytes: 917504, freeBytes: 800000, fileBytes: 117504, fileCount: 9, trashBytes: 0, trashCount: 0 }; };
  storage.compact = function () { print("@flash compacted"); };
  storage.writeJSON = function (file, value) {
    print("@flash " + file + " = " + JSON.stringify(value));
    return writeJSON(file, value);
  };
  storage.erase = function (file) {
    print("@flash " + file + " erased");
    erase(file);
  };
  net.connect = function (options, connected) {
    var wire = { written: 0, received: 0, ended: 0, closed: 0 }, listeners = {}, id, socket;
    print("@connect " + options.host + ":" + options.port);
    try {
      socket = connect(isNowhere(options) ? options : { host: "127.0.0.1", port: ${port} }, function () {
        print("@" + id + " connected");
        connected();
      });
    } catch (e) {
      print("@thrown " + e.message);
      throw e;
    }
    wires.push(wire);
    id = wires.length;
    function tell(event, data, listener) {
      var shown = "";
      if (event == "data") {
        wire.received += data.length;
        shown = btoa(data);
      } else if (event == "error") shown = data.code + " " + data.message;
      else if (event == "close") shown = "" + data;
      print("@" + id + " " + event + " " + shown);
      listener(data);
    }
    function watchClose() {
      socket.on("close", function () { wire.closed = 1; });
    }
    watchClose();
    // A board without Wi-Fi. Linux has no radio to lose, so the stand-in for Wi-Fi decides.
    wire.lose = function () {
      if (wire.closed || wire.lost) return;
      wire.lost = 1;
      socket.removeAllListeners();
      var closed = listeners.close;
      return function () { if (closed) tell("close", false, closed); };
    };
    return {
      on: function (event, listener) {
        listeners[event] = listener;
        socket.on(event, function (data) { tell(event, data, listener); });
      },
      removeAllListeners: function () {
        listeners = {};
        socket.removeAllListeners();
        watchClose();
      },
      write: function (data) {
        print("@" + id + " write " + btoa(data));
        wire.written += data.length;
        return socket.write(data);
      },
      end: function () {
        print("@" + id + " end");
        if (wire.lost) return;
        wire.ended = 1;
        socket.end();
      }
    };
  };
  dgram.createSocket = function (type) {
    var socket = createSocket(type), id = ++sockets, listeners = {}, asked;
    socket.on("message", function (data, from) {
      datagrams.received++;
      print("@udp" + id + " message " + btoa(data));
      if (listeners.message) listeners.message(data, { address: from.address, port: asked, size: from.size });
    });
    return {
      on: function (event, listener) {
        listeners[event] = listener;
        if (event != "message") socket.on(event, listener);
      },
      removeAllListeners: function () { listeners = {}; },
      send: function (data, port, host) {
        print("@udp" + id + " send " + host + ":" + port + " " + btoa(data));
        asked = port;
        if (isNowhere({ host: host }) || (global.isOffline && isOffline())) return;
        datagrams.sent++;
        socket.send(data, ${timePort}, "127.0.0.1");
      },
      close: function () {
        print("@udp" + id + " closed");
        socket.close();
      }
    };
  };
  http.request = function (options, answered) {
    var wire = { written: "http", received: 0, ended: 0, closed: 0 }, id, made;
    print("@request " + options.method + " " + options.host + ":" + options.port + options.path);
    // The header that it would have if the name led to the platform by itself.
    options.headers.Host = options.host;
    if (!isNowhere(options)) {
      options.host = "127.0.0.1";
      options.port = ${port};
    }
    made = request(options, function (response) {
      print("@" + id + " answer " + response.statusCode + " " + JSON.stringify(response.headers));
      response.on("close", function (hadError) {
        wire.closed = 1;
        print("@" + id + " close " + hadError);
      });
      answered(response);
    });
    made.on("error", function (e) {
      wire.closed = 1;
      print("@" + id + " error " + e.code + " " + e.message);
    });
    return {
      on: function (event, listener) { made.on(event, listener); },
      end: function (body) {
        print("@request end " + btoa(body));
        try {
          made.end(body);
        } catch (e) {
          print("@thrown " + e.message);
          throw e;
        }
        wires.push(wire);
        id = wires.length;
      }
    };
  };
})();
`;
}
