/** A board that is online, for a test to send commands to and to let time pass. */

import { expect } from "vitest";
import type { Stage } from "../../scripts/stage/index.ts";

/** Longest wait for an answer, in ms of real time. */
export const PATIENCE = 10_000;

/** Starts the stage's board and waits until its server is ready for it. */
export async function startOn({ device, server }: Stage) {
  const lines: string[] = [];
  device.on("console", (line) => lines.push(line));
  await device.start();
  for (let s = 0; s < 100 && !server.isReady(); s++) await device.clock.advance(100);
  const last = (stream: string) => server.lastDataPoint(stream)?.value;
  return {
    device,
    server,
    lines,
    pass: (ms: number) => device.clock.advance(ms),
    send: (text: string) => server.command(text, PATIENCE),
    last,
    /** Lets seconds pass until a data point has a value. */
    arrives: async (stream: string, value: unknown) => {
      for (let s = 0; s < 70 && last(stream) !== value; s++) await device.clock.advance(1000);
      expect(last(stream)).toBe(value);
    },
  };
}
