import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createLineWriter, type LineWriter } from "../../scripts/lib/line-writer.ts";

let written: string[];
let lines: LineWriter;

beforeEach(() => {
  vi.useFakeTimers();
  written = [];
  lines = createLineWriter({ write: (text: string | Uint8Array) => written.push(String(text)) > 0 });
});
afterEach(() => void vi.useRealTimers());

it("writes lines that come fast in one go, soon", () => {
  lines.write("one");
  lines.write("two");
  expect(written).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(written).toEqual(["one\ntwo\n"]);
  lines.write("three");
  vi.advanceTimersByTime(100);
  expect(written).toEqual(["one\ntwo\n", "three\n"]);
});

it("writes what waits when it is told to, once", () => {
  lines.write("one");
  lines.flush();
  expect(written).toEqual(["one\n"]);
  lines.flush();
  vi.advanceTimersByTime(100);
  expect(written).toEqual(["one\n"]);
});

it("lets no more than 64 kB wait", () => {
  const line = "x".repeat(1023);
  for (let count = 0; count < 63; count++) lines.write(line);
  expect(written).toEqual([]);
  lines.write(line);
  expect(written.map(({ length }) => length)).toEqual([65_536]);
});
