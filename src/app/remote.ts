/** What an operator does from afar: reads the console's lines, restarts the board, sends it to rest, finds it. */

import { light } from "virtual:features";
import { utf8Fault } from "../mqtt/bytes";
import type { Lamp } from "./lamp";

export interface RemoteParts {
  /** Which lines are sent at first. */
  readonly level: Level;
  /** What no line may contain. A new list each time: a constant one would stay in memory. */
  secrets(): readonly string[];
  /** Time since the boot, in ms. */
  age(): number;
  /** Whether lines may be sent. */
  isReady(): boolean;
  /** Sends a line. Returns false if it cannot be sent now. */
  send(line: string): boolean;
  readonly lamp: Lamp;
  restart(why: string): void;
  /** The next boot is to rest. */
  rest(): void;
}

export interface Remote {
  /** A line was written on the console. It has no line breaks. */
  heard(line: string): void;
  /** Obeys a command in lower case. @returns the answer; undefined for a command of another kind */
  obey(command: string): string | undefined;
  /** Time passed; to be called at each tick. */
  tick(): void;
  /** Whether the lamp blinks: its state is nothing to report. */
  isBlinking(): boolean;
}

export const enum Level {
  Off,
  Problems,
  All,
}

/** Most lines that wait; without room, the oldest are dropped. */
export const MOST_LINES = 12;
/** The rest of a longer line is left out, in bytes. */
export const LONGEST_LINE = 160;
/** Bytes of a secret; shorter ones also occur in ordinary words. */
const SHORTEST_SECRET = 4;
/** Ticks until a restart that was asked for: the answer goes out first. */
export const RESTART_TICKS = 3;
/** A restart writes to flash, so none is obeyed before this age, in ms. */
export const EARLIEST_RESTART = 60000;
/** Ticks for which the lamp blinks; even. */
export const BLINKS = 10;

/** A byte of a secret: a line has no line breaks. */
const MARK = "\n";

/** The lines of a board that is well. */
const CALM = /^Command: |^Wi-Fi: [jc]|^OneNET: connecting|^OneNET: [or]/;

export function createRemote(parts: RemoteParts): Remote {
  let level = parts.level;
  const waiting: string[] = [];
  /** Lines that were dropped since the last one was sent. */
  let dropped = 0;
  /** The last line: a rejection of the line that reports a rejection would never end. */
  let last = "";
  /** The same with marks in place of secrets; empty if it is too long to be looked at together with the next. */
  let marked = "";
  /** When it was heard, in s since the boot. */
  let heardAt = 0;
  /** Ticks left until the restart; 0 for none. */
  let restartIn = 0;
  /** Ticks for which the lamp still blinks. */
  let blinks = 0;
  /** What the lamp showed before. */
  let before = "";

  function names(): string {
    return level === Level.Off ? "off" : level === Level.Problems ? "problems" : "all";
  }

  function obeyLog(argument: string): string {
    if (argument === "off") {
      level = Level.Off;
      waiting.splice(0, waiting.length);
      dropped = 0;
    } else if (argument === "problems") level = Level.Problems;
    else if (argument === "all") level = Level.All;
    else if (argument) return "error: log takes off, problems or all";
    return names();
  }

  function identify(): string {
    if (!light) return "error: no light to blink";
    if (!blinks) before = parts.lamp.answer();
    blinks = BLINKS;
    return "blinking";
  }

  function blink(): void {
    if (--blinks) parts.lamp.light(!parts.lamp.isLit());
    else if (!parts.lamp.paint(before)) parts.lamp.light(before !== "off");
  }

  /** Puts marks where the text has secrets, which may overlap. @param into the text, or what is left of it */
  function mark(text: string, into: string): string {
    parts.secrets().forEach((secret) => {
      const size = secret.length;
      let at = size < SHORTEST_SECRET ? -1 : text.indexOf(secret);
      // The interpreter also finds what only begins at the end of a text.
      while (at >= 0 && text.startsWith(secret, at)) {
        into = into.substring(0, at) + MARK.repeat(size) + into.substring(at + size);
        at = text.indexOf(secret, at + 1);
      }
    });
    return into;
  }

  function entry(line: string): string {
    let text = line.replace(/\n+/g, "***").substring(0, LONGEST_LINE);
    // A network's name may be in any encoding, and the line may be cut in the middle of a character.
    if (utf8Fault(text)) {
      text = text
        .split("")
        .map((char) => (char < " " || char > "~" ? "?" : char))
        .join("");
    }
    return heardAt + " " + text;
  }

  return {
    heard(line) {
      if (line === last || level === Level.Off || (level === Level.Problems && CALM.test(line))) return;
      const start = marked.length;
      // Together with the last one: a secret may be in pieces.
      const both = mark((start ? last : "") + line, marked + line);
      if (start && waiting.length) waiting[waiting.length - 1] = entry(both.substring(0, start));
      last = line;
      heardAt = Math.floor(parts.age() / 1000);
      const text = both.substring(start);
      waiting.push(entry(text));
      marked = line.length > LONGEST_LINE ? "" : text;
      if (waiting.length > MOST_LINES) {
        waiting.shift();
        dropped++;
      }
    },

    obey(command) {
      const words = command.trim();
      if (words === "log" || words.startsWith("log ")) return obeyLog(words.substring(4).trim());
      if (words === "identify") return identify();
      const isRest = words === "safe mode" || words === "safe_mode";
      if (!isRest && words !== "restart") return undefined;
      if (parts.age() < EARLIEST_RESTART) return "error: not in the first minute";
      if (isRest) parts.rest();
      restartIn = RESTART_TICKS;
      return isRest ? "resting for an hour" : "restarting";
    },

    tick() {
      if (light && blinks) blink();
      if (restartIn && !--restartIn) parts.restart("Restart by a command");
      if (!waiting.length || !parts.isReady()) return;
      // One a tick is what the platforms take.
      if (dropped) {
        if (parts.send(dropped + " lines left out")) dropped = 0;
      } else if (parts.send(waiting[0] as string)) waiting.shift();
    },

    isBlinking: () => light && blinks > 0,
  };
}
