/** A board that an exchange is played on: the virtual one, or a real interpreter. */

import type { Board } from "../../src/board.ts";
import type { ScriptedPlatform } from "./scripted-platform.ts";

export interface Rig {
  /** Power on; resolves when all is quiet. */
  start(): Promise<void>;
  /** Time passes; resolves when all that was due is done, and all is quiet. */
  pass(ms: number): Promise<void>;
  /** Resolves when the board and the platform have dealt with all that is on its way. */
  settle(): Promise<void>;
  /** Power off and on; the flash stays. */
  powerCycle(): Promise<void>;
  /** What the program and the console said, each line behind the time since the start in ms. */
  readonly lines: readonly string[];
  /** Files of the flash, as byte strings. */
  files(): Promise<ReadonlyMap<string, string>>;
  stop(): Promise<void>;
}

export type RigMaker = (board: Board, script: string, platform: ScriptedPlatform) => Promise<Rig>;

/** Where every rig's clock starts: 2026-01-01 in ms since 1970. */
export const START = 1_767_225_600_000;

/**
 * What runs before the bundle, on every rig: it makes chance and memory alike, leads connections to the platform, and
 * prints what the program asks of its sockets and its flash, and what it is told, as lines that begin with `@`.
 */
export function watcher(port: number): string {
  return `(function () {
  var seed = 20260101;
  var net = require("net"), connect = net.connect;
  var storage = require("Storage"), writeJSON = storage.writeJSON, erase = storage.erase;
  global.wires = [];
  Math.random = function () { return (seed = (seed * 16807) % 2147483647) / 2147483647; };
  process.memory = function () { return { free: 12345, usage: 4038, total: 16383 }; };
  storage.writeJSON = function (file, value) {
    print("@flash " + file + " = " + JSON.stringify(value));
    return writeJSON(file, value);
  };
  storage.erase = function (file) {
    print("@flash " + file + " erased");
    erase(file);
  };
  net.connect = function (options, connected) {
    var wire = { written: 0, received: 0, ended: 0, closed: 0 }, id, socket;
    print("@connect " + options.host + ":" + options.port);
    try {
      socket = connect({ host: "127.0.0.1", port: ${port} }, function () {
        print("@" + id + " connected");
        connected();
      });
    } catch (e) {
      print("@thrown " + e.message);
      throw e;
    }
    wires.push(wire);
    id = wires.length;
    return {
      on: function (event, listener) {
        socket.on(event, function (data) {
          var shown = "";
          if (event == "data") {
            wire.received += data.length;
            shown = btoa(data);
          } else if (event == "error") shown = data.code + " " + data.message;
          else if (event == "close") {
            wire.closed = 1;
            shown = "" + data;
          }
          print("@" + id + " " + event + " " + shown);
          listener(data);
        });
      },
      write: function (data) {
        print("@" + id + " write " + btoa(data));
        wire.written += data.length;
        return socket.write(data);
      },
      end: function () {
        print("@" + id + " end");
        wire.ended = 1;
        socket.end();
      }
    };
  };
})();
`;
}
