import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createLineWriter, type LineWriter } from "../../../scripts/cli/line-writer.ts";

let written: string[];
let lines: LineWriter;

beforeEach(() => {
  vi.useFakeTimers();
  written = [];
  lines = createLineWriter({ write: (text: string | Uint8Array) => written.push(String(text)) > 0 });
});
afterEach(() => void vi.useRealTimers());

it("writes fast lines in one batch, soon", () => {
  lines.write("one");
  lines.write("two");
  expect(written).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(written).toEqual(["one\ntwo\n"]);
  lines.write("three");
  vi.advanceTimersByTime(100);
  expect(written).toEqual(["one\ntwo\n", "three\n"]);
});

it("writes waiting lines on flush, once", () => {
  lines.write("one");
  lines.flush();
  expect(written).toEqual(["one\n"]);
  lines.flush();
  vi.advanceTimersByTime(100);
  expect(written).toEqual(["one\n"]);
});

it("makes a line once it is written", () => {
  const make = vi.fn(() => "made");
  lines.write("first");
  lines.write(make);
  expect(make).not.toHaveBeenCalled();
  vi.advanceTimersByTime(100);
  expect(written).toEqual(["first\nmade\n"]);
});

it("holds back at most 500 lines", () => {
  for (let count = 0; count < 499; count++) lines.write("line");
  expect(written).toEqual([]);
  lines.write("last");
  expect(written).toEqual([`${"line\n".repeat(499)}last\n`]);
});
