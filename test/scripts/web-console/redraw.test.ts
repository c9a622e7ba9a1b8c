import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createRedraw } from "../../../scripts/web-console/page/state/redraw.ts";

const INTERVAL = 250;

let redraws = 0;

/** Frames come every 16 ms. */
const inFrame = (draw: (now: number) => void) => void setTimeout(() => draw(performance.now()), 16);
const createCounted = () => createRedraw(INTERVAL, inFrame, () => redraws++);

beforeEach(() => {
  redraws = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("draws steady news a few times a second, and nothing without news", () => {
  const redraw = createCounted();
  for (let time = 0; time < 10_000; time += 10) {
    redraw.news();
    vi.advanceTimersByTime(10);
  }
  expect(redraws).toBeGreaterThan(30);
  expect(redraws).toBeLessThanOrEqual(10_000 / INTERVAL);
  vi.advanceTimersByTime(1000);
  const before = redraws;
  vi.advanceTimersByTime(10_000);
  expect(redraws).toBe(before);
});

it("draws a snapshot in pieces once, when it is whole", () => {
  const redraw = createCounted();
  redraw.hold();
  for (let piece = 0; piece < 20; piece++) {
    redraw.news();
    vi.advanceTimersByTime(INTERVAL);
  }
  expect(redraws).toBe(0);
  redraw.whole();
  vi.advanceTimersByTime(10_000);
  expect(redraws).toBe(1);
});

it("does not draw a new snapshot in a frame requested before it, and resumes afterwards", () => {
  const redraw = createCounted();
  redraw.news();
  vi.advanceTimersByTime(1); // the frame has been requested
  redraw.hold();
  vi.advanceTimersByTime(1000);
  expect(redraws).toBe(0);
  redraw.whole();
  vi.advanceTimersByTime(1000);
  redraw.news();
  vi.advanceTimersByTime(1000);
  expect(redraws).toBe(2);
});
