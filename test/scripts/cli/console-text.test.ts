/** A board's output as lines: without the driver log, prompts and escape sequences. */

import { describe, expect, it } from "vitest";
import {
  createLineReader,
  LONGEST_LINE,
  oneLine,
  readable,
  withoutLog,
} from "../../../scripts/cli/console-text.ts";
import { createTerminalFilter } from "../../../scripts/flash/terminal-filter.ts";

const bytewise = (bytes: string) => bytes.split(/(?:)/);

/** @param pieces bytes as they arrive */
function linesOf(...pieces: string[]): string[] {
  const lines: string[] = [];
  const read = createLineReader((line) => lines.push(line));
  pieces.forEach(read);
  return lines;
}

describe("the drivers' log [chip F38]", () => {
  const ONLINE = ["OneNET: online"];

  it.each([
    ["before a line", "I (5123) wifi:state: init -> auth (b0)\r\nOneNET: online\r\n"],
    ["within a line", "OneNET: onI (5123) wifi:state: init -> auth (b0)\r\nline\r\n"],
    ["within a line, twice", "OnI (1) wifi:a\r\neNET: onE (2) esp-tls: b\nline\r\n"],
    ["between a line and its end", "OneNET: onlineW (99) wifi:<ba-add>idx:0\r\n\r\n"],
    ["in colour", "OneNET: \x1b[0;32mI (5123) wifi:connected\x1b[0m\r\nonline\r\n"],
    ["of another level and tag", "OneNET: onlD (7) nvs: x\nine\r\nV (12) phy_init: y\n"],
    ["with a time of day", "OneNET: oI (12:01:59.123) wifi:pm start\r\nnline\r\n"],
    ["after a prompt, which the next line erases", ">I (1) wifi:x\r\n\r\x1b[JOneNET: online\r\n>"],
  ])("%s is removed", (_where, bytes) => {
    expect(linesOf(bytes)).toEqual(ONLINE);
    expect(linesOf(...bytewise(bytes))).toEqual(ONLINE);
  });

  it("is removed from an answer", () => {
    expect(withoutLog('\x021:{"VERI (5) wifi:a\nSION":1}\x03')).toBe('\x021:{"VERSION":1}\x03');
  });

  it("without a line end stays, however often it begins", () => {
    const endless = "I (1) a:".repeat(2 ** 16); // took half a minute when each was searched for its end
    expect(withoutLog(`I (5) wifi:a\n${endless}`)).toBe(endless);
  });

  it("is not any text with a number", () => {
    expect(linesOf("I (we) wifi: no\r\n(5) wifi: no\r\n")).toEqual(["I (we) wifi: no", "(5) wifi: no"]);
  });
});

describe("a line", () => {
  it.each([
    [">", ""],
    [">OneNET: online\r", "OneNET: online"],
    ["password>OneNET: online\r", "OneNET: online"],
    ["password>\r\x1b[JOneNET: online\r", "OneNET: online"],
    [">ab\x1b[D\x1b[D\r\x1b[JOneNET: online", "OneNET: online"],
    ["\x023:[1,2]\x03\r", ""],
    ["\xe6\xb8\xa9", "温"],
  ])("%j reads as %j", (bytes, text) => {
    expect(readable(bytes)).toBe(text);
  });

  it.each([
    ["a title", "a\x1b]0;title\x07b"],
    ["a question to the terminal", "a\x1b[6nb"],
    ["a device control string", "a\x1bPq#0\x1b\\b"],
    ["half a sequence", "ab\x1b["],
    ["a C1 control", "a\xc2\x9bb"],
    ["bell and backspace", "a\x07\bb"],
  ])("sends no %s to the terminal", (_what, bytes) => {
    expect(readable(bytes)).toBe("ab");
  });

  it("is cut at the end, so that no one can forge its beginning", () => {
    const forged = `peer: ${"x".repeat(5000)}`;
    expect(linesOf(forged, "OneNET: online\r\n", "next\r\n")).toEqual([
      forged.slice(0, LONGEST_LINE),
      "next",
    ]);
    for (let length = 4080; length < 4110; length++) {
      expect(linesOf(`${"x".repeat(length)}OneNET: online\r\n`)[0]).toMatch(/^x+$/);
    }
  });
});

describe("a terminal gets", () => {
  const through = (isTerminal: boolean, ...pieces: string[]) => {
    const filter = createTerminalFilter(isTerminal);
    return pieces.map((piece) => filter(Buffer.from(piece, "latin1")).toString("latin1")).join("");
  };

  it("Espruino's line editing, colours and text", () => {
    const text = "\x1b[?7l>温\x1b[D\r\x1b[J\x1b[0;32mab\b \b\t\r\n";
    const bytes = Buffer.from(text).toString("latin1");
    expect(through(true, bytes)).toBe(bytes);
    expect(through(true, ...bytewise(bytes))).toBe(bytes);
  });

  it.each([
    "\x1b]", // a title, which becomes plain text
    "\x1b[6n", // would be answered as if typed
    "\x1b[c",
    "\x1bc", // a reset
    "\x1bP",
    "\x1b[?1049h",
    "\xc2\x9b",
    "\x07",
    "\x0e",
  ])("no %j", (sequence) => {
    expect(through(true, `a${sequence}b`)).toBe("ab");
    expect(through(true, ...bytewise(`a${sequence}b`))).toBe("ab");
    expect(through(false, ...bytewise(`a${sequence}b`))).toBe("ab");
  });

  it.each(["\0", "\x1b]", "\x1b[6n", "\x1b[m", "\x07\x07", "\r\0"])("no C1 control around %j", (hidden) => {
    const bytes = `a\xc2${hidden}\x9b6n`;
    for (const isTerminal of [true, false]) {
      expect(through(isTerminal, bytes)).not.toContain("\xc2");
      expect(through(isTerminal, ...bytewise(bytes))).not.toContain("\xc2");
      expect(through(isTerminal, `a\xc2${hidden}`, "\x9b6n")).not.toContain("\xc2");
    }
    expect(through(true, "20 \xc2\xb0C", "\xc2", "\xa0")).toBe("20 \xc2\xb0C\xc2\xa0");
  });

  it("no endless sequence", () => {
    expect(through(true, `\x1b[${"1;".repeat(1000)}`, "n after\r\n")).not.toContain("\x1b");
  });
});

it("puts text on one line, without escape sequences", () => {
  expect(oneLine("2v29\x1b[31m\r\nOneNET: online\x9b2J\x1b]0;x\x07\u202e灯")).toBe("2v29OneNET: online2J灯");
  expect(oneLine("y".repeat(9), 5)).toBe("yyyyy");
});
